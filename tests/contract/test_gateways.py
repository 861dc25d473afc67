"""The same cases on the twins and on a real cluster, so that the twins cannot drift."""

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Bench

from deployer.cluster.model import ObservedDeployment, Reading
from deployer.cluster.observe import Scope, observe
from deployer.errors import JobRejected, LockHeld, NotFound, ServerFailed, StalePlan

NOBODY = "00000000-0000-0000-0000-00000000dead"


def ended_deployment(bench: Bench, job_id: str, *, version: int = 0) -> ObservedDeployment:
    def reached(deployment: ObservedDeployment | None) -> bool:
        return deployment is not None and deployment.job_version == version and deployment.ended

    reading: Reading[Any] = bench.nomad.latest_deployment(bench.namespace, job_id)
    for _ in range(60):
        if reached(reading.value):
            break
        reading = bench.nomad.latest_deployment(bench.namespace, job_id, index=reading.index, wait_s=5)
    assert reached(reading.value)
    assert isinstance(reading.value, ObservedDeployment)
    return reading.value


# Jobs


def test_a_registered_job_is_in_the_list_with_its_meta_and_index(bench: Bench) -> None:
    done = bench.nomad.register_job(bench.job(Meta={"owner": "us"}), expected_index=0)

    (listed,) = bench.nomad.list_jobs(bench.namespace)
    assert (listed.id, listed.namespace, dict(listed.meta)) == (
        f"{bench.mark}-app",
        bench.namespace,
        {"owner": "us"},
    )
    assert listed.job_modify_index == done.job_modify_index > 0
    assert (listed.stop, listed.version, listed.periodic, listed.parameterized) == (False, None, False, False)


def test_a_job_is_listed_in_its_own_namespace_and_among_all(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)

    assert f"{bench.mark}-app" not in {job.id for job in bench.nomad.list_jobs("default")}
    assert f"{bench.mark}-app" in {job.id for job in bench.nomad.list_jobs()}
    assert bench.nomad.read_job("default", f"{bench.mark}-app") is None


def test_a_prefix_narrows_the_list_and_a_read_wants_the_exact_id(bench: Bench) -> None:
    bench.nomad.register_job(bench.job("one"), expected_index=0)
    bench.nomad.register_job(bench.job("other"), expected_index=0)

    assert [job.id for job in bench.nomad.list_jobs(bench.namespace, prefix=f"{bench.mark}-on")] == [
        f"{bench.mark}-one"
    ]
    assert bench.nomad.read_job(bench.namespace, f"{bench.mark}-on") is None


def test_registering_at_a_stale_index_is_refused(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)

    for stale in (0, 1):
        with pytest.raises(StalePlan, match="Enforcing job modify index"):
            bench.nomad.register_job(bench.job(Priority=60), expected_index=stale)


def test_registering_an_unknown_job_at_an_index_is_refused(bench: Bench) -> None:
    with pytest.raises(StalePlan, match="does not exist"):
        bench.nomad.register_job(bench.job(), expected_index=77)


def test_registering_the_same_again_keeps_the_index_and_the_version(bench: Bench) -> None:
    first = bench.nomad.register_job(bench.job(), expected_index=0)

    again = bench.nomad.register_job(bench.job(), expected_index=first.job_modify_index)

    assert again.job_modify_index == first.job_modify_index
    assert again.eval_id
    assert [job["Version"] for job in bench.nomad.job_versions(bench.namespace, f"{bench.mark}-app")] == [0]


def test_a_changed_job_gets_a_new_version_newest_first(bench: Bench) -> None:
    first = bench.nomad.register_job(bench.job(), expected_index=0)
    bench.nomad.register_job(bench.job(Priority=60), expected_index=first.job_modify_index)

    versions = bench.nomad.job_versions(bench.namespace, f"{bench.mark}-app")
    assert [(job["Version"], job["Priority"]) for job in versions[:1]] == [(1, 60)]


def test_live_counts_can_be_kept(bench: Bench) -> None:
    job = bench.job()
    first = bench.nomad.register_job(job, expected_index=0)
    two = {**job, "TaskGroups": [{**job["TaskGroups"][0], "Count": 2}]}
    second = bench.nomad.register_job(two, expected_index=first.job_modify_index)

    bench.nomad.register_job({**job, "Priority": 60}, expected_index=second.job_modify_index, preserve_counts=True)

    assert bench.nomad.scale_status(bench.namespace, job["ID"])["web"].desired == 2


