"""`nomadeploy plan ENV`."""

from typing import TYPE_CHECKING, Any

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.project.overrides import Overrides


@options.command(
    "plan",
    examples="""
    nomadeploy plan prod
    nomadeploy plan staging --image api=registry.example/api:1.4 --exit-code
    nomadeploy plan dev app-a --output json
    """,
)
@options.environment
@options.app_names
@options.stack
@options.overrides
@click.option("--exit-code", is_flag=True, help="Exit 1 when there are changes, 0 when there are none.")
@options.output
def command(
    app: App,
    environment: str,
    app_names: tuple[str, ...],
    stack: str | None,
    overrides: "Overrides",
    exit_code: bool,  # noqa: FBT001 - click passes by name
    output: str,
) -> int:
    """
    Show every object that `run` would change, and change nothing.

    Totals come first; each change says why. In-place changes count as changes.
    """
    from deployer.actions.connect import connect
    from deployer.actions.plan import plan_stacks
    from deployer.actions.run import refuse_foreign
    from deployer.report.plan_json import plans_as_json
    from deployer.report.plan_text import plan_text

    resolved = app.resolve(environment, overrides)
    plans = plan_stacks(resolved, connect(resolved.environment), apps=app_names, stack=stack or "")
    if output == "json":
        app.result(plans_as_json([plan.plan for plan in plans]))
    else:
        app.result("\n".join(plan_text(plan.plan) for plan in plans), newline=False)
    refuse_foreign(plans)
    changes: Any = any(plan.plan.changes for plan in plans)
    return 1 if exit_code and changes else 0
