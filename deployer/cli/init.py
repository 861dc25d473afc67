"""``nomadeploy init``: a new project with a first app."""

from pathlib import Path

import click

from deployer.cli import options
from deployer.cli.app import App
from deployer.cli.new import tell_written


@options.command(
    "init",
    examples="""
        nomadeploy init
        nomadeploy init shop
    """,
)
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
def command(app: App, directory: Path) -> None:
    """
    Start a project in a folder.

    Writes nomadeploy.hcl and a first app into DIR (default: here). Files that are there already
    are never written over.
    """
    from deployer.actions.new import start_project

    folder = app.start / directory
    tell_written(app, start_project(folder), folder)
    app.note("next: `nomadeploy validate`, then `nomadeploy dev up` and `nomadeploy run dev`")
