"""Whose Docker engine a cluster takes."""

import subprocess
import sys
from pathlib import Path

from deployer.devcluster.engine import is_in_use


def test_a_data_directory_is_in_use_while_an_engine_runs_on_it(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "input()", f"--data-root={tmp_path}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as engine:
        assert is_in_use(tmp_path)
        assert not is_in_use(tmp_path / "another")
        engine.communicate(b"\n")
    assert not is_in_use(tmp_path)
