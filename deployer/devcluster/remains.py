"""What do dead agents leave on the machine, and how is each kind removed?"""

import contextlib
import http.client
import os
import re
import shutil
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from deployer.devcluster.command import run_command, try_command
from deployer.devcluster.firewall import list_chains
from deployer.devcluster.ready import ask, open_connection
from deployer.devcluster.state import ClusterState
from deployer.errors import MachineUnfit

_REAPED_S = 3.0
_ALLOCATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NETNS = Path("/run/netns")
_CGROUPS = Path("/sys/fs/cgroup")
_CNI_ADDRESSES = Path("/run/cni/nomad")
"""host-local's records, one file per address (Nomad: cni/bridge.go, DataDir and Name)."""
_CNI_RESULTS = Path("/var/lib/cni/results")
"""libcni's cache, one file per attachment."""
_SHARED_DIRECTORIES = (_CNI_ADDRESSES, _CNI_ADDRESSES.parent, _CNI_RESULTS, _CNI_RESULTS.parent, _NETNS)


def allocation_ids(state: ClusterState) -> frozenset[str]:
    """Return the allocations that have a directory on one of the cluster's nodes."""
    found: set[str] = set()
    for node in state.nodes:
        for kind in ("a", "m"):
            directory = Path(node.data) / kind
            names = (path.name for path in directory.iterdir()) if directory.is_dir() else ()
            found.update(match[0] for name in names if (match := _ALLOCATION.match(name)))
    return frozenset(found)


def remove_containers(docker_host: str, allocations: frozenset[str]) -> None:
    """Remove the allocations' containers (label com.hashicorp.nomad.alloc_id), running or not."""
    if not docker_host or not allocations:
        return
    for container in ask(docker_host, "/containers/json?all=true", timeout_s=30) or []:
        if container.get("Labels", {}).get("com.hashicorp.nomad.alloc_id") in allocations:
            _remove_container(docker_host, container["Id"])


def _remove_container(docker_host: str, container: str) -> None:
    connection = open_connection(docker_host, timeout_s=30)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("DELETE", f"/containers/{container}?force=true&v=true")
        connection.getresponse().read()


def remove_namespaces(allocations: frozenset[str]) -> None:
    """Remove the network namespaces Nomad made for bridge networking, named by allocation."""
    for allocation in allocations:
        if (_NETNS / allocation).exists():
            run_command("ip", "netns", "del", allocation)


def remove_cni_records(state: ClusterState, allocations: frozenset[str]) -> None:
    """Give back the addresses, or a later cluster in the same network finds them taken."""
    network = state.subnet.rpartition(".0/")[0]
    third = int(network.rpartition(".")[2])
    prefix = network.rpartition(".")[0]
    ours = {f"{prefix}.{third + step}" for step in range(16)}
    for directory in (_CNI_ADDRESSES, _CNI_RESULTS):
        for path in directory.glob("*") if directory.is_dir() else ():
            if path.name.rpartition(".")[0] in ours or any(allocation in path.name for allocation in allocations):
                path.unlink(missing_ok=True)


def remove_cgroups(allocations: frozenset[str]) -> None:
    """
    Remove the allocations' cgroups (Nomad: client/lib/cgroupslib). A cgroup stays busy until its
    dead processes are reaped, which is up to the machine's first process.
    """
    deadline = time.monotonic() + _REAPED_S
    while scopes := _cgroups_of(allocations):
        for path in sorted(scopes, reverse=True):
            _remove_empty(path)
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _cgroups_of(allocations: frozenset[str]) -> list[Path]:
    # Not Path.rglob: it fails where another cluster's task ends, and its cgroup goes, meanwhile.
    walks = (os.walk(parent) for parent in _cgroup_parents())
    found = (Path(folder, name) for walk in walks for folder, names, _ in walk for name in names)
    return [path for path in found if path.name[:36] in allocations]


def list_shared() -> tuple[str, ...]:
    """Return what all Nomad agents of a machine share and is there already."""
    mounts = (f"mount {point}" for point in mounts_below(_NETNS) if point == str(_NETNS))
    return (*list_chains(), *list_paths((*_cgroup_parents(), *_SHARED_DIRECTORIES)), *mounts)


def list_paths(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return those of the paths that exist, as ``path DIRECTORY``."""
    return tuple(f"path {path}" for path in paths if path.exists())


def remove_new(paths: Iterable[Path], before: Collection[str]) -> None:
    """Remove empty directories that were not there before."""
    for path in paths:
        if f"path {path}" not in before:
            _remove_empty(path)


def remove_shared(before: Collection[str]) -> None:
    """
    With the last cluster, remove what Nomad agents share: only if it is empty and was not there
    before the first one; and not while an agent that is none of ours still runs.
    """
    if nomad_runs():
        return
    for parent in _cgroup_parents():
        if f"path {parent}" not in before:
            for path in (*parent.glob("share"), *parent.glob("reserve"), parent):
                _remove_empty(path)
    if f"path {_CNI_ADDRESSES}" not in before:
        _remove_address_records()
    if f"mount {_NETNS}" not in before and _NETNS.is_dir() and not any(_NETNS.iterdir()):
        try_command("umount", str(_NETNS))
    remove_new(_SHARED_DIRECTORIES, before)


def nomad_runs() -> bool:
    """Tell whether any Nomad agent runs on this machine; its name is enough to be careful."""
    names = (path.read_text(errors="replace") for path in Path("/proc").glob("[0-9]*/comm") if path.exists())
    try:
        return any(name.strip() == "nomad" for name in names)
    except OSError:  # a process ended while we looked
        return True


def _remove_address_records() -> None:
    left = {path.name for path in _CNI_ADDRESSES.glob("*")}
    if left <= {"lock", "last_reserved_ip.0"}:
        for name in left:
            (_CNI_ADDRESSES / name).unlink(missing_ok=True)


def _cgroup_parents() -> tuple[Path, ...]:
    return (*_CGROUPS.glob("*/nomad"), *_CGROUPS.glob("nomad.slice"))


def _remove_empty(path: Path) -> None:
    with contextlib.suppress(OSError):  # busy, or not empty: somebody else uses it
        path.rmdir()


def mounts_below(directory: Path) -> list[str]:
    """Return the mount points inside a directory, deepest first (/proc/self/mountinfo, field 5)."""
    text = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    points = (re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), line.split()[4]) for line in text.splitlines())
    inside = {point for point in points if Path(point).is_relative_to(directory)}
    return sorted(inside, key=len, reverse=True)


def unmount_below(directory: Path) -> None:
    """Unmount everything inside a directory: secrets, task directories, container layers."""
    for _ in range(3):  # a point can carry several mounts
        for point in mounts_below(directory):
            try_command("umount", "--lazy", point)


def remove_tree(directory: Path) -> None:
    """
    Delete a directory with everything in it.

    Raises:
        MachineUnfit: something is still mounted inside; deleting would reach through it.
    """
    if mounted := mounts_below(directory):
        raise MachineUnfit(f"still mounted: {', '.join(mounted)}", hint="umount them, then nomadeploy dev down again")
    if directory.exists():
        shutil.rmtree(directory)
