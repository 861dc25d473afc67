"""Which name, addresses, ports and directories does a new cluster get?"""

import re
from collections.abc import Sequence
from pathlib import Path

from deployer.devcluster.config import Ports
from deployer.devcluster.network import (
    MAX_WORKERS,
    busy_networks,
    pick_port,
    pick_subnet,
    plan_nodes,
    ports_of,
    short_id,
)
from deployer.devcluster.programs import Programs
from deployer.devcluster.remains import list_shared
from deployer.devcluster.state import ClusterState, cluster_directory, load_all
from deployer.errors import MachineUnfit

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")


def require_name(name: str, workers: int) -> None:
    """
    Refuse a name or a size that cannot be: names become host names and directories.

    Raises:
        MachineUnfit: with what is allowed.
    """
    if not _NAME.fullmatch(name):
        raise MachineUnfit(
            f"{name!r} cannot be a cluster's name",
            hint="lower-case letters, digits and '-', at most 20, a letter first",
        )
    if not 0 <= workers <= MAX_WORKERS:
        raise MachineUnfit(f"a dev cluster has 1 to {MAX_WORKERS} nodes, not {workers}")


def lay_out(name: str, workers: int, programs: Programs) -> tuple[ClusterState, Ports]:
    """
    Choose what a new cluster takes; nothing is made yet. The caller holds the machine lock and
    saves the state before it lets go, so that two clusters never choose the same.
    """
    others = load_all()
    subnet = pick_subnet(busy_networks())
    taken = _taken_ports(others)
    ports = _pick_ports(taken)
    directory = str(cluster_directory(name))
    state = ClusterState(
        name=name,
        directory=directory,
        subnet=str(subnet),
        bridge=f"nd{short_id(directory)}",
        nomad_address=f"http://127.0.0.1:{ports.nomad_http}",
        consul_address=f"http://127.0.0.1:{ports.consul_http}",
        grpc_address=f"127.0.0.1:{ports.consul_grpc}",
        http_port=pick_port(8080, taken),
        https_port=pick_port(8443, taken),
        metrics_port=pick_port(8082, taken),
        nomad=str(programs.nomad.path),
        consul=str(programs.consul.path),
        envoy=str(programs.envoy.path),
        traefik=str(programs.traefik.path),
        versions=programs.versions(),
        cni_path=str(programs.cni_path),
        nodes=plan_nodes(name=name, directory=directory, subnet=subnet, workers=workers),
        before=others[0].before if others else list_shared(),
    )
    return state, ports


def data_directory(state: ClusterState) -> Path:
    """Return the directory that holds all nodes' data."""
    return Path(state.nodes[0].data).parent


def _pick_ports(taken: set[int]) -> Ports:
    return Ports(
        nomad_http=pick_port(4646, taken),
        nomad_rpc=pick_port(4647, taken),
        nomad_serf=pick_port(4648, taken),
        consul_http=pick_port(8500, taken),
        consul_grpc=pick_port(8502, taken),
        consul_dns=pick_port(8600, taken),
        consul_rpc=pick_port(8300, taken),
        consul_serf=pick_port(8301, taken),
    )


def _taken_ports(others: Sequence[ClusterState]) -> set[int]:
    """The ports of clusters that are just starting are not bound yet."""
    taken: set[int] = set()
    for other in others:
        taken |= ports_of((other.nomad_address, other.consul_address, other.grpc_address))
        taken |= {other.http_port, other.https_port, other.metrics_port}
    return taken
