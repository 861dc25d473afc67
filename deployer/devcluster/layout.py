"""Which name, addresses, ports and directories does a new cluster get?"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
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
    take = _taking(_taken_ports(others))
    ports = _pick_ports(take)
    directory = str(cluster_directory(name))
    state = ClusterState(
        name=name,
        directory=directory,
        subnet=str(subnet),
        bridge=f"nd{short_id(directory)}",
        nomad_address=f"http://127.0.0.1:{ports.nomad_http}",
        consul_address=f"http://127.0.0.1:{ports.consul_http}",
        grpc_address=f"127.0.0.1:{ports.consul_grpc}",
        http_port=take(8080),
        https_port=take(8443),
        metrics_port=take(8082),
        nodes=plan_nodes(name=name, directory=directory, subnet=subnet, workers=workers),
        before=others[0].before if others else list_shared(),
    )
    return _with_programs(state, programs), ports


def _with_programs(state: ClusterState, programs: Programs) -> ClusterState:
    return replace(
        state,
        nomad=str(programs.nomad.path),
        consul=str(programs.consul.path),
        envoy=str(programs.envoy.path),
        traefik=str(programs.traefik.path),
        versions=programs.versions(),
        cni_path=str(programs.cni_path),
    )


def data_directory(state: ClusterState) -> Path:
    """Return the directory that holds all nodes' data."""
    return Path(state.nodes[0].data).parent


def _pick_ports(take: Callable[[int], int]) -> Ports:
    return Ports(
        nomad_http=take(4646),
        nomad_rpc=take(4647),
        nomad_serf=take(4648),
        consul_http=take(8500),
        consul_grpc=take(8502),
        consul_dns=take(8600),
        consul_rpc=take(8300),
        consul_serf=take(8301),
    )


def _taking(taken: set[int]) -> Callable[[int], int]:
    """Return a way to pick ports that never gives one twice."""

    def take(preferred: int) -> int:
        port = pick_port(preferred, taken)
        taken.add(port)
        return port

    return take


def _taken_ports(others: Sequence[ClusterState]) -> set[int]:
    """The ports of clusters that are just starting are not bound yet."""
    taken: set[int] = set()
    for other in others:
        taken |= ports_of((other.nomad_address, other.consul_address, other.grpc_address))
        taken |= {other.http_port, other.https_port, other.metrics_port}
    return taken
