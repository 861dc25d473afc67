"""The one real cluster that the tests of a run share: brought up at its first use, removed at the end."""

import os
import sys
from collections.abc import Iterator

import pytest

from deployer.devcluster.down import take_down
from deployer.devcluster.state import ClusterState
from deployer.devcluster.up import bring_up


@pytest.fixture(scope="session")
def cluster() -> Iterator[ClusterState]:
    """A single-node cluster named after this process, so that runs side by side do not meet."""
    name = f"test-{os.getpid()}"
    try:
        yield bring_up(name, progress=say)
    finally:
        take_down(name, progress=say)


def say(text: str) -> None:
    """Tell progress where pytest shows it with a failure."""
    sys.stderr.write(f"{text}\n")
