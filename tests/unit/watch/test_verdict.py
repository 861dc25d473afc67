from typing import Any

import pytest
from releases import an_allocation

from deployer.cluster.model import GroupState, ObservedDeployment, ObservedEvaluation, PlacementFailure
from deployer.watch.verdict import (
    State,
    judge_batch,
    judge_deployment,
    judge_placement,
    judge_running,
    placement_reason,
)


def a_group(**changes: Any) -> GroupState:
    plain: dict[str, Any] = {"desired_total": 2, "placed": 0, "healthy": 0, "unhealthy": 0, "desired_canaries": 0}
    plain |= {"promoted": False, "auto_revert": False, "progress_deadline_s": 600}
    return GroupState(**(plain | changes))


def a_deployment(status: str, description: str = "", **groups: GroupState) -> ObservedDeployment:
    return ObservedDeployment(
        id="d1",
        namespace="default",
        job_id="api",
        status=status,
        status_description=description,
        job_version=0,
        job_spec_modify_index=40,
        groups=groups or {"web": a_group()},
    )


def an_evaluation(status: str = "complete", description: str = "", **failed: PlacementFailure) -> ObservedEvaluation:
    return ObservedEvaluation(
        id="e1",
        namespace="default",
        status=status,
        status_description=description,
        triggered_by="job-register",
        type="service",
        job_id="api",
        job_modify_index=40,
        blocked_eval="",
        next_eval="",
        previous_eval="",
        failed_groups=failed,
        queued={},
        deployment_id="",
    )


def a_failure(nodes: int = 3, **changes: Any) -> PlacementFailure:
    return PlacementFailure(nodes_evaluated=nodes, nodes_filtered=0, nodes_exhausted=0, **changes)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("successful", State.HEALTHY),
        ("failed", State.FAILED),
        ("cancelled", State.FAILED),
        ("running", State.PROGRESS),
        ("paused", State.PROGRESS),
        ("pending", State.PROGRESS),
        ("blocked", State.PROGRESS),
        ("initializing", State.PROGRESS),
        ("unblocking", State.PROGRESS),
    ],
)
def test_each_deployment_status_has_its_verdict(status: str, state: State) -> None:
    verdict = judge_deployment(a_deployment(status))

    assert verdict.state is state
    assert verdict.is_final is (state is not State.PROGRESS)
    assert status in verdict.reason


def test_a_status_that_nomad_does_not_list_is_never_taken_for_anything() -> None:
    with pytest.raises(ValueError, match="unknown deployment status 'melting'"):
        judge_deployment(a_deployment("melting"))


def test_nomads_own_description_is_the_reason() -> None:
    verdict = judge_deployment(a_deployment("failed", "Failed due to progress deadline"))

    assert verdict.reason == "Failed due to progress deadline"


@pytest.mark.parametrize(
    ("unhealthy", "reason"), [(1, "an allocation is unhealthy"), (2, "2 allocations are unhealthy")]
)
def test_an_unhealthy_allocation_fails_the_rollout_before_nomads_deadline(unhealthy: int, reason: str) -> None:
    verdict = judge_deployment(a_deployment("running", web=a_group(placed=2, unhealthy=unhealthy)))

    assert (verdict.state, verdict.reason) == (State.FAILED, reason)


def test_progress_counts_every_group_and_canaries_beyond_the_total() -> None:
    groups = {"web": a_group(placed=2, healthy=1), "db": a_group(desired_total=1, desired_canaries=3, placed=3)}
    verdict = judge_deployment(a_deployment("running", "Deployment is running", **groups))

    assert (verdict.placed, verdict.healthy, verdict.total) == (5, 1, 5)


def test_a_placed_evaluation_has_no_verdict() -> None:
    assert judge_placement(an_evaluation()) is None


def test_a_failed_evaluation_fails_with_its_description() -> None:
    verdict = judge_placement(an_evaluation("failed", "maximum attempts reached"))
    unnamed = judge_placement(an_evaluation("failed"))

    assert verdict is not None
    assert unnamed is not None
    assert (verdict.state, verdict.reason) == (State.FAILED, "maximum attempts reached")
    assert unnamed.reason == "the evaluation failed"


