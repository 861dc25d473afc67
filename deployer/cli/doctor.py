"""``nomadeploy doctor``: what is wrong with a cluster before a release meets it."""

from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.doctor.model import Check
    from deployer.project.overrides import Overrides

_CLUSTER = 4
_COLOURS = {"ok": "green", "warning": "yellow", "fails": "red"}


@options.command(
    "doctor",
    examples="""
        nomadeploy doctor prod
        nomadeploy doctor prod --quiet
        nomadeploy doctor prod --output json
    """,
)
@options.environment
@click.option("-q", "--quiet", is_flag=True, help="Only warnings and failures.")
@options.overrides
@options.output
def command(app: App, environment: str, *, quiet: bool, overrides: "Overrides", output: str) -> int:
    """
    Check that an environment's cluster is fit for what its files ask.

    Looks at Nomad and Consul (reach, TLS, clock, version, leader, rights), the nodes (drivers,
    network, Envoy, room for every app), the mesh (default deny) and the way in. Nothing is changed.
    The exit code is 4 when something fails; warnings do not count.
    """
    from deployer.actions.doctor import examine_environment
    from deployer.cli.output import as_json
    from deployer.doctor.checks import failed

    checks = examine_environment(app.resolve(environment, overrides))
    if output == "json":
        app.result(as_json(checks))
    else:
        _tell(app, checks, quiet=quiet)
    return _CLUSTER if failed(checks) else 0


def _tell(app: App, checks: "tuple[Check, ...]", *, quiet: bool) -> None:
    for check in checks:
        if quiet and check.outcome == "ok":
            continue
        word = click.style(f"{check.outcome:<7}", fg=_COLOURS[check.outcome], bold=check.outcome == "fails")
        hint = f" → {check.hint}" if check.hint else ""
        app.result(f"{word}  {check.part:<7}  {check.message}{hint}")
    counts = [f"{sum(check.outcome == word for check in checks)} {word}" for word in ("ok", "warning", "fails")]
    app.note(", ".join(counts))
