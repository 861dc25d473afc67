"""Judges one reading of an evaluation, a deployment or allocations; pure, without a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from deployer.cluster.model import (
    ObservedAllocation,
    ObservedDeployment,
    ObservedEvaluation,
    PlacementFailure,
)


class State(Enum):
    """Where a rollout is."""

    PROGRESS = "in progress"
    HEALTHY = "healthy"
    FAILED = "failed"
    UNPLACED = "cannot be placed"
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What one reading says.

    Attributes:
        reason: fit for an operator.
        placed, healthy, total: allocations, for the progress display.
    """

    state: State
    reason: str
    placed: int = 0
    healthy: int = 0
    total: int = 0

    @property
    def is_final(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.state is not State.PROGRESS


_PROGRESSING = frozenset({"running", "paused", "pending", "blocked", "initializing", "unblocking"})


def judge_deployment(deployment: ObservedDeployment) -> Verdict:
    """
    Say whether a deployment progresses, is healthy or has failed.

    ``paused`` and ``blocked`` count as progress: Nomad can still resume them.

    Raises:
        ValueError: a status that Nomad's ``structs/deployment`` does not list.
    """
    groups = deployment.groups.values()
    counts = {
        "placed": sum(group.placed for group in groups),
        "healthy": sum(group.healthy for group in groups),
        "total": sum(max(group.desired_total, group.desired_canaries) for group in groups),
    }
    status = deployment.status
    if status == "successful":
        return Verdict(state=State.HEALTHY, reason="deployment successful", **counts)
    if status in ("failed", "cancelled"):
        return Verdict(state=State.FAILED, reason=deployment.status_description or f"deployment {status}", **counts)
    if status not in _PROGRESSING:
        raise ValueError(f"unknown deployment status {status!r}")
    unhealthy = sum(group.unhealthy for group in groups)
    if unhealthy:
        some = "an allocation is" if unhealthy == 1 else f"{unhealthy} allocations are"
        return Verdict(state=State.FAILED, reason=f"{some} unhealthy", **counts)
    return Verdict(state=State.PROGRESS, reason=deployment.status_description or status, **counts)


def judge_placement(evaluation: ObservedEvaluation) -> Verdict | None:
    """Return a bad verdict where the scheduler could not place every group, else None."""
    if evaluation.status == "failed":
        return Verdict(state=State.FAILED, reason=evaluation.status_description or "the evaluation failed")
    if not evaluation.failed_groups:
        return None
    reasons = [f"group {name!r}: {placement_reason(failure)}" for name, failure in evaluation.failed_groups.items()]
    return Verdict(state=State.UNPLACED, reason="; ".join(reasons))


def placement_reason(failure: PlacementFailure) -> str:
    """Say in words why no node takes a group."""
    if not failure.nodes_evaluated:
        pool = f" in node pool {failure.node_pool!r}" if failure.node_pool else ""
        return f"there is no ready node{pool} in the job's datacenters"
    parts = [f"{reason} on {nodes} of {failure.nodes_evaluated} nodes" for reason, nodes in _counts(failure)]
    parts += [f"quota {quota}" for quota in failure.quota_exhausted]
    return ", ".join(parts) or f"none of {failure.nodes_evaluated} nodes fits"


def _counts(failure: PlacementFailure) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for text, counts in (
        ("not enough {}", failure.dimension_exhausted),
        ("constraint {} not met", failure.constraint_filtered),
        ("class {} filtered", failure.class_filtered),
    ):
        found += [(text.format(name), nodes) for name, nodes in sorted(counts.items())]
    return found


def judge_batch(allocations: Sequence[ObservedAllocation], counts: Mapping[str, int]) -> Verdict:
    """
    Say whether a batch job has succeeded: every allocation of its groups completed.

    Args:
        counts: group → how many allocations it has.
    """
    total = sum(counts.values())
    current = [alloc for alloc in allocations if not alloc.next_allocation and alloc.desired_status == "run"]
    current += [a for a in allocations if a.client_status == "complete" and a.desired_status != "run"]
    complete = sum(alloc.client_status == "complete" for alloc in current)
    numbers = {"placed": len(current), "healthy": complete, "total": total}
    failed = [a for a in current if a.client_status in ("failed", "lost") and not a.followup_eval_id]
    if failed:
        return Verdict(state=State.FAILED, reason=f"allocation {failed[0].id[:8]} failed", **numbers)
    if complete >= total:
        return Verdict(state=State.HEALTHY, reason="succeeded", **numbers)
    return Verdict(state=State.PROGRESS, reason="running", **numbers)


def judge_running(allocations: Sequence[ObservedAllocation], total: int) -> Verdict:
    """Say whether a job without deployments (``max_parallel = 0``, system) runs as it should."""
    current = [alloc for alloc in allocations if alloc.desired_status == "run" and not alloc.next_allocation]
    running = sum(alloc.client_status == "running" for alloc in current)
    numbers = {"placed": len(current), "healthy": running, "total": max(total, len(current))}
    failed = [alloc for alloc in current if alloc.client_status in ("failed", "lost")]
    if failed:
        return Verdict(state=State.FAILED, reason=f"allocation {failed[0].id[:8]} failed", **numbers)
    if current and running == len(current) and running >= total:
        return Verdict(state=State.HEALTHY, reason="running", **numbers)
    if not current and total == 0:
        return Verdict(state=State.HEALTHY, reason="nothing to run", **numbers)
    return Verdict(state=State.PROGRESS, reason="starting", **numbers)


def timed_out(last: Verdict, limit_s: float) -> Verdict:
    """Return the verdict on a rollout whose last reading, after `limit_s` seconds, was no final one."""
    reason = last.reason[:1].lower() + last.reason[1:]
    counts = f"{last.healthy}/{last.total} healthy, {last.placed} placed, " if last.total else ""
    return replace(last, state=State.TIMED_OUT, reason=f"not healthy after {limit_s:.0f} s: {counts}{reason}")
