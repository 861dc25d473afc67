"""`nomadeploy run ENV`."""

import json
from typing import TYPE_CHECKING, Any

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.actions.plan import StackPlan
    from deployer.actions.run import StackResult
    from deployer.project.overrides import Overrides
    from deployer.report.events import Report


@options.command(
    "run",
    examples="""
    nomadeploy run dev
    nomadeploy run prod --yes
    nomadeploy run staging --image api=registry.example/api:1.4 --yes --output json
    """,
)
@options.environment
@options.app_names
@options.stack
@options.overrides
@options.yes
@click.option("--quiet", "-q", is_flag=True, help="Do not show the plan's inner changes.")
@options.output
def command(
    app: App,
    environment: str,
    app_names: tuple[str, ...],
    stack: str | None,
    overrides: "Overrides",
    yes: bool,  # noqa: FBT001 - click passes by name
    quiet: bool,  # noqa: FBT001 - click passes by name
    output: str,
) -> None:
    """
    Make the cluster match the files, as one release per stack, the platform first.

    Shows the plan, asks where the environment is protected or something stops, and waits until
    every app is healthy, answers its smoke test and is isolated as declared.
    """
    from deployer.actions.connect import connect
    from deployer.actions.plan import plan_stacks
    from deployer.actions.run import refuse_foreign, run_plans
    from deployer.report.plan_text import plan_text

    resolved = app.resolve(environment, overrides)
    cluster = connect(resolved.environment)
    plans = plan_stacks(resolved, cluster, apps=app_names, stack=stack or "")
    for plan in plans:
        app.note(plan_text(plan.plan, details=not quiet).rstrip())
    refuse_foreign(plans)
    _ask(app, plans, environment, protected=resolved.environment.protected, yes=yes)
    report = open_report(app)
    try:
        results = run_plans(plans, resolved, cluster, report)
    finally:
        report.close()
    app.result(results_json(results) if output == "json" else results_text(results))


def _ask(app: App, plans: "list[StackPlan]", environment: str, *, protected: bool, yes: bool) -> None:
    from deployer.plan.model import Action

    changes = sum(len(plan.plan.changes) for plan in plans)
    stops = [step.name for plan in plans for step in plan.plan.changes if step.action is Action.STOP]
    if changes and (protected or stops):
        what = f"Stop {', '.join(stops)} and make" if stops else "Make"
        app.confirm(f"{what} {changes} changes in {environment}?", yes=yes)


def open_report(app: App) -> "Report":
    if app.is_interactive:
        from deployer.report.live import LiveReport

        return LiveReport(colour=app.wants_colour)
    from deployer.report.plain import PlainReport

    return PlainReport()


def results_text(results: "list[StackResult]") -> str:
    lines = []
    for result in results:
        release = result.release.id if result.release else "none yet"
        state = "is new" if result.changed else "stands, nothing to do"
        lines.append(f"{result.stack}: release {release} {state}")
        lines += [f"  {name}  {url}" for name, url in sorted(result.routes.items())]
    return "\n".join(lines)


def results_json(results: "list[StackResult]") -> str:
    documents: list[dict[str, Any]] = [
        {
            "stack": result.stack,
            "release": result.release.id if result.release else None,
            "status": result.release.status if result.release else None,
            "changed": result.changed,
            "routes": dict(result.routes),
        }
        for result in results
    ]
    return json.dumps({"stacks": documents}, indent=2, ensure_ascii=False)
