from typing import Any

from deployer.cluster.memory import MemoryNomad, Outcome
from deployer.cluster.model import ObservedDeployment


def a_job(**update: Any) -> dict[str, Any]:
    group = {"Name": "web", "Count": 2, "Update": update, "Tasks": [{"Name": "server"}]}
    return {"ID": "app-a", "Type": "service", "TaskGroups": [group]}


def watched(nomad: MemoryNomad, *, waits: int = 5) -> ObservedDeployment:
    reading = nomad.latest_deployment("default", "app-a")
    for _ in range(waits):
        reading = nomad.latest_deployment("default", "app-a", index=reading.index, wait_s=10)
    assert reading.value is not None
    return reading.value


def test_a_rollout_stands_still_until_somebody_waits() -> None:
    nomad = MemoryNomad()
    nomad.register_job(a_job(), expected_index=0)

    assert watched(nomad, waits=0).status == "running"
    assert watched(nomad, waits=1).status == "successful"


def test_a_rollout_can_fail_with_its_tasks_exit_code() -> None:
    nomad = MemoryNomad(outcome=Outcome.FAILS)
    nomad.register_job(a_job(), expected_index=0)

    deployment = watched(nomad)
    assert (deployment.status, deployment.groups["web"].unhealthy) == ("failed", 2)
    allocation = nomad.deployment_allocations("default", deployment.id).value[0]
    assert (allocation.client_status, allocation.tasks["server"].events[0].exit_code) == ("failed", 1)


def test_a_failed_rollout_reverts_to_the_last_stable_version() -> None:
    nomad = MemoryNomad()
    first = nomad.register_job(a_job(AutoRevert=True), expected_index=0)
    watched(nomad)
    nomad.outcome = Outcome.FAILS
    nomad.register_job(a_job(AutoRevert=True) | {"Priority": 60}, expected_index=first.job_modify_index)

    assert watched(nomad).status_description.endswith("rolling back to job version 0")
    job = nomad.read_job("default", "app-a")
    assert job is not None
    assert (job["Version"], job.get("Priority")) == (2, None)


def test_a_hanging_rollout_passes_the_time_that_was_waited() -> None:
    waited: list[float] = []
    nomad = MemoryNomad(outcome=Outcome.HANGS, pass_time=waited.append)
    nomad.register_job(a_job(), expected_index=0)

    assert watched(nomad, waits=3).status == "running"
    assert waited == [10, 10, 10]


def test_what_cannot_be_placed_says_so_in_its_evaluation() -> None:
    nomad = MemoryNomad()
    nomad.outcomes["app-a"] = Outcome.UNPLACEABLE
    done = nomad.register_job(a_job(), expected_index=0)

    evaluation = nomad.evaluation("default", done.eval_id).value
    assert dict(evaluation.failed_groups["web"].dimension_exhausted) == {"memory": 1}
    assert evaluation.blocked_eval


def test_a_canary_waits_for_its_promotion() -> None:
    nomad = MemoryNomad()
    first = nomad.register_job(a_job(Canary=1), expected_index=0)
    assert watched(nomad).status == "successful"
    nomad.register_job(a_job(Canary=1) | {"Priority": 60}, expected_index=first.job_modify_index)

    waiting = watched(nomad)
    assert (waiting.status, waiting.groups["web"].desired_canaries) == ("running", 1)
    nomad.promote_deployment("default", waiting.id)
    assert watched(nomad).status == "successful"


def test_scaling_moves_the_index_and_the_version() -> None:
    nomad = MemoryNomad()
    first = nomad.register_job(a_job(), expected_index=0)

    nomad.scale("default", "app-a", "web", count=5)

    job = nomad.read_job("default", "app-a")
    assert job is not None
    assert (job["Version"], job["JobModifyIndex"] > first.job_modify_index) == (1, True)
    assert nomad.scale_status("default", "app-a")["web"].desired == 5


def test_a_dispatch_with_the_same_token_starts_one_child() -> None:
    nomad = MemoryNomad()
    nomad.register_job(a_job() | {"Type": "batch", "ParameterizedJob": {}}, expected_index=0)

    once = nomad.dispatch_job("default", "app-a", meta={"x": "y"}, token="release-1")
    again = nomad.dispatch_job("default", "app-a", meta={"x": "y"}, token="release-1")

    assert once[0] == again[0]
    child = nomad.read_job("default", once[0])
    assert child is not None
    assert (child["ParentID"], child["Meta"]) == ("app-a", {"x": "y"})


def test_a_lock_that_expired_is_lost_to_its_holder() -> None:
    nomad = MemoryNomad()
    lock = nomad.acquire_lock("default", "lock", items={"a": "b"}, ttl_s=15, delay_s=1)
    nomad.expire_lock("default", "lock")

    other = nomad.acquire_lock("default", "lock", items={"a": "c"}, ttl_s=15, delay_s=1)
    assert other.lock_id != lock.lock_id
