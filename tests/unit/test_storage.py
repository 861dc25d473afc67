"""The cache by content: private, harmless when damaged, and never in the way."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deployer import storage

CODE = """
from deployer import storage
directory = storage.cache_directory()
print(directory)
print(oct(directory.stat().st_mode & 0o777))
"""


def directory_with(cache_home: Path) -> tuple[Path, str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache_home), "TMPDIR": str(cache_home.parent)}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    name, mode = done.stdout.split()
    return Path(name), mode


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    storage.cache_directory.cache_clear()
    yield storage.cache_directory()
    storage.cache_directory.cache_clear()


def test_a_result_is_computed_once_per_content(cache: Path) -> None:
    asked = []

    def compute() -> int:
        asked.append(1)
        return 7

    assert [storage.cached("k", content, compute) for content in (b"a", b"a", b"b")] == [7, 7, 7]
    assert len(asked) == 2


def test_a_damaged_entry_is_as_good_as_none(cache: Path) -> None:
    storage.cached("k", b"a", lambda: 7)
    (entry,) = (cache / "content").glob("*/*")
    entry.write_bytes(b"\x80garbage")

    assert storage.cached("k", b"a", lambda: 8) == 8
    assert storage.cached("k", b"a", lambda: 9) == 8


def test_entries_of_last_month_are_removed_once_a_day(cache: Path) -> None:
    storage.cached("k", b"old", lambda: 1)
    (old,) = (cache / "content").glob("*/*")
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    os.utime(cache / "content-pruned", (month_ago, month_ago))
    storage._prune.cache_clear()

    storage.cached("k", b"new", lambda: 2)

    assert not old.exists()
    assert len(list((cache / "content").glob("*/*"))) == 1


def test_the_directory_is_the_users_alone(tmp_path: Path) -> None:
    assert directory_with(tmp_path / "cache") == (tmp_path / "cache" / "nomadeploy", "0o700")


def test_a_directory_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    shared = tmp_path / "cache" / "nomadeploy"
    shared.mkdir(parents=True)
    shared.chmod(0o777)

    directory, mode = directory_with(tmp_path / "cache")

    assert (directory.parent, mode) == (tmp_path, "0o700")


def test_a_place_that_cannot_be_made_is_replaced_for_one_call(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")

    directory, mode = directory_with(tmp_path / "cache")

    assert (directory.parent, mode) == (tmp_path, "0o700")
    assert not directory.exists()


def test_a_result_from_other_code_is_not_taken(cache: Path) -> None:
    assert storage.code_digest("hcl") != storage.code_digest("hcl", "pack")
    assert len(storage.code_digest("hcl")) == 16
