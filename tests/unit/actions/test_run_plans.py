import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from releases import (
    OWNER,
    KeptReport,
    a_desired_job,
    a_desired_state,
    a_resolved,
    actions_of,
    an_app,
    intentions,
    planned,
    twins,
)

from deployer.actions.connect import Cluster
from deployer.actions.run import StackResult, run_plans
from deployer.cluster.memory import Outcome
from deployer.errors import (
    DeploymentFailed,
    NotOwned,
    ProofFailed,
    RolloutTimedOut,
    SmokeFailed,
    StalePlan,
)
from deployer.plan.desired import DesiredState, Owner
from deployer.plan.model import Action
from deployer.project.model import Ingress
from deployer.release.model import Release
from deployer.release.record import ReleaseRecords
from deployer.report.events import Diagnosed, Proved, ReleaseEnded, ReleaseStarted, StepDone


def run(
    cluster: Cluster, root: Path, *states: DesiredState, timeout_s: float = 0.2, **more: Any
) -> tuple[list[StackResult], KeptReport]:
    report = KeptReport()
    plans = [planned(state, cluster, **more) for state in states]
    resolved = a_resolved(root, *[job.app for state in states for job in state.jobs], timeout_s=timeout_s)
    return run_plans(plans, resolved, cluster, report), report


def recorded(cluster: Cluster) -> Release:
    release = ReleaseRecords(cluster.nomad, "default", OWNER).head().release
    assert release is not None
    return release


def running(cluster: Cluster) -> set[str]:
    return {job.id for job in cluster.nomad.list_jobs() if not job.stop}


def wanted(*names: str, version: str = "1") -> DesiredState:
    return a_desired_state(*(a_desired_job(name, version=version) for name in names))


def test_a_release_is_recorded_told_and_proved(tmp_path: Path) -> None:
    cluster = twins()
    state = a_desired_state(
        a_desired_job("api"), a_desired_job("web", wave=2), intentions=intentions("web -> api", "cron -> web")
    )
    (result,), report = run(cluster, tmp_path, state)

    release = recorded(cluster)
    assert (release.status, release.number, result.changed, result.release) == ("successful", 1, True, release)
    assert {job.job_id: job.job_modify_index > 0 for job in release.jobs} == {"api": True, "web": True}
    assert all(not proof.problem for proof in result.proofs)
    assert report.of(Proved) == list(result.proofs)
    (started,), (ended,) = report.of(ReleaseStarted), report.of(ReleaseEnded)
    assert (started.release_id, started.apps, ended.status) == (release.id, ("api", "web"), "successful")


def test_a_second_run_changes_nothing_and_writes_no_record(tmp_path: Path) -> None:
    cluster = twins()
    run(cluster, tmp_path, wanted("api"))
    before = cluster.nomad.list_variables("default", "")
    (result,), report = run(cluster, tmp_path, wanted("api"))

    assert (result.changed, result.release, report.events) == (False, recorded(cluster), [])
    assert cluster.nomad.list_variables("default", "") == before


def test_what_the_files_dropped_is_stopped_and_no_longer_owned(tmp_path: Path) -> None:
    cluster = twins()
    run(cluster, tmp_path, wanted("api", "old"))
    run(cluster, tmp_path, wanted("api"))

    assert running(cluster) == {"api"}
    assert [job.job_id for job in recorded(cluster).jobs] == ["api"]


def test_a_release_of_some_apps_stops_nothing_and_keeps_the_rest_owned(tmp_path: Path) -> None:
    cluster = twins()
    run(cluster, tmp_path, wanted("api", "mail"))
    run(cluster, tmp_path, wanted("api", version="2"), partial=True)

    assert running(cluster) == {"api", "mail"}
    assert [job.job_id for job in recorded(cluster).jobs] == ["api", "mail"]


def test_a_job_that_was_stopped_by_hand_runs_again_at_once(tmp_path: Path) -> None:
    cluster = twins()
    run(cluster, tmp_path, wanted("api"))
    job = cluster.nomad.list_jobs()[0]
    cluster.nomad.stop_job("default", "api", expected_index=job.job_modify_index)
    run(cluster, tmp_path, wanted("api"))

    assert running(cluster) == {"api"}
    assert recorded(cluster).status == "successful"


