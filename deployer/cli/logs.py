"""``nomadeploy logs``: the logs of an app's allocations, together, now or as they come."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.cluster.ports import NomadPort
    from deployer.operate.follow import LogWish
    from deployer.operate.lines import LogLine
    from deployer.project.overrides import Overrides

# As `tail --follow` does: what is asked is what happens from now on.
_TAIL_OF_FOLLOW = 10


@options.command(
    "logs",
    examples="""
        nomadeploy logs prod app-a --follow
        nomadeploy logs prod app-a --since-deploy --stderr
        nomadeploy logs prod app-a --alloc 3f2c19d0 --tail 100
    """,
)
@options.environment
@options.app_name
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines and new allocations until Ctrl-C.")
@click.option("--tail", type=click.IntRange(min=0), help="Only the last lines of each log (with --follow: 10).")
@click.option("--since-deploy", is_flag=True, help="Only allocations of the last deployment, from their start.")
@click.option("--stdout", "kind", flag_value="stdout", help="Only what went to standard output.")
@click.option("--stderr", "kind", flag_value="stderr", help="Only what went to standard error.")
@click.option("--task", metavar="NAME", default="", help="Only this task.")
@click.option("--alloc", metavar="ID", default="", help="Only the allocation whose id begins so.")
@click.option("--all-tasks", is_flag=True, help="Sidecars and the firewall too.")
@options.overrides
@options.output
def command(
    app: App,
    environment: str,
    app_name: str,
    *,
    follow: bool,
    tail: int | None,
    since_deploy: bool,
    kind: str | None,
    task: str,
    alloc: str,
    all_tasks: bool,
    overrides: "Overrides",
    output: str,
) -> None:
    """
    Print or follow the logs of an app, of all its allocations together.

    Each line begins with the allocation and its task; with --output json it is an object. Without
    --follow whole logs are printed, one after the other.
    """
    from deployer.actions.connect import connect
    from deployer.actions.logs import follow_logs, print_logs, version_of_last_deployment
    from deployer.operate.follow import LogWish
    from deployer.project.choose import chosen_apps

    resolved = app.resolve(environment, overrides)
    (chosen,) = chosen_apps(resolved, [app_name])
    nomad = connect(resolved.environment).nomad
    since = version_of_last_deployment(nomad, chosen.namespace, chosen.job_id) if since_deploy else 0
    wish = LogWish(
        namespace=chosen.namespace,
        job_id=chosen.job_id,
        kinds=(kind,) if kind else ("stdout", "stderr"),
        tail=_TAIL_OF_FOLLOW if tail is None and follow and not since_deploy else tail,
        task=task,
        alloc_id=alloc,
        every_task=all_tasks,
        since_version=since,
    )
    write = _writer(app, output, _width(nomad, wish))
    if follow:
        follow_logs(nomad, wish, write, app.note)
    elif not print_logs(nomad, wish, write):
        app.note("no task has started yet: there is no log")


def _width(nomad: "NomadPort", wish: "LogWish") -> int:
    """Return the width of the longest prefix, so that lines are aligned from the first on."""
    from deployer.operate.choice import roles_of

    names = [
        role.name
        for role in roles_of(nomad.read_job(wish.namespace, wish.job_id) or {})
        if (wish.every_task or not role.beside) and wish.task in ("", role.name)
    ]
    return 9 + max(map(len, names), default=0)


def _writer(app: App, output: str, width: int) -> "Callable[[LogLine], None]":
    from deployer.operate.lines import shown

    def as_text(line: "LogLine") -> None:
        app.result(shown(line, width=width, colours=app.colours_out))

    def as_json(line: "LogLine") -> None:
        source = line.source
        fields = {"alloc": source.alloc_id, "node": source.node, "task": source.task, "stream": source.kind}
        app.result(json.dumps({**fields, "line": line.text}, ensure_ascii=False))

    return as_json if output == "json" else as_text
