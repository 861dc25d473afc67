"""How do two commands on one machine keep out of each other's way?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deployer.devcluster.state import state_root


@contextmanager
def cluster_lock(name: str) -> Iterator[None]:
    """Hold one cluster: a second `dev up` or `dev down` of the same name waits."""
    with _held(state_root() / "locks" / f"cluster-{name}"):
        yield


@contextmanager
def machine_lock() -> Iterator[None]:
    """Hold the choice of addresses, ports and the shared Docker engine, for a moment."""
    with _held(state_root() / "locks" / "machine"):
        yield


@contextmanager
def _held(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
