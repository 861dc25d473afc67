"""A job that failed is not lost: when its reason is gone, the next run brings it up, its files unchanged."""

from pathlib import Path

import pytest
from project import Checkout

pytestmark = pytest.mark.cluster

JOB = """
job [[ app.job_id | hcl ]] {
  namespace = [[ env.namespace | hcl ]]
  group "web" {
    restart {
      attempts = 0
    }
    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }
    update {
      min_healthy_time = "0s"
    }
    task "web" {
      driver = "raw_exec"
      config {
        command = [[ var.program | hcl ]]
      }
    }
  }
}
"""


def test_the_same_job_comes_up_when_the_reason_of_its_failure_is_gone(project: Checkout, tmp_path: Path) -> None:
    program = tmp_path / "program"
    name = project.app("web", f'program = "{program}"', job=JOB)
    failed = project.call("run")
    assert (failed.code, "could not be found" in failed.err) == (6, True), failed.err

    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    project.done("run")

    assert len(project.running(name)) == 1
    assert project.releases()[0]["status"] == "successful"
