"""``nomadeploy exec``: a command inside an app's allocation."""

import sys
from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.operate.relay import Streams
    from deployer.project.overrides import Overrides


@options.command(
    "exec",
    examples="""
        nomadeploy exec prod app-a -- /bin/sh
        nomadeploy exec prod app-a --no-tty -- cat /proc/meminfo
        nomadeploy exec prod database --alloc 3f2c19d0 -- psql --command "select 1"
    """,
)
@options.environment
@options.app_name
@click.argument("words", metavar="-- CMD...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--alloc", metavar="ID", default="", help="In the allocation whose id begins so (default: a running one)."
)
@click.option("--task", metavar="NAME", default="", help="In this task (default: the app's own).")
@click.option("-t", "--tty/--no-tty", default=None, help="Give it a terminal (default: if this is one).")
@click.option("-i", "--stdin/--no-stdin", default=True, show_default=True, help="Pass standard input on.")
@options.overrides
def command(
    app: App,
    environment: str,
    app_name: str,
    *,
    words: tuple[str, ...],
    alloc: str,
    task: str,
    tty: bool | None,
    stdin: bool,
    overrides: "Overrides",
) -> int:
    """
    Run a command inside an app's allocation.

    The exit code is the command's own. Input and output can be piped.
    """
    from deployer.actions.connect import connect, connections
    from deployer.actions.exec import ExecWish, find_place, run_command
    from deployer.cluster.exec import ExecGateway
    from deployer.project.choose import chosen_apps

    resolved = app.resolve(environment, overrides)
    (chosen,) = chosen_apps(resolved, [app_name])
    wish = ExecWish(namespace=chosen.namespace, job_id=chosen.job_id, app=chosen.name, alloc_id=alloc, task=task)
    streams = _streams(tty=tty, stdin=stdin)
    place = find_place(connect(resolved.environment).nomad, wish)
    app.detail(f"in task {place.task} of allocation {place.alloc_id} on {place.node}")
    nomad, _ = connections(resolved.environment)
    return run_command(ExecGateway(nomad), chosen.namespace, place, words, streams)


def _streams(*, tty: bool | None, stdin: bool) -> "Streams":
    from deployer.operate.relay import Streams
    from deployer.operate.terminal import is_terminal

    here = is_terminal(sys.stdin.fileno(), sys.stdout.fileno())
    if tty and not here:
        raise click.UsageError("--tty needs a terminal on this side; leave it out")
    wanted = here and stdin if tty is None else tty
    return Streams(stdin=sys.stdin.fileno() if stdin else None, tty=wanted)
