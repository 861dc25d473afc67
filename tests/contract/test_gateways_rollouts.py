"""Rollouts and variables: the same cases on the twin and on a real cluster."""

from typing import Any

import pytest
from gateway_bench import Bench, ended_deployment

from deployer.errors import LockHeld, NotFound, ServerFailed, StalePlan

NOBODY = "00000000-0000-0000-0000-00000000dead"


def test_a_rollout_is_seen_from_evaluation_to_allocation(bench: Bench) -> None:
    done = bench.nomad.register_job(bench.job(), expected_index=0)
    deployment = ended_deployment(bench, f"{bench.mark}-app")

    evaluation = bench.nomad.evaluation(bench.namespace, done.eval_id).value
    assert (evaluation.status, evaluation.deployment_id) == ("complete", deployment.id)
    assert evaluation.failed_groups == {}
    assert (deployment.status, deployment.job_spec_modify_index) == ("successful", done.job_modify_index)
    state = deployment.groups["web"]
    assert (state.desired_total, state.placed, state.healthy, state.unhealthy) == (1, 1, 1, 0)

    (allocation,) = bench.nomad.deployment_allocations(bench.namespace, deployment.id).value
    assert (allocation.client_status, allocation.desired_status, allocation.group) == ("running", "run", "web")
    assert allocation.deployment_healthy is True
    assert allocation.tasks["shell"].state == "running"
    assert bench.nomad.allocation(bench.namespace, allocation.id).value.id == allocation.id
    same = bench.nomad.evaluation_allocations(bench.namespace, done.eval_id).value
    assert [one.id for one in same] == [allocation.id]


def test_what_is_in_another_namespace_is_not_found(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)
    ended_deployment(bench, f"{bench.mark}-app")

    assert bench.nomad.job_allocations("default", f"{bench.mark}-app").value == ()
    assert bench.nomad.job_evaluations("default", f"{bench.mark}-app").value == ()
    assert bench.nomad.latest_deployment("default", f"{bench.mark}-app").value is None


def test_ids_that_nobody_has_are_not_found(bench: Bench) -> None:
    for read in (bench.nomad.evaluation, bench.nomad.deployment, bench.nomad.allocation):
        with pytest.raises(NotFound):
            read(bench.namespace, NOBODY)
    with pytest.raises(NotFound):
        bench.nomad.node(NOBODY)


def test_an_ended_deployment_cannot_be_failed_or_promoted(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)
    deployment = ended_deployment(bench, f"{bench.mark}-app")

    with pytest.raises(StalePlan, match="terminal"):
        bench.nomad.fail_deployment(bench.namespace, deployment.id)
    with pytest.raises(StalePlan, match="terminal"):
        bench.nomad.promote_deployment(bench.namespace, deployment.id)


def test_a_deployment_that_is_failed_by_hand_ends_failed(bench: Bench) -> None:
    job = bench.job()
    job["TaskGroups"][0]["Update"] |= {"MinHealthyTime": 60_000_000_000}
    bench.nomad.register_job(job, expected_index=0)
    reading = bench.nomad.latest_deployment(bench.namespace, job["ID"])
    while reading.value is None:
        reading = bench.nomad.latest_deployment(bench.namespace, job["ID"], index=reading.index, wait_s=5)

    bench.nomad.fail_deployment(bench.namespace, reading.value.id)

    failed = ended_deployment(bench, job["ID"])
    assert (failed.status, failed.status_description) == ("failed", "Deployment marked as failed")


def test_a_variable_is_created_read_listed_and_deleted(bench: Bench) -> None:
    written = bench.nomad.put_variable(bench.namespace, "app/one", {"key": "value"}, cas=0)

    found = bench.nomad.variable(bench.namespace, "app/one")
    assert found is not None
    assert (dict(found.items), found.modify_index) == ({"key": "value"}, written.modify_index)
    (listed,) = bench.nomad.list_variables(bench.namespace, "app/")
    assert (listed.path, dict(listed.items), listed.modify_index) == ("app/one", {}, written.modify_index)
    assert bench.nomad.variable("default", "app/one") is None

    bench.nomad.delete_variable(bench.namespace, "app/one", cas=written.modify_index)
    assert bench.nomad.variable(bench.namespace, "app/one") is None


def test_a_variable_that_moved_is_not_overwritten_and_its_items_are_not_told(bench: Bench) -> None:
    written = bench.nomad.put_variable(bench.namespace, "app/one", {"key": "planted-secret"}, cas=0)

    for stale in (0, written.modify_index + 1000):
        with pytest.raises(StalePlan) as caught:
            bench.nomad.put_variable(bench.namespace, "app/one", {"key": "other"}, cas=stale)
        assert "planted-secret" not in f"{caught.value}{caught.value.__cause__}"
        with pytest.raises(StalePlan):
            bench.nomad.delete_variable(bench.namespace, "app/one", cas=stale)
    with pytest.raises(StalePlan):
        bench.nomad.put_variable(bench.namespace, "app/other", {"key": "value"}, cas=12)


def test_a_variable_holds_at_most_64_kib(bench: Bench) -> None:
    with pytest.raises(ServerFailed, match="64KiB"):
        bench.nomad.put_variable(bench.namespace, "app/big", {"key": "x" * 65536}, cas=0)


def test_a_lock_has_one_holder(bench: Bench) -> None:
    def acquire() -> Any:
        return bench.nomad.acquire_lock(bench.namespace, "app/lock", items={"holder": "me"}, ttl_s=15, delay_s=1)

    lock = acquire()
    with pytest.raises(LockHeld):
        acquire()
    with pytest.raises(LockHeld):
        bench.nomad.put_variable(bench.namespace, "app/lock", {"holder": "you"}, cas=None)
    with pytest.raises(LockHeld):
        bench.nomad.delete_variable(bench.namespace, "app/lock", cas=None)
    bench.nomad.renew_lock(lock)
    bench.nomad.put_variable(bench.namespace, "app/lock", {"holder": "still me"}, cas=None, lock_id=lock.lock_id)
    bench.nomad.release_lock(lock)

    for lost in (bench.nomad.renew_lock, bench.nomad.release_lock):
        with pytest.raises(LockHeld, match="lost"):
            lost(lock)
    found = bench.nomad.variable(bench.namespace, "app/lock")
    assert found is not None
    assert dict(found.items) == {"holder": "still me"}
    bench.nomad.release_lock(acquire())
