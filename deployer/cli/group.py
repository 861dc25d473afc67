"""click's command and group classes, made lazy, with examples in the help and global options everywhere."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import click

from deployer.cli import table
from deployer.cli.app import App


class Command(click.Command):
    """A command whose help ends with examples, and which takes the global options too."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params += global_options()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class Group(click.Group):
    """A command with commands of its own, such as ``dev up``."""

    command_class = Command

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named, or say which one is near."""
        name = str(args[0])
        if name.startswith("-") or ctx.resilient_parsing or self.get_command(ctx, name) is not None:
            return super().resolve_command(ctx, args)
        from deployer.finding import did_you_mean

        raise click.UsageError(f"there is no command {name!r}{did_you_mean(name, self.list_commands(ctx))}", ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the commands."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class LazyGroup(Group):
    """The root: its commands are known from a table and imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the table's order."""
        return list(table.SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if cmd_name not in table.SUMMARIES:
            return None
        command: click.Command = importlib.import_module(table.module_of(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """Write the table, grouped by purpose."""
        for title, commands in table.SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()), col_max=12)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete command names from the table, options as click does."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=text) for name, text in table.SUMMARIES.items() if name.startswith(incomplete)
        ]


def write_examples(examples: str, formatter: click.HelpFormatter) -> None:
    """Write example lines as they are, under their own title."""
    lines = [line.strip() for line in examples.strip().splitlines()]
    if lines:
        with formatter.section("Examples"):
            for line in lines:
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def global_options() -> Sequence[click.Parameter]:
    """Return the options that every command takes, before its name or after."""
    return (
        _option(("-C", "--project"), "Folder of the project (default: found upward from here).", metavar="DIR"),
        _option(("-v", "--verbose"), "Add the cause of an error, and the place where `exec` runs.", count=True),
        _option(("--no-color",), "No colours, as with NO_COLOR set.", is_flag=True),
    )


def _option(names: tuple[str, ...], text: str, **kwargs: Any) -> click.Option:
    return click.Option(names, help=text, expose_value=False, callback=_SETTERS[names[-1]], **kwargs)


def _setter(change: Callable[[App, Any], App]) -> Callable[[click.Context, click.Parameter, Any], None]:
    def apply(ctx: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value:
            ctx.obj = change(app_of(ctx), value)

    return apply


def app_of(ctx: click.Context) -> App:
    """Return what the command receives, made on first use."""
    app = ctx.find_object(App)
    if app is None:
        app = ctx.obj = App()
    return app


_SETTERS = {
    "--project": _setter(lambda app, value: replace(app, start=app.folder(value))),
    "--verbose": _setter(lambda app, value: replace(app, verbosity=value)),
    "--no-color": _setter(lambda app, value: replace(app, wants_colour=not value)),
}
