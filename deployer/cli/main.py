"""Runs one command and turns every way it can end into an exit code."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from deployer.cli.group import LazyGroup, global_options

PROGRAM = "nomadeploy"
COMPLETE = "_NOMADEPLOY_COMPLETE"


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's call
    if value:
        from deployer import __version__

        click.echo(f"{PROGRAM} {__version__}")
        ctx.exit()


cli = LazyGroup(
    name=PROGRAM,
    params=[
        *global_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version.",
        ),
    ],
    help="Pack, plan and deploy apps to Nomad and Consul as one release.",
    examples="""
        nomadeploy init shop
        nomadeploy validate
        nomadeploy plan prod
        nomadeploy run prod
    """,
)


class Terminated(KeyboardInterrupt):
    """SIGTERM: ends a command as Ctrl-C does, with a code of its own."""


def run(arguments: Sequence[str]) -> int:
    """Run one command as this process's own and return its exit code."""
    _prepare_streams()
    signal.signal(signal.SIGTERM, _terminate)
    return outcome(arguments)


def outcome(arguments: Sequence[str]) -> int:
    """
    Run one command and return its exit code.

    Everything that goes wrong is told on stderr; docs/errors.md lists the codes.
    """
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except BaseException as error:  # noqa: BLE001 - this is where every failure ends
        from deployer.cli.failures import told

        return told(error, arguments)
    return code


def _invoke(arguments: list[str]) -> int:
    instruction = os.environ.get(COMPLETE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, PROGRAM, COMPLETE, instruction)
    with cli.make_context(PROGRAM, arguments) as ctx:
        code = cli.invoke(ctx)
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    # A terminal that cannot show "→" must not turn a finished release into a crash.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not cut the clean-up short
    raise Terminated
