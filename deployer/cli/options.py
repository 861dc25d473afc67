"""Arguments and options that several commands share, and the decorators that make a command."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deployer.cli.group import Command, Group, app_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from deployer.project.overrides import Overrides

F = TypeVar("F", bound=Callable[..., Any])


def command(name: str, *, examples: str) -> Callable[[Callable[..., Any]], Command]:
    """
    Make a command; its function receives the `App` first and may return an exit code.

    Args:
        examples: one command line per line, with long options, shown at the end of the help.
    """

    def decorate(function: Callable[..., Any]) -> Command:
        made: Command = click.command(name, cls=Command, examples=examples)(pass_app(function))
        return made

    return decorate


def group(name: str, *, examples: str) -> Callable[[Callable[..., Any]], Group]:
    """Make a command with commands of its own, which are added with `subcommand`."""

    def decorate(function: Callable[..., Any]) -> Group:
        made: Group = click.group(name, cls=Group, examples=examples)(function)
        return made

    return decorate


def subcommand(parent: Group, name: str, *, examples: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a group, as `command` does."""

    def decorate(function: Callable[..., Any]) -> Command:
        made = command(name, examples=examples)(function)
        parent.add_command(made)
        return made

    return decorate


def pass_app(function: F) -> F:
    """Give the function the `App` as its first argument."""

    @wraps(function)
    def with_app(*args: Any, **kwargs: Any) -> Any:
        return function(app_of(click.get_current_context()), *args, **kwargs)

    return with_app  # type: ignore[return-value]


def _environments(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list["CompletionItem"]:
    from deployer.cli.complete import environments

    return environments(app_of(ctx), incomplete)


def _apps(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list["CompletionItem"]:
    from deployer.cli.complete import apps

    return apps(app_of(ctx), ctx.params.get("environment"), incomplete)


def _stacks(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list["CompletionItem"]:
    from deployer.cli.complete import stacks

    return stacks(app_of(ctx), incomplete)


environment = click.argument("environment", metavar="ENV", shell_complete=_environments)
"""``environment: str``, required."""

optional_environment = click.argument("environment", metavar="[ENV]", required=False, shell_complete=_environments)
"""``environment: str | None``."""

app_name = click.argument("app_name", metavar="APP", shell_complete=_apps)
"""``app_name: str``, one app: ``app`` or ``stack/app``."""

app_names = click.argument("app_names", metavar="[APP]...", nargs=-1, shell_complete=_apps)
"""``app_names: tuple[str, ...]``; none means all apps of the environment."""

stack = click.option("--stack", metavar="NAME", help="Only the apps of this stack.", shell_complete=_stacks)
"""``stack: str | None``."""

yes = click.option("-y", "--yes", is_flag=True, help="Agree to everything that would be asked.")
"""``yes: bool``, for `App.confirm`."""

output = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the result."
)
"""``output: str``, ``text`` or ``json``."""

_VAR_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def overrides(function: F) -> F:
    """Add --var, --var-file, --set and --image, given to the function as one ``overrides: Overrides``."""

    @wraps(function)
    def with_overrides(*args: Any, **kwargs: Any) -> Any:
        return function(*args, overrides=_overrides(kwargs), **kwargs)

    for option in (
        click.option("--image", multiple=True, metavar="APP=IMAGE", help="Image of one app."),
        click.option("--set", "sets", multiple=True, metavar="APP.KEY=VALUE", help="One value of one app."),
        click.option("--var-file", type=_VAR_FILE, multiple=True, help="File of variables; later files win."),
        click.option("--var", multiple=True, metavar="NAME=VALUE", help="One variable, for ${var.NAME}."),
    ):
        with_overrides = option(with_overrides)
    return with_overrides  # type: ignore[return-value]


def _overrides(kwargs: dict[str, Any]) -> "Overrides":
    from deployer.project.overrides import Overrides

    for text in (*kwargs["var"], *kwargs["sets"], *kwargs["image"]):
        if text != (readable := text.encode(errors="replace").decode()):
            raise click.UsageError(f"{readable!r} is not UTF-8 text")
    return Overrides(
        var_files=kwargs.pop("var_file"),
        variables=kwargs.pop("var"),
        sets=kwargs.pop("sets"),
        images=kwargs.pop("image"),
    )