def test_a_finished_batch_job_stays_done_after_nomad_has_forgotten_it(tmp_path: Path) -> None:
    cluster = twins()
    text = a_desired_job("seed").text.replace('"service"', '"batch"')
    state = a_desired_state(a_desired_job("seed", kind="batch", text=text, fingerprint=text))
    run(cluster, tmp_path, state)
    job = cluster.nomad.list_jobs()[0]
    cluster.nomad.stop_job("default", "seed", expected_index=job.job_modify_index, purge=True)

    assert actions_of(planned(state, cluster)) == {"seed": Action.KEEP}


def test_a_failed_rollout_is_recorded_diagnosed_and_raised(tmp_path: Path) -> None:
    cluster = twins(outcome=Outcome.FAILS)
    nomad: Any = cluster.nomad
    nomad.log_lines["api", "server"] = b"starting\nKeyError: 'DATABASE_URL'\n"
    report = KeptReport()
    with pytest.raises(DeploymentFailed, match="api: Failed due to unhealthy allocations"):
        run_plans([planned(wanted("api"), cluster)], a_resolved(tmp_path), cluster, report)

    release = recorded(cluster)
    assert (release.status, release.jobs[0].failed) == ("failed", True)
    (diagnosed,) = report.of(Diagnosed)
    assert diagnosed.diagnoses[0].exit_code == 1
    assert diagnosed.diagnoses[0].log == ("starting", "KeyError: 'DATABASE_URL'")
    assert report.of(ReleaseEnded)[0].status == "failed"


def test_a_failed_job_is_tried_again_though_its_files_are_the_same(tmp_path: Path) -> None:
    cluster = twins(outcome=Outcome.FAILS)
    with pytest.raises(DeploymentFailed):
        run(cluster, tmp_path, wanted("api"))
    cluster.nomad.outcome = Outcome.SUCCEEDS  # type: ignore[attr-defined]
    run(cluster, tmp_path, wanted("api"))

    assert (recorded(cluster).number, recorded(cluster).status) == (2, "successful")
    assert planned(wanted("api"), cluster).plan.changes == ()


def test_a_failure_beats_a_timeout(tmp_path: Path) -> None:
    cluster = twins(outcome=Outcome.HANGS)
    nomad: Any = cluster.nomad
    nomad.outcomes["db"] = Outcome.FAILS
    with pytest.raises(DeploymentFailed, match="db: Failed"):
        run(cluster, tmp_path, wanted("api", "db"))
    nomad.outcomes["db"] = Outcome.SUCCEEDS
    with pytest.raises(RolloutTimedOut, match="api: not healthy after 0 s: 0/1 healthy, 1 placed"):
        run(cluster, tmp_path, wanted("api", "db", version="2"))


def test_a_foreign_job_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    cluster = twins()
    cluster.nomad.register_job(cluster.nomad.parse_job(a_desired_job("db").text), expected_index=0)
    other = a_desired_state(a_desired_job("mail"), owner=OWNER)
    with pytest.raises(NotOwned, match="job db: 'db' runs in namespace 'default' already") as caught:
        run(cluster, tmp_path, other, wanted("api", "db"))

    assert "stop db yourself" in caught.value.hint
    assert running(cluster) == {"db"}
    assert cluster.nomad.list_variables("default", "") == ()


def test_a_job_that_moves_between_plan_and_run_is_a_conflict_and_stays_as_it_is(tmp_path: Path) -> None:
    cluster = twins()
    run(cluster, tmp_path, wanted("api"))
    plan = planned(wanted("api", version="2"), cluster)
    job: Any = cluster.nomad.read_job("default", "api")
    cluster.nomad.register_job(job | {"Priority": 70}, expected_index=job["JobModifyIndex"])
    with pytest.raises(StalePlan):
        run_plans([plan], a_resolved(tmp_path), cluster, KeptReport())

    now = cluster.nomad.read_job("default", "api")
    assert now is not None
    assert now["Priority"] == 70
    assert recorded(cluster).status == "failed"


