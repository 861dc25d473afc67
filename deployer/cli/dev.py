"""The commands `nomadeploy dev up|status|down`."""

from pathlib import Path

import click


@click.group("dev")
def command() -> None:
    """A real Nomad and Consul cluster on this machine."""


@command.command("up")
@click.option("--name", default="dev", show_default=True, help="Clusters of different names run side by side.")
@click.option("--nodes", type=click.IntRange(1, 14), help="Nodes in network namespaces of their own.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def up(name: str, nodes: int | None, output: str) -> None:
    """Start the cluster, or return at once if it runs."""
    from deployer.devcluster.status import describe, print_status
    from deployer.devcluster.up import bring_up

    state = bring_up(name, workers=nodes or 0, progress=_say, deploy=_deploy)
    print_status([describe(state)], output)


@command.command("down")
@click.option("--name", default="dev", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Every cluster of this user.")
def down(name: str, *, everything: bool) -> None:
    """Remove the cluster and everything it made."""
    from deployer.devcluster.down import take_down
    from deployer.devcluster.state import load_all

    names = [state.name for state in load_all()] if everything else [name]
    for each in names:
        if not take_down(each, progress=_say):
            _say(f"there is no cluster {each}")


@command.command("status")
@click.option("--name", help="Only this cluster.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def status(name: str | None, output: str) -> None:
    """Show processes, nodes, drivers, versions and addresses."""
    from deployer.devcluster.state import load_all
    from deployer.devcluster.status import describe, print_status

    print_status([describe(state) for state in load_all() if name in (None, state.name)], output)


def _deploy(folder: Path, environment: str) -> None:
    """Release the platform by the same engine as any app."""
    from deployer.actions.deploy import deploy_project
    from deployer.report.plain import PlainReport

    deploy_project(folder, environment, PlainReport())


def _say(text: str) -> None:
    click.echo(text, err=True)