@pytest.mark.parametrize("verb", ["register", "plan"])
def test_a_job_without_groups_is_rejected(bench: Bench, verb: str) -> None:
    broken = bench.job(TaskGroups=None)
    calls: dict[str, Callable[[], object]] = {
        "register": lambda: bench.nomad.register_job(broken, expected_index=0),
        "plan": lambda: bench.nomad.plan_job(broken),
    }

    with pytest.raises(JobRejected, match="Missing job task groups"):
        calls[verb]()
    assert bench.nomad.validate_job(broken).errors == ("Missing job task groups",)
    assert bench.nomad.validate_job(bench.job()).errors == ()


def test_a_namespace_that_does_not_exist_is_named_with_a_hint(bench: Bench) -> None:
    with pytest.raises(NotFound, match="nonexistent namespace") as caught:
        bench.nomad.register_job(bench.job(Namespace="nowhere"), expected_index=0)
    assert "nomad namespace apply" in caught.value.hint


def test_a_plan_tells_new_changed_and_same_apart(bench: Bench) -> None:
    job = bench.job()
    new = bench.nomad.plan_job(job)
    first = bench.nomad.register_job(job, expected_index=0)
    ended_deployment(bench, job["ID"])
    same = bench.nomad.plan_job(job)
    changed = bench.nomad.plan_job({**job, "Meta": {"x": "y"}})

    assert (new.job_modify_index, new.updates["web"].create) == (0, 1)
    assert (same.job_modify_index, same.updates["web"].ignore) == (first.job_modify_index, 1)
    assert changed.updates["web"].destructive_update == 1
    assert [plan.diff["Type"] for plan in (new, same, changed) if plan.diff] == ["Added", "None", "Edited"]
    assert bench.nomad.plan_job(job, diff=False).diff is None


def test_a_stop_compares_the_index_first(bench: Bench) -> None:
    done = bench.nomad.register_job(bench.job(), expected_index=0)
    job_id = f"{bench.mark}-app"

    with pytest.raises(StalePlan):
        bench.nomad.stop_job(bench.namespace, job_id, expected_index=done.job_modify_index + 1)
    assert not bench.nomad.list_jobs(bench.namespace)[0].stop

    assert bench.nomad.stop_job(bench.namespace, job_id, expected_index=done.job_modify_index)
    (stopped,) = bench.nomad.list_jobs(bench.namespace)
    assert stopped.stop
    assert stopped.job_modify_index > done.job_modify_index


def test_a_stopped_job_runs_again_at_its_real_index(bench: Bench) -> None:
    done = bench.nomad.register_job(bench.job(), expected_index=0)
    bench.nomad.stop_job(bench.namespace, f"{bench.mark}-app", expected_index=done.job_modify_index)
    (stopped,) = bench.nomad.list_jobs(bench.namespace)

    with pytest.raises(StalePlan):
        bench.nomad.register_job(bench.job(), expected_index=0)
    again = bench.nomad.register_job(bench.job(), expected_index=stopped.job_modify_index)

    assert again.job_modify_index > stopped.job_modify_index
    assert not bench.nomad.list_jobs(bench.namespace)[0].stop


def test_a_purged_job_is_gone(bench: Bench) -> None:
    done = bench.nomad.register_job(bench.job(), expected_index=0)
    bench.nomad.stop_job(bench.namespace, f"{bench.mark}-app", expected_index=done.job_modify_index, purge=True)

    assert bench.nomad.list_jobs(bench.namespace) == ()
    with pytest.raises(StalePlan):
        bench.nomad.stop_job(bench.namespace, f"{bench.mark}-app", expected_index=done.job_modify_index)


def test_reads_of_what_is_not_there_are_empty(bench: Bench) -> None:
    where = bench.namespace, "nothing"

    assert bench.nomad.read_job(*where) is None
    assert bench.nomad.job_versions(*where) == ()
    assert bench.nomad.scale_status(*where) == {}
    assert bench.nomad.latest_deployment(*where).value is None
    assert bench.nomad.job_allocations(*where).value == ()
    assert bench.nomad.job_evaluations(*where).value == ()


# Rollouts


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


# Variables


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


# Consul


def intention(bench: Bench, action: str = "allow", source: str = "app-a") -> dict[str, Any]:
    return {
        "Kind": "service-intentions",
        "Name": f"{bench.mark}-app-b",
        "Sources": [{"Name": source, "Action": action}],
        "Meta": {"nomadeploy": "ours"},
    }


