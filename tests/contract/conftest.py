"""The two sides every contract case runs on: the twins in memory, and the real cluster of this run."""

import uuid
from collections.abc import Iterator

import pytest
from gateway_bench import Bench

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.cluster.consul import ConsulGateway
from deployer.cluster.memory import MemoryConsul, MemoryNomad
from deployer.cluster.nomad import NomadGateway
from deployer.devcluster.state import ClusterState

SIDES = ["twin", pytest.param("real", marks=pytest.mark.cluster)]


@pytest.fixture(params=SIDES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    mark = f"contract-{uuid.uuid4().hex[:8]}"
    if request.param == "twin":
        yield Bench(MemoryNomad(namespaces=("default", mark)), MemoryConsul(), mark, mark)
        return
    yield from _on_the_cluster(request.getfixturevalue("cluster"), mark)


def _on_the_cluster(cluster: ClusterState, mark: str) -> Iterator[Bench]:
    nomad = NomadGateway(NomadConnection(address=cluster.nomad_address))
    consul = ConsulGateway(ConsulConnection(address=cluster.consul_address))
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
