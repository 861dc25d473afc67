"""A small project on disk, with a Nomad namespace and names of its own, and nomadeploy called on it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api import Api, eventually

from deployer.cli.main import run
from deployer.devcluster.state import ClusterState
from deployer.pack.engine import engine

SLEEPER = """\
job [[ app.job_id | hcl ]] {
  namespace   = [[ env.namespace | hcl ]]
  datacenters = ["*"]
  priority    = [[ var.priority | default(50) ]]

  update {
    min_healthy_time = "0s"
    health_check     = "task_states"
  }
  group "main" {
    count = [[ var.count | default(1) ]]

    restart {
      attempts = 0
      mode     = "fail"
    }
    reschedule {
      attempts  = 0
      unlimited = false
    }
    task "main" {
      driver = "raw_exec"
      config {
        command = "sleep"
        args    = ["3600"]
      }
      env = {
        ROUND = [[ var.round | default("1") | string | hcl ]]
      }
      resources {
        cpu    = 20
        memory = [[ var.memory | default(20) ]]
      }
    }
  }
}
"""
"""A service that is healthy as soon as it runs; `round` makes it another one, `priority` changes in place."""


@dataclass(frozen=True)
class Ended:
    """How a call of nomadeploy ended."""

    code: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def document(self) -> Any:
        """The result of ``--output json``."""
        return json.loads(self.out)

    def steps(self, kind: str = "") -> dict[str, str]:
        """Return name → action of a plan as JSON, without what stays as it is."""
        steps = [step for stack in self.document["stacks"] for step in stack["steps"]]
        return {
            step["name"]: step["action"]
            for step in steps
            if step["action"] != "unchanged" and kind in ("", step["kind"])
        }


def nomadeploy(root: Path, *words: str) -> Ended:
    """Call nomadeploy on a project in this process, without a terminal."""
    # A process reads a template once; to a user the next call is another process.
    engine.cache_clear()
    out, err, terminate = io.StringIO(), io.StringIO(), signal.getsignal(signal.SIGTERM)
    started = time.monotonic()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--project", str(root), *words])
    finally:
        signal.signal(signal.SIGTERM, terminate)
    return Ended(code, out.getvalue(), err.getvalue(), time.monotonic() - started)


class Checkout:
    """
    A project folder whose environment ``dev`` is a namespace of the cluster.

    Attributes:
        mark: the namespace, and the beginning of every app's name.
    """

    def __init__(self, root: Path, cluster: ClusterState, mark: str) -> None:
        self.root = root
        self.mark = mark
        self.cluster = cluster
        self.nomad = Api(cluster.nomad_address)
        self.consul = Api(cluster.consul_address)
        self._started: list[subprocess.Popen[str]] = []
        self.reach()

    def reach(self, *, nomad: str = "", consul: str = "", more: str = "") -> None:
        """Write nomadeploy.hcl; `nomad` and `consul` stand in for the cluster's own addresses."""
        self.write(
            "nomadeploy.hcl",
            f"""
            project "{self.mark}" {{}}
            environment "dev" {{
              timeout = "60s"
              nomad {{
                address   = "{nomad or self.cluster.nomad_address}"
                namespace = "{self.mark}"
              }}
              consul {{
                address = "{consul or self.cluster.consul_address}"
              }}
              ingress {{
                address    = "127.0.0.1"
                https_port = {self.cluster.https_port}
                ca_cert    = "{self.cluster.ca_cert}"
              }}
              {more}
            }}
            """,
        )

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def name(self, short: str) -> str:
        """Return an app's name, which no other test has."""
        return f"{self.mark}-{short}"

    def names(self, shorts: Sequence[str]) -> str:
        """Return apps' names as an HCL list."""
        return json.dumps([self.name(short) for short in shorts])

    def app(self, short: str, body: str = "", *, job: str = SLEEPER, stack: str = "main") -> str:
        """Write an app with its template; returns its name."""
        name = self.name(short)
        self.write(f"jobs/{stack}/{short}.nomad.hcl.j2", job)
        self.write(f"jobs/{stack}/{short}.hcl", f'app "{name}" {{\n  template = "{short}.nomad.hcl.j2"\n{body}\n}}\n')
        return name

    def drop(self, short: str, *, stack: str = "main") -> None:
        (self.root / f"jobs/{stack}/{short}.hcl").unlink()

    def call(self, command: str, *words: str) -> Ended:
        """Call ``nomadeploy COMMAND dev …``."""
        return nomadeploy(self.root, command, "dev", *words)

    def done(self, command: str, *words: str) -> Ended:
        """Call it and fail where it does."""
        ended = self.call(command, *words)
        assert ended.code == 0, ended.err
        return ended

    def start(self, command: str, *words: str) -> "subprocess.Popen[str]":
        """Start the installed ``nomadeploy COMMAND dev …`` without a terminal."""
        process = subprocess.Popen(
            [Path(sys.executable).with_name("nomadeploy"), command, "dev", *words],
            cwd=self.root,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def job(self, name: str) -> Any:
        """Return a job as Nomad has it, or None."""
        return self.nomad.get(f"job/{name}", namespace=self.mark)

    def modify_index(self, name: str) -> int:
        return int(self.job(name)["JobModifyIndex"])

    def jobs(self) -> dict[str, Any]:
        """Return id → listing of the namespace's jobs, those that stopped and children included."""
        return {job["ID"]: job for job in self.nomad.get("jobs", namespace=self.mark)}

    def running(self, name: str) -> list[str]:
        """Return the ids of a job's running allocations."""
        found = self.nomad.get(f"job/{name}/allocations", namespace=self.mark) or []
        wanted = [one for one in found if one["DesiredStatus"] == "run" and one["ClientStatus"] == "running"]
        return sorted(one["ID"] for one in wanted)

    def intention(self, destination: str) -> list[str]:
        """Return the sources of a service's intentions entry, as ``name action``."""
        entry = self.consul.get(f"config/service-intentions/{destination}")
        return [f"{source['Name']} {source['Action']}" for source in entry["Sources"]] if entry else []

    def releases(self) -> list[dict[str, Any]]:
        """Return the history, newest first."""
        found: list[dict[str, Any]] = self.done("history", "--output", "json").document
        return found

    def clear(self) -> None:
        """Take away what the test left; its jobs go without being waited for."""
        for process in self._started:
            process.kill()
            process.communicate()
        for job in self.jobs():
            self.nomad.delete(f"job/{job}", namespace=self.mark, purge="true")
        for kind in ("service-intentions", "service-defaults"):
            for entry in self.consul.get(f"config/{kind}"):
                if entry["Name"].startswith(self.mark):
                    self.consul.delete(f"config/{kind}/{entry['Name']}")


@pytest.fixture
def project(cluster: ClusterState, tmp_path: Path) -> Iterator[Checkout]:
    """A project without apps yet."""
    checkout = Checkout(tmp_path, cluster, f"t{uuid.uuid4().hex[:7]}")
    checkout.nomad.put("namespace", {"Name": checkout.mark})
    try:
        yield checkout
    finally:
        checkout.clear()


def wait_until_running(project: Checkout, name: str, count: int = 1) -> list[str]:
    """Return the running allocations of a job once there are that many."""
    return eventually(lambda: project.running(name), lambda found: len(found) == count)


BATCH = """\
job [[ app.job_id | hcl ]] {
  namespace   = [[ env.namespace | hcl ]]
  datacenters = ["*"]
  type        = "batch"

  group "main" {
    restart {
      attempts = 0
      mode     = "fail"
    }
    reschedule {
      attempts  = 0
      unlimited = false
    }
    task "main" {
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
"""Something that is run once, with the app's `script`."""