def test_an_intention_is_written_read_and_deleted_by_its_index(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)

    (found,) = [one for one in bench.consul.intentions() if one.destination == f"{bench.mark}-app-b"]
    (source,) = found.sources
    assert (source.name, source.action, source.precedence) == ("app-a", "allow", 9)
    assert dict(found.meta) == {"nomadeploy": "ours"}

    with pytest.raises(StalePlan):
        bench.consul.delete_config_entry("service-intentions", found.destination, cas=found.modify_index + 1)
    bench.consul.delete_config_entry("service-intentions", found.destination, cas=found.modify_index)
    assert bench.consul.config_entry("service-intentions", found.destination) is None


def test_an_intention_that_moved_is_not_overwritten(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)

    for stale in (0, 1):
        with pytest.raises(StalePlan):
            bench.consul.put_config_entry(intention(bench, "deny"), cas=stale)
    with pytest.raises(StalePlan):
        bench.consul.put_config_entry(intention(bench) | {"Name": f"{bench.mark}-new"}, cas=1)


def test_writing_what_is_there_already_succeeds_at_any_index_and_moves_nothing(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)
    before = bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b")

    bench.consul.put_config_entry(intention(bench), cas=0)

    assert bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b") == before


def test_what_was_read_can_be_written_back_with_a_change(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)
    found = bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b")
    assert found is not None

    more = [*found.raw["Sources"], {"Name": "app-c", "Action": "allow"}]
    bench.consul.put_config_entry({**found.raw, "Sources": more}, cas=found.modify_index)

    assert bench.consul.intention_allows("app-a", f"{bench.mark}-app-b")
    assert bench.consul.intention_allows("app-c", f"{bench.mark}-app-b")


def test_deleting_an_entry_that_is_gone_succeeds(bench: Bench) -> None:
    bench.consul.delete_config_entry("service-intentions", f"{bench.mark}-nothing", cas=12)


def test_an_intention_check_prefers_the_exact_source(bench: Bench) -> None:
    entry = intention(bench) | {"Sources": [{"Name": "*", "Action": "deny"}, {"Name": "app-a", "Action": "allow"}]}
    bench.consul.put_config_entry(entry, cas=0)

    assert bench.consul.intention_allows("app-a", f"{bench.mark}-app-b")
    assert not bench.consul.intention_allows("app-c", f"{bench.mark}-app-b")


def test_an_intention_with_a_made_up_action_is_refused(bench: Bench) -> None:
    with pytest.raises(ServerFailed, match="Action must be set to 'allow' or 'deny'"):
        bench.consul.put_config_entry(intention(bench, "perhaps"), cas=0)


def test_service_defaults_tell_their_protocol(bench: Bench) -> None:
    entry = {"Kind": "service-defaults", "Name": f"{bench.mark}-web", "Protocol": "http"}
    bench.consul.put_config_entry(entry, cas=0)

    found = {one.name: one for one in bench.consul.service_defaults()}
    assert found[f"{bench.mark}-web"].protocol == "http"


def test_a_service_that_nobody_registered_has_no_instances(bench: Bench) -> None:
    assert bench.consul.instances(f"{bench.mark}-none").value == ()
    assert bench.consul.connect_instances(f"{bench.mark}-none").value == ()
    assert f"{bench.mark}-none" not in bench.consul.services()


# Both


def test_observe_reads_jobs_intentions_and_defaults_at_once(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)
    bench.consul.put_config_entry(intention(bench), cas=0)
    bench.consul.put_config_entry({"Kind": "service-defaults", "Name": f"{bench.mark}-web", "Protocol": "http"}, cas=0)

    one = observe(bench.nomad, bench.consul, Scope(namespaces=frozenset({bench.namespace})))
    several = observe(bench.nomad, bench.consul, Scope(namespaces=frozenset({bench.namespace, "nowhere"})))
    without_mesh = observe(bench.nomad, None, Scope())

    assert one.jobs.keys() == several.jobs.keys() == {(bench.namespace, f"{bench.mark}-app")}
    assert one.jobs.keys() <= without_mesh.jobs.keys()
    assert f"{bench.mark}-app-b" in one.intentions
    assert f"{bench.mark}-web" in one.service_defaults
    assert without_mesh.intentions == {}
