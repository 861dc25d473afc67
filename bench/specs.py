"""The same jobs in the form each tool takes: one specification, four folders."""

from collections.abc import Sequence
from pathlib import Path

JOB = """job "%(job)s" {
  type        = "service"
  datacenters = ["*"]
  group "app" {
    count = %(count)s
    update {
      min_healthy_time = "0s"
      healthy_deadline = "2m"
      health_check     = "task_states"
    }
    restart {
      attempts = 0
      mode     = "fail"
    }
    task "main" {
      driver = "%(driver)s"
      config {
        %(process)s
      }
      env {
        RELEASE = "%(release)s"
      }
      resources {
        cpu    = 10
        memory = 16
      }
    }
  }
}
"""
PROCESSES = {
    "raw_exec": 'command = "/bin/sleep"\n        args    = ["86400"]',
    # Only a Nomad built from source has it; 200 allocations of it are next to no load.
    "mock_driver": 'run_for = "86400s"',
}
PROJECT = """project "bench" {
  packs = ["./packs"]
}
environment "bench" {}
"""
METADATA = """app {
  url = "https://example.org"
}
pack {
  name        = "plain"
  description = "A process, as plain as a job can be"
  version     = "0.1.0"
}
"""
VARIABLES = """variable "release" {
  description = "changes with every release"
  type        = string
}
variable "count" {
  description = "allocations"
  type        = %s
  default     = 1
}
"""


def names(number: int) -> list[str]:
    """Job ids that sort as they are numbered."""
    return [f"bench-{each:04}" for each in range(number)]


def write_plain(folder: Path, jobs: Sequence[str], release: str, *, driver: str) -> Path:
    """One job file each, for `nomad job run`, for levant and for the floor."""
    for name in jobs:
        values = {"job": name, "release": release, "count": 1, **_process(driver)}
        _write(folder / f"{name}.nomad.hcl", JOB % values)
    return folder


def write_project(folder: Path, jobs: Sequence[str], release: str, *, driver: str) -> Path:
    """A nomadeploy project: one pack, one app file each."""
    _write(folder / "nomadeploy.hcl", PROJECT)
    _write(folder / "jobs/bench/stack.hcl", 'description = "jobs to measure with"\n')
    pack = folder / "packs/plain"
    _write(pack / "metadata.hcl", METADATA)
    _write(pack / "variables.hcl", VARIABLES % "integer")
    template = JOB % {"job": "\0", "count": "[[ var.count ]]", "release": "\1", **_process(driver)}
    template = template.replace('"\0"', "[[ app.job_id | hcl ]]").replace('"\1"', "[[ var.release | hcl ]]")
    _write(pack / "templates/plain.nomad.hcl.j2", template)
    for name in jobs:
        app = f'app "{name}" {{\n  pack    = "plain"\n  release = "{release}"\n}}\n'
        _write(folder / f"jobs/bench/{name}.hcl", app)
    return folder


def write_pack(folder: Path, jobs: Sequence[str], release: str, *, driver: str) -> Path:
    """A nomad-pack pack: it deploys all its templates, so it has one for each job."""
    _write(folder / "metadata.hcl", METADATA)
    default = f'  default     = "{release}"\n}}\nvariable "count"'
    _write(folder / "variables.hcl", (VARIABLES % "number").replace('}\nvariable "count"', default))
    for name in jobs:
        values = {"job": name, "count": '[[ var "count" . ]]', "release": '[[ var "release" . ]]', **_process(driver)}
        _write(folder / f"templates/{name}.nomad.tpl", JOB % values)
    return folder


def _process(driver: str) -> dict[str, str]:
    return {"driver": driver, "process": PROCESSES[driver]}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
