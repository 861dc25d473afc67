"""Nomad's JSON about jobs and their rollout → our values. Pure; absent and null fields are tolerated."""

from collections.abc import Mapping
from typing import Any

from deployer.cluster.model import (
    DesiredUpdates,
    GroupScale,
    GroupState,
    JobPlan,
    ObservedDeployment,
    ObservedEvaluation,
    ObservedJob,
    PlacementFailure,
    VariableItem,
)

Raw = Mapping[str, Any]
_NS_PER_S = 1_000_000_000


def job_of(stub: Raw) -> ObservedJob:
    """Read a listing's stub (``JobListStub``) or a whole job."""
    return ObservedJob(
        namespace=stub.get("Namespace") or "default",
        id=stub["ID"],
        name=stub.get("Name") or stub["ID"],
        type=stub["Type"],
        status=stub.get("Status") or "",
        status_description=stub.get("StatusDescription") or "",
        stop=bool(stub.get("Stop")),
        version=stub.get("Version"),
        modify_index=stub.get("ModifyIndex") or 0,
        job_modify_index=stub.get("JobModifyIndex") or 0,
        meta=stub.get("Meta") or {},
        periodic=bool(stub.get("Periodic")),
        parameterized=bool(stub.get("ParameterizedJob")),
        parent_id=stub.get("ParentID") or "",
    )


def deployment_of(raw: Raw) -> ObservedDeployment:
    """Read a ``Deployment``."""
    return ObservedDeployment(
        id=raw["ID"],
        namespace=raw["Namespace"],
        job_id=raw["JobID"],
        status=raw["Status"],
        status_description=raw.get("StatusDescription") or "",
        job_version=raw.get("JobVersion") or 0,
        job_spec_modify_index=raw.get("JobSpecModifyIndex") or 0,
        groups={name: _group_of(group) for name, group in (raw.get("TaskGroups") or {}).items()},
        create_index=raw.get("CreateIndex") or 0,
        modify_index=raw.get("ModifyIndex") or 0,
    )


def _group_of(raw: Raw) -> GroupState:
    return GroupState(
        desired_total=raw.get("DesiredTotal") or 0,
        placed=raw.get("PlacedAllocs") or 0,
        healthy=raw.get("HealthyAllocs") or 0,
        unhealthy=raw.get("UnhealthyAllocs") or 0,
        desired_canaries=raw.get("DesiredCanaries") or 0,
        promoted=bool(raw.get("Promoted")),
        auto_revert=bool(raw.get("AutoRevert")),
        auto_promote=bool(raw.get("AutoPromote")),
        progress_deadline_s=(raw.get("ProgressDeadline") or 0) / _NS_PER_S,
        canaries=tuple(raw.get("PlacedCanaries") or ()),
    )


def evaluation_of(raw: Raw) -> ObservedEvaluation:
    """Read an ``Evaluation``."""
    return ObservedEvaluation(
        id=raw["ID"],
        namespace=raw.get("Namespace") or "default",
        status=raw["Status"],
        status_description=raw.get("StatusDescription") or "",
        triggered_by=raw.get("TriggeredBy") or "",
        type=raw.get("Type") or "",
        job_id=raw.get("JobID") or "",
        job_modify_index=raw.get("JobModifyIndex") or 0,
        blocked_eval=raw.get("BlockedEval") or "",
        next_eval=raw.get("NextEval") or "",
        previous_eval=raw.get("PreviousEval") or "",
        failed_groups=failures_of(raw.get("FailedTGAllocs")),
        queued=raw.get("QueuedAllocations") or {},
        deployment_id=raw.get("DeploymentID") or "",
        create_index=raw.get("CreateIndex") or 0,
        modify_index=raw.get("ModifyIndex") or 0,
    )


def failures_of(raw: Raw | None) -> dict[str, PlacementFailure]:
    """Read ``FailedTGAllocs``: task group → ``AllocMetric``."""
    return {name: _failure_of(metric) for name, metric in (raw or {}).items()}


def _failure_of(raw: Raw) -> PlacementFailure:
    return PlacementFailure(
        nodes_evaluated=raw.get("NodesEvaluated") or 0,
        nodes_filtered=raw.get("NodesFiltered") or 0,
        nodes_exhausted=raw.get("NodesExhausted") or 0,
        nodes_available=raw.get("NodesAvailable") or {},
        class_filtered=raw.get("ClassFiltered") or {},
        constraint_filtered=raw.get("ConstraintFiltered") or {},
        class_exhausted=raw.get("ClassExhausted") or {},
        dimension_exhausted=raw.get("DimensionExhausted") or {},
        quota_exhausted=tuple(raw.get("QuotaExhausted") or ()),
        node_pool=raw.get("NodePool") or "",
        coalesced_failures=raw.get("CoalescedFailures") or 0,
    )


def plan_of(raw: Raw) -> JobPlan:
    """Read a ``JobPlanResponse``."""
    updates = ((raw.get("Annotations") or {}).get("DesiredTGUpdates")) or {}
    return JobPlan(
        diff=raw.get("Diff"),
        updates={name: _updates_of(group) for name, group in updates.items()},
        job_modify_index=raw.get("JobModifyIndex") or 0,
        failed_groups=failures_of(raw.get("FailedTGAllocs")),
        warnings=raw.get("Warnings") or "",
        next_periodic=_time_or_empty(raw.get("NextPeriodicLaunch")),
    )


def _updates_of(raw: Raw) -> DesiredUpdates:
    return DesiredUpdates(
        create=raw.get("Place") or 0,
        destructive_update=raw.get("DestructiveUpdate") or 0,
        in_place_update=raw.get("InPlaceUpdate") or 0,
        stop=raw.get("Stop") or 0,
        migrate=raw.get("Migrate") or 0,
        canary=raw.get("Canary") or 0,
        ignore=raw.get("Ignore") or 0,
        preemptions=raw.get("Preemptions") or 0,
    )


def scale_of(raw: Raw) -> GroupScale:
    """Read a ``TaskGroupScaleStatus``."""
    return GroupScale(
        desired=raw.get("Desired") or 0,
        placed=raw.get("Placed") or 0,
        running=raw.get("Running") or 0,
        healthy=raw.get("Healthy") or 0,
        unhealthy=raw.get("Unhealthy") or 0,
    )


def variable_of(raw: Raw) -> VariableItem:
    """Read a ``VariableDecrypted``, or a listing's ``VariableMetadata``."""
    return VariableItem(
        namespace=raw["Namespace"],
        path=raw["Path"],
        items=raw.get("Items") or {},
        modify_index=raw.get("ModifyIndex") or 0,
        create_index=raw.get("CreateIndex") or 0,
        modify_time_ns=raw.get("ModifyTime") or 0,
        locked=bool(raw.get("Lock")),
    )


def _time_or_empty(text: str | None) -> str:
    # Go's zero time.
    return "" if not text or text.startswith("0001-") else text
