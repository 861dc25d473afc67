"""``nomadeploy graph``: who is public, who calls whom, who waits for whom and what scales."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.project.overrides import Overrides


@options.command(
    "graph",
    examples="""
        nomadeploy graph prod
        nomadeploy graph prod --stack jobboard --to docs/graph.svg
        nomadeploy graph prod --format html --to graph.html
    """,
)
@options.environment
@options.stack
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg", "html"]),
    help="What to draw; by default what the ending of --to means, else Mermaid.",
)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file.")
@options.overrides
@options.output
def command(
    app: App,
    environment: str,
    stack: str | None,
    form: str | None,
    to: Path | None,
    overrides: "Overrides",
    output: str,
) -> None:
    """
    Draw who is public, who calls whom, who waits for whom and what scales, offline.

    The picture is complete: whatever it shows no arrow for is denied by the mesh.
    """
    from deployer.actions.graph import draw_graph, format_for
    from deployer.graph.model import graph_of
    from deployer.project.choose import chosen_apps

    resolved = app.resolve(environment, overrides)
    chosen_apps(resolved, stack=stack)  # says which stacks there are, if not this one
    graph = graph_of(resolved, stack=stack)
    if output == "json":
        from deployer.cli.output import as_json

        app.result(as_json(graph))
        return
    text = draw_graph(graph, form or format_for(to))
    if to is None:
        app.result(text, newline=False)
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")
    app.note(f"{graph.summary}; drawn in {to}")
