"""``nomadeploy explain``: which file and line set each value of an app."""

from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.actions.explain import Explanation
    from deployer.project.overrides import Overrides


@options.command(
    "explain",
    examples="""
        nomadeploy explain prod app-a
        nomadeploy explain prod app-a scaling.min
        nomadeploy explain prod app-a --var-file hotfix.hcl --output json
    """,
)
@options.environment
@options.app_name
@click.argument("key", required=False)
@options.overrides
@options.output
def command(app: App, environment: str, app_name: str, key: str | None, overrides: "Overrides", output: str) -> None:
    """
    Show which file and line set each value of an app.

    Lists every value of APP in ENV, or only KEY (dotted, as --set takes it) and what is below it,
    with the layer that set it: pack default, app, app environment, environment file, var-file or flag.
    """
    from deployer.actions.explain import explain
    from deployer.cli.output import as_json
    from deployer.project.choose import chosen_apps

    resolved = app.resolve(environment, overrides)
    (chosen,) = chosen_apps(resolved, [app_name])
    explanations = explain(chosen, key)
    app.result(as_json(explanations) if output == "json" else _table(explanations))


def _table(explanations: "tuple[Explanation, ...]") -> str:
    from deployer.actions.explain import shown
    from deployer.cli.output import as_table

    # The value stands last: it may be long, and the columns before it stay aligned.
    return as_table([(_place(item), item.layer, f"{item.key} = {shown(item.value)}") for item in explanations])


def _place(item: "Explanation") -> str:
    return f"{item.path}:{item.line}" if item.line else item.path
