"""``nomadeploy new``: the first files of an app or a pack."""

from pathlib import Path

import click

from deployer.cli import options
from deployer.cli.app import App


@options.group(
    "new",
    examples="""
        nomadeploy new app api --stack shop --image shop/api:1.0.0 --port 8080 --public 'api.${var.domain}'
        nomadeploy new pack worker
    """,
)
def command() -> None:
    """Write the files of a new app or pack."""


@options.subcommand(
    command,
    "app",
    examples="""
        nomadeploy new app api --image shop/api:1.0.0 --port 8080
        nomadeploy new app api --stack shop --image shop/api:1.0.0 --port 8080 --public api.example.com
    """,
)
@click.argument("name")
@click.option("--stack", default="", metavar="NAME", help="Folder of jobs/ it goes into (default: the only one).")
@click.option("--pack", default="service", show_default=True, metavar="NAME", help="Pack that makes its job.")
@click.option("--image", default="", help="Container image.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port it listens on.")
@click.option("--public", default="", metavar="HOST", help="Host name of a public route; private without it.")
def app_command(app: App, name: str, stack: str, pack: str, image: str, port: int | None, public: str) -> None:
    """Write jobs/STACK/NAME.hcl."""
    from deployer.actions.new import NewApp, add_app

    asked = NewApp(name=name, stack=stack, pack=pack, image=image, port=port, public=public)
    tell_written(app, add_app(app.project, asked), app.root)


@options.subcommand(
    command,
    "pack",
    examples="""
        nomadeploy new pack worker
    """,
)
@click.argument("name")
def pack_command(app: App, name: str) -> None:
    """Write packs/NAME: metadata, variables, a template and a README."""
    from deployer.actions.new import add_pack

    tell_written(app, add_pack(app.project, name), app.root)


def tell_written(app: App, paths: tuple[Path, ...], root: Path) -> None:
    """List the files that were written."""
    for path in paths:
        app.result(str(path.relative_to(root)) if path.is_relative_to(root) else str(path))