def test_groups_that_no_node_takes_are_named_with_the_reason() -> None:
    verdict = judge_placement(an_evaluation(web=a_failure(dimension_exhausted={"memory": 2}), db=a_failure(0)))

    assert verdict is not None
    assert verdict.state is State.UNPLACED
    assert verdict.reason == (
        "group 'web': not enough memory on 2 of 3 nodes; group 'db': there is no ready node in the job's datacenters"
    )


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (a_failure(0), "there is no ready node in the job's datacenters"),
        (a_failure(0, node_pool="gpu"), "there is no ready node in node pool 'gpu' in the job's datacenters"),
        (
            a_failure(constraint_filtered={"${attr.kernel.name} = windows": 3}),
            "constraint ${attr.kernel.name} = windows not met on 3 of 3 nodes",
        ),
        (a_failure(class_filtered={"small": 1}), "class small filtered on 1 of 3 nodes"),
        (
            a_failure(dimension_exhausted={"memory": 1, "cpu": 2}),
            "not enough cpu on 2 of 3 nodes, not enough memory on 1 of 3 nodes",
        ),
        (a_failure(quota_exhausted=("shop: memory",)), "quota shop: memory"),
        (a_failure(), "none of 3 nodes fits"),
    ],
)
def test_the_reason_why_nothing_was_placed_is_told_in_words(failure: PlacementFailure, words: str) -> None:
    assert placement_reason(failure) == words


def test_a_batch_job_has_succeeded_when_every_allocation_completed() -> None:
    complete = an_allocation(1, client_status="complete")

    assert judge_batch([], {"web": 2}).state is State.PROGRESS
    assert judge_batch([complete], {"web": 2}).state is State.PROGRESS
    verdict = judge_batch([complete, an_allocation(2, client_status="complete")], {"web": 1, "db": 1})
    assert (verdict.state, verdict.healthy, verdict.total) == (State.HEALTHY, 2, 2)


def test_a_batch_allocation_that_completed_and_was_stopped_counts() -> None:
    ended = an_allocation(1, client_status="complete", desired_status="stop")

    assert judge_batch([ended], {"web": 1}).state is State.HEALTHY


@pytest.mark.parametrize("status", ["failed", "lost"])
def test_a_batch_allocation_that_failed_for_good_fails_the_job(status: str) -> None:
    verdict = judge_batch([an_allocation(7, client_status=status)], {"web": 1})

    assert (verdict.state, verdict.reason) == (State.FAILED, "allocation 00000007 failed")


def test_a_batch_allocation_that_will_be_tried_again_is_progress() -> None:
    waiting = an_allocation(1, client_status="failed", followup_eval_id="e2")
    replaced = an_allocation(2, client_status="failed", next_allocation="a3")

    assert judge_batch([waiting], {"web": 1}).state is State.PROGRESS
    assert judge_batch([replaced], {"web": 1}).state is State.PROGRESS


def test_a_job_without_deployments_is_healthy_when_all_of_it_runs() -> None:
    pending = an_allocation(2, client_status="pending")

    assert judge_running([an_allocation(1), pending], 2).state is State.PROGRESS
    assert judge_running([an_allocation(1)], 2).state is State.PROGRESS
    assert judge_running([], 1).state is State.PROGRESS
    verdict = judge_running([an_allocation(1), an_allocation(2)], 2)
    assert (verdict.state, verdict.healthy, verdict.total) == (State.HEALTHY, 2, 2)


def test_a_job_of_count_zero_has_nothing_to_run() -> None:
    assert judge_running([], 0).reason == "nothing to run"


def test_a_job_without_deployments_fails_with_its_allocation() -> None:
    verdict = judge_running([an_allocation(3, client_status="failed")], 1)

    assert (verdict.state, verdict.reason) == (State.FAILED, "allocation 00000003 failed")
