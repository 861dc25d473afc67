"""The cluster that the benchmarks run on, and how long it takes to come up with its programs in the cache."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploys import NOMADEPLOY

from deployer.devcluster.state import ClusterState, load_state

NAME = "bench"
READY = "the cluster takes jobs"


@dataclass(frozen=True)
class Start:
    """Seconds until the cluster takes jobs, and until the command ends (Traefik released by then)."""

    jobs_s: float
    whole_s: float


def clean_environment() -> dict[str, str]:
    """Return our environment without what would send a tool to another cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("NOMAD_", "CONSUL_"))}


def bring_up(env: Mapping[str, str]) -> Start:
    """Start the cluster by the command that people use, and take the time of its lines."""
    started = time.monotonic()
    argv = [NOMADEPLOY, "dev", "up", "--name", NAME]
    ready = 0.0
    with subprocess.Popen(argv, env=dict(env), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as program:
        assert program.stderr is not None
        told = []
        for line in program.stderr:
            told.append(line)
            if READY in line:
                ready = time.monotonic() - started
    if program.returncode or not ready:
        raise RuntimeError("".join(told[-20:]))
    return Start(jobs_s=ready, whole_s=time.monotonic() - started)


def take_down(env: Mapping[str, str]) -> None:
    subprocess.run([NOMADEPLOY, "dev", "down", "--name", NAME], env=dict(env), check=True, capture_output=True)


@contextmanager
def running(env: Mapping[str, str], starts: list[Start], *, repeats: int) -> Iterator[ClusterState]:
    """Start and remove the cluster, then start it to stay for the block; every start is added to `starts`."""
    take_down(env)
    try:
        for _ in range(repeats - 1):
            starts.append(bring_up(env))
            take_down(env)
        starts.append(bring_up(env))
        state = load_state(NAME)
        if state is None:
            raise RuntimeError("the cluster is up and has no state")
        yield state
    finally:
        take_down(env)


def machine() -> str:
    """Describe this machine without naming it."""
    memory_kb = next(
        int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    load = os.getloadavg()[1]
    return f"{os.cpu_count()} cores, {memory_kb / 1024**2:.0f} GB, load average {load:.1f} at the end"
