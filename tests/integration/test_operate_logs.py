"""Logs of real allocations: together, to their last line, and on through deployments."""

import json
import signal
import subprocess
import threading
from collections.abc import Callable

import pytest
from api import eventually
from project import BATCH, Checkout, wait_until_running

pytestmark = pytest.mark.cluster

TALKER = """\
job [[ app.job_id | hcl ]] {
  namespace   = [[ env.namespace | hcl ]]
  datacenters = ["*"]

  update {
    min_healthy_time = "0s"
    health_check     = "task_states"
  }
  group "main" {
    count = [[ var.count | default(1) ]]

    task "firewall" {
      driver = "raw_exec"
      lifecycle {
        hook = "prestart"
      }
      config {
        command = "/bin/echo"
        args    = ["rules"]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
    task "talk" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", [[ var.script | hcl ]]]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
  }
}
"""
COUNTING = "i=0; while true; do i=$((i+1)); echo out $i; echo err $i >&2; sleep 0.2; done"


def talker(project: Checkout, script: str, *more: str) -> str:
    return project.app("talk", "\n".join([f"script = {json.dumps(script)}", *more]), job=TALKER)


class Reading:
    """The lines that a started command has printed so far."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.lines: list[str] = []
        self._process = process
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def until(self, holds: Callable[[list[str]], object]) -> list[str]:
        return eventually(self.lines.copy, holds)

    def interrupted(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        with self._process:
            self._process.send_signal(signal.SIGINT)
            self._thread.join(timeout=10)
            return self._process.wait(timeout=10)


def test_the_logs_of_all_allocations_are_printed_each_line_with_its_allocation(project: Checkout) -> None:
    name = talker(project, "echo one; echo two >&2; printf rest; sleep 3600", "count = 2")
    project.done("run")
    allocs = [alloc[:8] for alloc in wait_until_running(project, name, 2)]

    printed = eventually(lambda: project.done("logs", name).out, lambda text: text.count("\n") == 6)

    assert sorted(printed.splitlines()) == sorted(
        f"{alloc}/talk | {text}" for alloc in allocs for text in ("one", "rest", "two")
    )
    assert project.done("logs", name, "--stderr", "--alloc", allocs[0]).out == f"{allocs[0]}/talk | two\n"
    assert "rules" in project.done("logs", name, "--all-tasks").out
    assert (
        project.done("logs", name, "--task", "firewall", "--alloc", allocs[1]).out == f"{allocs[1]}/firewall | rules\n"
    )


def test_the_end_of_a_log_is_exactly_so_many_lines_however_long_they_are(project: Checkout) -> None:
    name = talker(project, "for i in $(seq 400); do printf '%0300d\\n' $i; done; sleep 3600")
    project.done("run")
    eventually(lambda: project.done("logs", name).out.count("\n"), lambda count: count == 400)

    lines = project.done("logs", name, "--tail", "150", "--output", "json").out.splitlines()

    assert [int(json.loads(line)["line"]) for line in lines] == list(range(251, 401))
    assert project.done("logs", name, "--tail", "0").out == ""


def test_following_goes_on_with_allocations_of_a_new_version_until_interrupted(project: Checkout) -> None:
    name = talker(project, COUNTING)
    project.done("run")
    (first,) = wait_until_running(project, name)
    process = project.start("logs", name, "--follow", "--tail", "1")
    reading = Reading(process)
    reading.until(lambda lines: {line.split(" | ")[1][:3] for line in lines} == {"out", "err"})

    talker(project, f"echo anew; {COUNTING}")
    project.done("run")
    lines = reading.until(lambda lines: any(line.endswith("| anew") for line in lines))

    (second,) = {line[:8] for line in lines} - {first[:8]}
    reading.until(lambda lines: sum(line.startswith(second) for line in lines) > 5)
    outs = [int(line.rpartition(" ")[2]) for line in reading.lines if line.startswith(first[:8]) and " out " in line]
    assert outs == list(range(outs[0], outs[-1] + 1)), "no line is missed and none comes twice"
    assert reading.interrupted() == 130


def test_following_a_batch_job_ends_with_it_and_has_its_last_line(project: Checkout) -> None:
    name = project.app("seed", 'script = "for i in 1 2 3; do echo $i; sleep 0.5; done; echo last"', job=BATCH)
    project.done("run")

    process = project.start("logs", name, "--follow", "--since-deploy")

    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert [line.rpartition(" ")[2] for line in out.splitlines()] == ["1", "2", "3", "last"]


def test_since_the_last_deployment_leaves_earlier_allocations_out(project: Checkout) -> None:
    name = talker(project, "echo before; sleep 3600")
    project.done("run")
    wait_until_running(project, name)
    talker(project, "echo after; sleep 3600")
    project.done("run")
    wait_until_running(project, name)

    printed = eventually(lambda: project.done("logs", name, "--since-deploy").out, lambda text: "after" in text)

    assert "before" not in printed


def test_an_app_that_is_not_deployed_has_no_logs_and_says_so(project: Checkout) -> None:
    name = talker(project, "true")

    for words in ([], ["--follow"]):
        ended = project.call("logs", name, *words)
        assert ended.code == 4
        assert "error[not-found]" in ended.err
