"""Which processes belong to a cluster? Decided by start time and environment, never by name."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deployer.devcluster.state import Agent

MARKER = "NOMADEPLOY_CLUSTER"
"""Environment variable that agents, executors and tasks inherit from `dev up`."""


def start_time(pid: int) -> int:
    """Return a process's start time in clock ticks since boot; 0 if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    fields = stat.rpartition(")")[2].split()
    return 0 if fields[0] == "Z" else int(fields[19])


def is_alive(agent: Agent) -> bool:
    """Tell whether the very process that was started still runs."""
    return start_time(agent.pid) == agent.started != 0


def find_members(marker: str, allocations: frozenset[str] = frozenset()) -> dict[int, int]:
    """
    Find every process of a cluster: its environment holds the marker, or it lives in a
    cgroup of one of the cluster's allocations (a task may have cleaned its environment).
    Returns start times by pid.
    """
    wanted = f"{MARKER}={marker}".encode()
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        if _has_marker(entry, wanted) or _in_cgroup_of(entry, allocations):
            found[int(entry.name)] = start_time(int(entry.name))
    return {pid: started for pid, started in found.items() if started}


def end_all(find: Callable[[], dict[int, int]], *, grace_s: float = 0.0, limit_s: float = 10.0) -> bool:
    """
    End the processes that `find` returns until it returns none: SIGTERM first if `grace_s`
    is given, SIGKILL after it. Returns False if some are left after `limit_s`.
    """
    begun = time.monotonic()
    while members := find():
        passed = time.monotonic() - begun
        if passed > limit_s:
            return False
        for pid, started in members.items():
            _send(pid, started, signal.SIGTERM if passed < grace_s else signal.SIGKILL)
        time.sleep(0.02)
    return True


def _send(pid: int, started: int, number: signal.Signals) -> None:
    """Signal the process by a file descriptor, so that a reused pid is never hit."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            if start_time(pid) == started:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def _has_marker(entry: Path, wanted: bytes) -> bool:
    return wanted in _read(entry / "environ").split(b"\0")


def _in_cgroup_of(entry: Path, allocations: frozenset[str]) -> bool:
    if not allocations:
        return False
    cgroups = _read(entry / "cgroup").decode(errors="replace")
    return any(allocation in cgroups for allocation in allocations)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