def test_a_release_planned_on_an_older_record_is_refused_before_it_touches_a_job(tmp_path: Path) -> None:
    cluster = twins()
    late = planned(wanted("api", "late"), cluster)
    run(cluster, tmp_path, wanted("api"))
    with pytest.raises(StalePlan, match="recorded meanwhile"):
        run_plans([late], a_resolved(tmp_path), cluster, KeptReport())

    assert running(cluster) == {"api"}


def test_an_app_that_is_not_isolated_fails_the_release(tmp_path: Path) -> None:
    cluster = twins()
    cluster.consul.default_allow = True  # type: ignore[attr-defined]
    with pytest.raises(ProofFailed, match="default deny"):
        run(cluster, tmp_path, wanted("api"))

    assert recorded(cluster).status == "failed"
    assert not recorded(cluster).jobs[0].failed


def test_a_release_that_failed_its_proof_is_proved_anew_though_nothing_is_left_to_write(tmp_path: Path) -> None:
    cluster = twins()
    cluster.consul.default_allow = True  # type: ignore[attr-defined]
    with pytest.raises(ProofFailed):
        run(cluster, tmp_path, wanted("api"))
    with pytest.raises(ProofFailed):
        run(cluster, tmp_path, wanted("api"))
    cluster.consul.default_allow = False  # type: ignore[attr-defined]
    (result,), report = run(cluster, tmp_path, wanted("api"))

    assert recorded(cluster).status == "successful"
    assert [proof.problem for proof in result.proofs] == [""] * 4
    assert report.of(StepDone) == []


def test_stacks_are_run_in_order_and_the_first_failure_ends_the_run(tmp_path: Path) -> None:
    cluster = twins()
    nomad: Any = cluster.nomad
    nomad.outcomes["edge"] = Outcome.FAILS
    platform = a_desired_state(a_desired_job("edge"), owner=OWNER)
    other: Sequence[DesiredState] = (platform, wanted("api"))
    with pytest.raises(DeploymentFailed):
        run(cluster, tmp_path, *other)

    assert running(cluster) == {"edge"}


def test_a_public_app_without_a_smoke_block_is_not_asked(tmp_path: Path) -> None:
    app = an_app("web", values={"public": {"host": "shop.localhost"}})
    cluster = twins()
    (result,), _ = run(
        cluster, tmp_path, a_desired_state(a_desired_job(app=app), intentions=intentions("traefik -> web"))
    )

    assert result.routes == {"web": "https://shop.localhost/"}


def test_an_app_that_failed_its_smoke_test_is_tested_again_by_the_next_run(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ingress = Ingress(address="127.0.0.1", https_port=closed.getsockname()[1])
        smoke = {"method": "GET", "path": "/", "headers": {}, "body": "", "status": 200, "timeout": "0s"}
        values = {
            "public": {"host": "shop.localhost", "path": "/"},
            "smoke": smoke | {"body_contains": "", "body_equals": None},
        }
        state = a_desired_state(
            a_desired_job(app=an_app("web", values=values)), intentions=intentions("traefik -> web")
        )
        cluster = replace(twins(), ingress=ingress)

        for _ in range(3):
            with pytest.raises(SmokeFailed, match="no answer from"):
                run(cluster, tmp_path, state)
            assert recorded(cluster).status == "failed"


def test_two_stacks_of_one_run_may_call_the_same_app(tmp_path: Path) -> None:
    cluster = twins()
    other = Owner(project=OWNER.project, stack="other", environment=OWNER.environment)
    first = a_desired_state(a_desired_job("api"), intentions=intentions("web -> api"))
    second = a_desired_state(a_desired_job("cron"), intentions=intentions("cron -> api"), owner=other)
    results, _ = run(cluster, tmp_path, first, second)

    (entry,) = cluster.consul.intentions()
    assert [result.changed for result in results] == [True, True]
    assert {source.name for source in entry.sources} == {"web", "cron"}
