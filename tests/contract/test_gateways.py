"""Jobs: the same cases on the twin and on a real cluster, so that the twin cannot drift."""

from collections.abc import Callable

import pytest
from gateway_bench import Bench, ended_deployment

from deployer.errors import JobRejected, NotFound, StalePlan


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

    # Nomad's answer holds the job's ModifyIndex then, which its status moves; the listing tells the truth.
    (listed,) = bench.nomad.list_jobs(bench.namespace, prefix=f"{bench.mark}-app")
    assert listed.job_modify_index == first.job_modify_index
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
