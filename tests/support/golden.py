"""
Golden files: what a test made, compared with what was kept in tests/golden/<test name>/.

``--update-golden`` writes what differs and compares all the same, so a test that makes another
text each time fails even then.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parent.parent / "golden"

Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return ``golden(file, text)``, which fails when the kept file says something else."""
    # The cases of a parametrized test share a folder and name their files differently.
    folder = GOLDEN / request.function.__name__
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        path = folder / name
        kept = path.read_text(encoding="utf-8") if path.is_file() else None
        if update and kept != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            kept = path.read_text(encoding="utf-8")
        assert kept is not None, f"{path} does not exist; pytest --update-golden writes it"
        assert text == kept, f"differs from {path}; look at the difference, then pytest --update-golden"

    return compare


def golden_folders() -> set[str]:
    """Return the names of the folders that are kept."""
    return {path.name for path in GOLDEN.iterdir() if path.is_dir()} if GOLDEN.is_dir() else set()
