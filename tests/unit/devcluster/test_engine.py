"""Whose Docker engine a cluster takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from deployer.devcluster.engine import EngineChoice, is_in_use
from deployer.devcluster.lineage import start_time
from deployer.devcluster.state import Agent
from deployer.devcluster.up import settle_engine


def test_a_data_directory_is_in_use_while_an_engine_runs_on_it(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "print(); input()", f"--data-root={tmp_path}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as engine:
        assert engine.stdout is not None
        engine.stdout.readline()  # until then its words may not be told yet
        assert is_in_use(tmp_path)
        assert not is_in_use(tmp_path / "another")
        engine.communicate(b"\n")
    assert not is_in_use(tmp_path)


def test_an_engine_that_ends_at_once_leaves_the_cluster_without_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    log = tmp_path / "dockerd.log"
    log.write_text("first words\nfailed to start daemon: no space left\n")
    with subprocess.Popen([sys.executable, "-c", ""]) as dockerd:
        started = start_time(dockerd.pid)
    agent = Agent(role="dockerd", node="docker", pid=dockerd.pid, started=started, log=str(log))

    engine = settle_engine(EngineChoice(host=f"unix://{tmp_path}/none.sock", note="our own engine", started=agent))

    assert engine == EngineChoice(host="", note="dockerd does not start: failed to start daemon: no space left")


def test_an_engine_that_was_there_is_not_waited_for() -> None:
    engine = EngineChoice(host="unix:///nowhere.sock", note="the machine's engine")

    assert settle_engine(engine) is engine
