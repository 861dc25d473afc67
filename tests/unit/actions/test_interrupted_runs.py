"""Releases that a person or a lost connection ends before their time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from releases import OWNER, KeptReport, a_desired_job, a_desired_state, a_resolved, planned, twins

from deployer.actions.connect import Cluster
from deployer.actions.run import run_plans
from deployer.cluster.memory import MemoryConsul
from deployer.errors import ClusterUnreachable
from deployer.release.model import Release
from deployer.release.record import ReleaseRecords
from deployer.report.events import StepDone


def recorded(cluster: Cluster) -> Release:
    release = ReleaseRecords(cluster.nomad, "default", OWNER).head().release
    assert release is not None
    return release


def running(cluster: Cluster) -> set[str]:
    return {job.id for job in cluster.nomad.list_jobs() if not job.stop}


class Interrupting(KeptReport):
    """A person who presses Ctrl-C when the first app is done."""

    def emit(self, event: Any) -> None:
        super().emit(event)
        if isinstance(event, StepDone):
            raise KeyboardInterrupt


def test_an_interrupted_release_is_recorded_so_and_the_next_run_finishes_it(tmp_path: Path) -> None:
    cluster = twins()
    state = a_desired_state(a_desired_job("api"), a_desired_job("web", wave=2))
    with pytest.raises(KeyboardInterrupt):
        run_plans([planned(state, cluster)], a_resolved(tmp_path), cluster, Interrupting())

    release = recorded(cluster)
    assert (release.status, {job.job_id for job in release.jobs}) == ("interrupted", {"api", "web"})
    assert running(cluster) == {"api"}
    run_plans([planned(state, cluster)], a_resolved(tmp_path), cluster, KeptReport())
    assert (recorded(cluster).status, running(cluster)) == ("successful", {"api", "web"})


def test_a_release_that_was_ended_during_its_proof_is_not_successful(tmp_path: Path) -> None:
    class Broken(MemoryConsul):
        def intention_allows(self, source: str, destination: str) -> bool:
            raise ClusterUnreachable("Consul went away")

    cluster = replace(twins(), consul=Broken(default_allow=False))
    with pytest.raises(ClusterUnreachable):
        run_plans(
            [planned(a_desired_state(a_desired_job("api")), cluster)], a_resolved(tmp_path), cluster, KeptReport()
        )

    assert recorded(cluster).status == "interrupted"
