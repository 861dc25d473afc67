"""``nomadeploy packs``: which packs there are, and what they take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.actions.packs import PackDetail


@options.group(
    "packs",
    examples="""
        nomadeploy packs list
        nomadeploy packs show service
    """,
)
def command() -> None:
    """List packs and explain their variables."""


@options.subcommand(
    command,
    "list",
    examples="""
        nomadeploy packs list
        nomadeploy packs list --output json
    """,
)
@options.output
def list_command(app: App, output: str) -> None:
    """List the packs of the project and those that come with nomadeploy."""
    from deployer.actions.packs import list_packs
    from deployer.cli.output import as_json, as_table

    packs = list_packs(*_places(app))
    if output == "json":
        app.result(as_json(packs))
        return
    app.result(as_table([(pack.name, pack.version, pack.kind, pack.origin, pack.description) for pack in packs]))


@options.subcommand(
    command,
    "show",
    examples="""
        nomadeploy packs show service
        nomadeploy packs show service --output json
    """,
)
@click.argument("name")
@options.output
def show_command(app: App, name: str, output: str) -> None:
    """Show what a pack takes: the app keys it honours, its variables, and its README."""
    from deployer.actions.packs import show_pack
    from deployer.cli.output import as_json

    detail = show_pack(name, *_places(app))
    app.result(as_json(detail) if output == "json" else _text(detail))


def _places(app: App) -> tuple[tuple[Path, ...], Path]:
    """Return the project's pack directories and root; outside a project only the built-in packs count."""
    from deployer.errors import ProjectNotFound

    try:
        return app.project.pack_directories, app.root
    except ProjectNotFound:
        return (), app.start


def _text(detail: "PackDetail") -> str:
    from deployer.actions.configuration import default_text

    pack = detail.summary
    lines = [f"{pack.name} {pack.version} ({pack.kind}, {pack.origin})", pack.description, ""]
    lines += [f"App keys it honours: {', '.join(detail.supports) or 'none of its own'}", "", "Variables:"]
    for variable in detail.variables:
        default = "required" if variable.required else f"default {default_text(variable.default)}"
        lines += [f"  {variable.name}: {variable.type} ({default})", f"      {variable.description}"]
    return "\n".join([*lines, *(["", detail.readme.rstrip()] if detail.readme else [])])
