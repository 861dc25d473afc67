"""`nomadeploy dev`: a real cluster on this machine."""

from pathlib import Path

import click

from deployer.cli import options
from deployer.cli.app import App

_name = click.option(
    "--name", default="dev", show_default=True, metavar="NAME", help="Which cluster; several run side by side."
)


@options.group(
    "dev",
    examples="""
    nomadeploy dev up
    nomadeploy dev up --name mesh --nodes 2
    nomadeploy dev status
    nomadeploy dev down --all
    """,
)
def command() -> None:
    """Run a Nomad and Consul cluster on this machine: real agents, Envoy and Traefik."""


@options.subcommand(
    command,
    "up",
    examples="""
    nomadeploy dev up
    nomadeploy dev up --name mesh --nodes 2
    """,
)
@_name
@click.option("--nodes", type=click.IntRange(1, 14), metavar="N", help="N worker nodes, each a network namespace.")
@options.output
def up_command(app: App, name: str, nodes: int | None, output: str) -> None:
    """
    Start the cluster, or return at once if it runs.

    Without --nodes there is one node, on the host itself.
    """
    from deployer.devcluster.status import describe, status_text
    from deployer.devcluster.up import bring_up

    state = bring_up(name, workers=nodes or 0, progress=app.note, deploy=_deploy)
    app.result(status_text([describe(state)], output))


@options.subcommand(
    command,
    "fetch",
    examples="""
    nomadeploy dev fetch
    nomadeploy dev fetch --output json
    """,
)
@options.output
def fetch_command(app: App, output: str) -> None:
    """
    Find, download or build the programs a cluster needs, and start nothing.

    `dev up` does this by itself; here it can be done ahead, as for an image of CI.
    """
    from deployer.cli.output import as_json, as_table
    from deployer.devcluster.programs import find_programs

    found = find_programs(app.note)
    binaries = [found.nomad, found.consul, found.traefik, found.envoy]
    if output == "json":
        app.result(as_json({binary.name: binary for binary in binaries} | {"cni_path": found.cni_path}))
        return
    rows = [[binary.name, binary.version, binary.way, str(binary.path)] for binary in binaries]
    app.result(as_table([*rows, ["cni", "", "", str(found.cni_path)]]))


@options.subcommand(
    command,
    "status",
    examples="""
    nomadeploy dev status
    nomadeploy dev status --name mesh --output json
    """,
)
@click.option("--name", metavar="NAME", help="Only this cluster.")
@options.output
def status_command(app: App, name: str | None, output: str) -> None:
    """Show processes, nodes, drivers and addresses."""
    from deployer.devcluster.state import load_all
    from deployer.devcluster.status import describe, status_text

    app.result(status_text([describe(state) for state in load_all() if name in {None, state.name}], output))


@options.subcommand(
    command,
    "down",
    examples="""
    nomadeploy dev down
    nomadeploy dev down --all
    """,
)
@_name
@click.option("--all", "everything", is_flag=True, help="Every cluster of this user.")
def down_command(app: App, name: str, *, everything: bool) -> None:
    """Remove the cluster with everything it made."""
    from deployer.devcluster.down import take_down
    from deployer.devcluster.state import load_all

    for each in [state.name for state in load_all()] if everything else [name]:
        if not take_down(each, progress=app.note):
            app.note(f"there is no cluster {each}")


def _deploy(folder: Path, environment: str) -> None:
    """Release the platform by the same engine as any app."""
    from deployer.actions.deploy import deploy_project
    from deployer.report.plain import PlainReport

    deploy_project(folder, environment, PlainReport())
