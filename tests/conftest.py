"""What all tests share: the golden files."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).resolve().parent / "support"))

from cluster import cluster  # noqa: F401 - a fixture is used by its name
from golden import golden  # noqa: F401
from quiet_machine import quiet_machine  # noqa: F401


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew where it differs")


# `--hypothesis-profile soak` looks longer for what the quick run has not found.
_SLOW = (HealthCheck.too_slow,)
settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("soak", max_examples=3000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("quick")
