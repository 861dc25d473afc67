"""The two sides every contract case runs on: the twins in memory, and the cluster NOMAD_ADDR names."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.cluster.consul import ConsulGateway
from deployer.cluster.memory import MemoryConsul, MemoryNomad
from deployer.cluster.nomad import NomadGateway
from deployer.cluster.ports import ConsulPort, NomadPort

SIDES = ["twin", pytest.param("real", marks=pytest.mark.cluster)]


@dataclass(frozen=True)
class Bench:
    """One side, with a namespace and a mark of its own so that cases do not meet."""

    nomad: NomadPort
    consul: ConsulPort
    namespace: str
    mark: str

    def job(self, name: str = "app", **changes: Any) -> dict[str, Any]:
        """A service that runs a shell until it is stopped."""
        task = {
            "Name": "shell",
            "Driver": "raw_exec",
            "Config": {"command": "/bin/sh", "args": ["-c", "echo started; exec sleep 300"]},
            "Resources": {"CPU": 20, "MemoryMB": 20},
        }
        group = {
            "Name": "web",
            "Count": 1,
            "RestartPolicy": {"Attempts": 0, "Mode": "fail"},
            "ReschedulePolicy": {"Attempts": 0, "Unlimited": False},
            "Update": {"MinHealthyTime": 0, "HealthCheck": "task_states"},
            "Tasks": [task],
        }
        plain = {"ID": f"{self.mark}-{name}", "Name": name, "Namespace": self.namespace, "Type": "service"}
        return plain | {"TaskGroups": [group]} | changes


@pytest.fixture(params=SIDES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    mark = f"contract-{uuid.uuid4().hex[:8]}"
    if request.param == "twin":
        yield Bench(MemoryNomad(namespaces=("default", mark)), MemoryConsul(), mark, mark)
        return
    yield from _on_the_cluster(mark)


def _on_the_cluster(mark: str) -> Iterator[Bench]:
    nomad = NomadGateway(NomadConnection.from_environment(os.environ))
    consul = ConsulGateway(ConsulConnection.from_environment(os.environ))
    nomad._http.send("create a namespace", ("namespace",), body={"Name": mark})
    try:
        yield Bench(nomad, consul, mark, mark)
    finally:
        _clean(nomad, consul, mark)
        nomad.close()
        consul.close()


def _clean(nomad: NomadGateway, consul: ConsulGateway, mark: str) -> None:
    for job in nomad.list_jobs(mark):
        nomad.stop_job(mark, job.id, expected_index=job.job_modify_index, purge=True)
        reading = nomad.job_allocations(mark, job.id)
        while not all(one.ended for one in reading.value):
            reading = nomad.job_allocations(mark, job.id, index=reading.index, wait_s=10)
    for item in nomad.list_variables(mark, ""):
        nomad.delete_variable(mark, item.path, cas=None)
    for kind in ("service-intentions", "service-defaults"):
        for entry in consul.config_entries(kind).value:
            if entry.name.startswith(mark):
                consul.delete_config_entry(kind, entry.name, cas=entry.modify_index)
    nomad._http.send("delete a namespace", ("namespace", mark), method="delete")
