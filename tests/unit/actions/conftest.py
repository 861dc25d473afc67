"""A project on disk whose apps take small job files as they are, and a twin that reads them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deployer.actions.connect import Cluster
from deployer.cluster.memory import MemoryConsul, MemoryNomad
from deployer.project.load import load_project
from deployer.project.model import Ingress
from deployer.project.overrides import Overrides
from deployer.project.resolve import Resolved, resolve

PROJECT = """
project "shop" {}
environment "dev" {}
environment "prod" {
  protected = true
}
"""
JOB = """job "%(name)s" {
  group "web" {
    count = %(count)d
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/%(name)s"
      }
    }
  }
}
"""

MakeProject = Callable[[Mapping[str, Mapping[str, int]]], Resolved]


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Return ``project({stack: {app: count}})``: writes the files anew and resolves environment dev."""

    def make(stacks: Mapping[str, Mapping[str, int]]) -> Resolved:
        (tmp_path / "nomadeploy.hcl").write_text(PROJECT)
        for file in tmp_path.glob("jobs/*/*"):
            file.unlink()
        for stack, apps in stacks.items():
            folder = tmp_path / "jobs" / stack
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "stack.hcl").write_text(f'description = "{stack}"\n')
            for name, count in apps.items():
                job_id = f"{name}-dev"
                (folder / f"{name}.nomad.hcl").write_text(JOB % {"name": job_id, "count": count})
                (folder / f"{name}.hcl").write_text(f'app "{name}" {{\n  jobspec = "{name}.nomad.hcl"\n}}\n')
        return resolve(load_project(tmp_path), "dev", Overrides())

    return make


def read_job(text: str) -> dict[str, Any]:
    """Turn one of these job files into Nomad's JSON."""
    name, count = re.search(r'job "(.+)"', text), re.search(r"count = (\d+)", text)
    assert name is not None
    assert count is not None
    group = {"Name": "web", "Count": int(count[1]), "Tasks": [{"Name": "server"}]}
    return {"ID": name[1], "Name": name[1], "Type": "service", "TaskGroups": [group]}


class CountingNomad(MemoryNomad):
    """A twin that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(parse=read_job)
        self.parsed: list[str] = []

    def parse_job(self, hcl: str, *, namespace: str = "default", variables: str = "") -> dict[str, Any]:
        self.parsed.append(hcl)
        return super().parse_job(hcl, namespace=namespace, variables=variables)


@pytest.fixture
def cluster() -> Cluster:
    """A Nomad and a Consul in memory."""
    return Cluster(nomad=CountingNomad(), consul=MemoryConsul(default_allow=False), ingress=Ingress())
