"""How does `dev down` remove everything a cluster made, and nothing else?"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from deployer.devcluster.command import try_command
from deployer.devcluster.engine import ENGINE_DIRECTORIES, engine_data, own_engine
from deployer.devcluster.firewall import clear_firewall
from deployer.devcluster.layout import data_directory
from deployer.devcluster.lineage import end_all, find_members
from deployer.devcluster.locks import cluster_lock, machine_lock
from deployer.devcluster.machine import require_fit_machine
from deployer.devcluster.network import allocation_bridge
from deployer.devcluster.remains import (
    allocation_ids,
    remove_cgroups,
    remove_cni_records,
    remove_containers,
    remove_namespaces,
    remove_new,
    remove_shared,
    remove_tree,
    unmount_below,
)
from deployer.devcluster.state import ClusterState, Made, load_all, load_state
from deployer.errors import MachineUnfit


def take_down(name: str, *, progress: Callable[[str], None]) -> bool:
    """
    Remove a cluster and everything it made. Returns False if there is none.

    Raises:
        MachineUnfit: not root or not Linux, or something would not go away.
    """
    require_fit_machine()
    with cluster_lock(name):
        state = load_state(name)
        if state is None:
            return False
        progress(f"removing cluster {name}")
        clear_machine(state)
        return True


def clear_machine(state: ClusterState) -> None:
    """
    Remove what the state names and what its processes made. Safe to repeat, and after a crash
    at any point: the state file goes last.
    """
    allocations = allocation_ids(state)
    _end_agents(state)
    remove_containers(state.docker_host, allocations)
    if not end_all(lambda: find_members(state.directory, allocations)):
        raise MachineUnfit(f"processes of cluster {state.name} do not end", hint="look for tasks in disk sleep (D)")
    with machine_lock():
        others = [other for other in load_all() if other.directory != state.directory]
        _clear_network(state, allocations, last=not others)
        remove_cgroups(allocations)
        unmount_below(data_directory(state))
        _undo(state)
        _remove_engine_if_unused(others)
        if not others:
            remove_shared(state.before)
    remove_tree(Path(state.directory))


def _end_agents(state: ClusterState) -> None:
    """
    Agents first, so that none restarts a task; by SIGKILL, because a graceful end would wait
    for every task's kill timeout and the data is thrown away anyhow.
    """
    roles = {agent.pid: agent.started for agent in state.agents}

    def living() -> dict[int, int]:
        members = find_members(state.directory)
        return {pid: started for pid, started in members.items() if roles.get(pid) == started}

    end_all(living)
    for pid in roles:
        with contextlib.suppress(ChildProcessError):  # ours only if this process started it
            os.waitpid(pid, os.WNOHANG)


def _clear_network(state: ClusterState, allocations: frozenset[str], *, last: bool) -> None:
    remove_namespaces(allocations)
    remove_cni_records(state, allocations)
    clear_firewall(state.subnet, state.before, last=last)
    for node in state.nodes:
        if not node.netns:
            try_command("ip", "link", "del", allocation_bridge(state.bridge, node.index))


def _undo(state: ClusterState) -> None:
    """Undo the intent log backwards; an entry whose deed never happened is no error."""
    for made in reversed(state.made):
        _remove(made)


def _remove(made: Made) -> None:
    match made.kind:
        case "rule":
            table, chain, *rule = made.name.split()
            while try_command("iptables", "-w", "-t", table, "-D", chain, *rule):
                pass
        case "netns":
            try_command("ip", "netns", "del", made.name)
        case "bridge":
            try_command("ip", "link", "del", made.name)
        case "directory":
            unmount_below(Path(made.name))
            remove_tree(Path(made.name))
        case _:
            raise MachineUnfit(f"the cluster's state names an unknown kind of thing: {made.kind}")


def _remove_engine_if_unused(others: list[ClusterState]) -> None:
    engine = own_engine()
    if engine is None or any(other.docker_host == engine.docker_host for other in others):
        return
    clear_engine(engine)


def clear_engine(engine: ClusterState) -> None:
    """Stop our own Docker engine; its data (the images) stays."""
    end_all(lambda: find_members(engine.directory, container_ids()), grace_s=10.0, limit_s=20.0)
    unmount_below(engine_data())
    _undo(engine)
    remove_new(ENGINE_DIRECTORIES, engine.before)
    remove_tree(Path(engine.directory))


def container_ids() -> frozenset[str]:
    """Return the containers of our own engine; their processes do not have our environment."""
    containers = engine_data() / "containers"
    return frozenset(path.name for path in containers.glob("*")) if containers.is_dir() else frozenset()
