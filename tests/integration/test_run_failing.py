"""What a user is told when a release cannot be made, and what is left behind."""

import signal
import time
from pathlib import Path

import pytest
from api import eventually
from project import BATCH, Checkout, wait_until_running

pytestmark = pytest.mark.cluster


def test_a_job_that_fits_nowhere_fails_fast_and_names_what_is_short(project: Checkout) -> None:
    project.app("web", "memory = 9999999")

    plan = project.done("plan")
    ended = project.call("run")

    assert "cannot be placed now: memory" in plan.out
    assert ended.code == 6, ended.err
    assert "error[placement-failed]" in ended.err
    assert "not enough memory on 1 of 1 nodes" in ended.err
    assert ended.seconds < 15
    assert project.releases()[0]["status"] == "failed"


def test_a_cluster_that_does_not_answer_is_named_with_a_hint(project: Checkout) -> None:
    project.app("web")
    for side in ("nomad", "consul"):
        project.reach(**{side: "http://127.0.0.1:9"})
        for command in ("plan", "run", "status"):
            ended = project.call(command)
            if side == "consul" and command == "status":
                continue  # asks Nomad alone
            assert ended.code == 4, ended.err
            assert "error[cluster-unreachable]" in ended.err
            assert "http://127.0.0.1:9 refused the connection" in ended.err
            assert "hint: is it running, and is the address right? It is set by: environment 'dev'" in ended.err
    assert project.jobs() == {}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_release_says_so_and_the_next_one_completes_it(
    project: Checkout, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    ready = tmp_path / "ready"
    first = project.app("first")
    waiting = f'after = ["{first}"]\nscript = "until test -e {ready}; do sleep 0.1; done"'
    slow, beside = project.app("slow", waiting, job=BATCH), project.app("beside", waiting, job=BATCH)
    last = project.app("last", f"after = {project.names(['slow', 'beside'])}")
    process = project.start("run")
    wait_until_running(project, slow)
    wait_until_running(project, beside)

    process.send_signal(number)
    asked = time.monotonic()
    _, err = process.communicate(timeout=30)

    assert (process.returncode, time.monotonic() - asked < 5) == (code, True), err
    assert set(project.jobs()) == {first, slow, beside}
    assert project.releases()[0]["status"] == "interrupted"
    ready.touch()
    eventually(lambda: project.job(slow)["Status"], lambda status: status == "dead")

    project.done("run")

    assert set(project.jobs()) == {first, slow, beside, last}
    assert [release["status"] for release in project.releases()] == ["successful", "interrupted"]
    assert project.call("plan", "--exit-code").code == 0


def test_what_comes_after_waits_for_the_job_that_an_interruption_left_unfinished(
    project: Checkout, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    slow = project.app("slow", f'script = "until test -e {ready}; do sleep 0.1; done"', job=BATCH)
    last = project.app("last", f'after = ["{slow}"]')
    process = project.start("run")
    (before,) = wait_until_running(project, slow)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    again = project.start("run")
    eventually(project.releases, lambda found: [release["status"] for release in found][:1] == ["running"])
    time.sleep(1)
    assert set(project.jobs()) == {slow}, f"{last} waits for {slow}"
    assert project.running(slow) == [before], "it is waited for, not started again"
    ready.touch()
    _, err = again.communicate(timeout=30)

    assert again.returncode == 0, err
    assert set(project.jobs()) == {slow, last}
