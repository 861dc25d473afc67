"""
What was read from Nomad about jobs and their rollout, as frozen values.

Field names follow Nomad's JSON in snake case; durations are seconds and say so. Allocations and
nodes are in ``model_allocation.py``, variables and tokens in ``model_access.py``, Consul's objects in
``model_consul.py``; this module gives all of them out: import from here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from deployer.cluster.model_access import AclPolicy, AclSelf, VariableItem, VariableLock
from deployer.cluster.model_allocation import (
    ObservedAllocation,
    ObservedNode,
    PortMapping,
    TaskEvent,
    TaskState,
)
from deployer.cluster.model_consul import (
    ObservedConfigEntry,
    ObservedIntention,
    ObservedServiceDefaults,
    ServiceInstance,
    SourceIntention,
)

__all__ = [
    "AclPolicy",
    "AclSelf",
    "DesiredUpdates",
    "GroupScale",
    "GroupState",
    "JobPlan",
    "JobValidation",
    "ObservedAllocation",
    "ObservedConfigEntry",
    "ObservedDeployment",
    "ObservedEvaluation",
    "ObservedIntention",
    "ObservedJob",
    "ObservedNode",
    "ObservedServiceDefaults",
    "PlacementFailure",
    "PortMapping",
    "Reading",
    "Registered",
    "ServiceInstance",
    "SourceIntention",
    "TaskEvent",
    "TaskState",
    "VariableItem",
    "VariableLock",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """
    One answer to a read that can be waited on.

    Attributes:
        value: what was read.
        index: ``X-Nomad-Index`` or ``X-Consul-Index``; pass it as ``index`` with ``wait_s`` to be
            answered when something moved, or when the wait is over.
    """

    value: T
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedJob:
    """
    A job as the listing tells it (``GET /v1/jobs?meta=true``).

    Attributes:
        type: service, batch, system or sysbatch.
        status: pending, running or dead.
        stop: somebody stopped it; it still has its indexes.
        version: None where the listing was read, which has no version.
        modify_index: moves with every change of status.
        job_modify_index: moves with every register, scaling included; what EnforceIndex compares.
        parent_id: the periodic or parameterized job that launched this one, or empty.
    """

    namespace: str
    id: str
    name: str
    type: str
    status: str
    stop: bool
    version: int | None
    modify_index: int
    job_modify_index: int
    meta: Mapping[str, str]
    periodic: bool
    parameterized: bool
    parent_id: str
    status_description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """
    One task group inside a deployment (``DeploymentState``).

    Attributes:
        progress_deadline_s: seconds an allocation has to become healthy, 0 when there is no limit.
        canaries: ids of the canary allocations placed so far.
    """

    desired_total: int
    placed: int
    healthy: int
    unhealthy: int
    desired_canaries: int
    promoted: bool
    auto_revert: bool
    progress_deadline_s: float
    auto_promote: bool = False
    canaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedDeployment:
    """
    A deployment (``GET /v1/deployment/:id``).

    Attributes:
        status: initializing, running, paused, pending, blocked, unblocking, successful, failed
            or cancelled.
        job_spec_modify_index: the job's JobModifyIndex this deployment rolls out.
    """

    id: str
    namespace: str
    job_id: str
    status: str
    status_description: str
    job_version: int
    job_spec_modify_index: int
    groups: Mapping[str, GroupState]
    create_index: int = 0
    modify_index: int = 0

    @property
    def ended(self) -> bool:
        """Whether Nomad will not move it any more."""
        return self.status in {"successful", "failed", "cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFailure:
    """Why the scheduler could not place a group (``AllocMetric``); counts are numbers of nodes."""

    nodes_evaluated: int
    nodes_filtered: int
    nodes_exhausted: int
    nodes_available: Mapping[str, int] = field(default_factory=dict)
    class_filtered: Mapping[str, int] = field(default_factory=dict)
    constraint_filtered: Mapping[str, int] = field(default_factory=dict)
    class_exhausted: Mapping[str, int] = field(default_factory=dict)
    dimension_exhausted: Mapping[str, int] = field(default_factory=dict)
    quota_exhausted: tuple[str, ...] = ()
    node_pool: str = ""
    coalesced_failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedEvaluation:
    """
    An evaluation (``GET /v1/evaluation/:id``).

    Attributes:
        status: pending, complete, failed, canceled or blocked.
        blocked_eval: the evaluation that waits for room to place what failed, or empty.
        failed_groups: task group → why it could not be placed.
    """

    id: str
    namespace: str
    status: str
    status_description: str
    triggered_by: str
    type: str
    job_id: str
    job_modify_index: int
    blocked_eval: str
    next_eval: str
    previous_eval: str
    failed_groups: Mapping[str, PlacementFailure]
    queued: Mapping[str, int]
    deployment_id: str
    create_index: int = 0
    modify_index: int = 0

    @property
    def ended(self) -> bool:
        """Whether the scheduler is done with it; a blocked one can still be taken up."""
        return self.status in {"complete", "failed", "canceled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredUpdates:
    """What the scheduler would do to a group's allocations (``DesiredUpdates``)."""

    create: int = 0
    destructive_update: int = 0
    in_place_update: int = 0
    stop: int = 0
    migrate: int = 0
    canary: int = 0
    ignore: int = 0
    preemptions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """
    Nomad's own dry run of a register (``PUT /v1/job/:id/plan``).

    Attributes:
        diff: the raw ``JobDiff``, with Type None, Added, Deleted or Edited; None when not asked for.
        updates: task group → what would happen to its allocations.
        job_modify_index: the index to enforce, 0 when the job is new.
        next_periodic: when a periodic job would start next (RFC 3339), or empty.
    """

    diff: Mapping[str, Any] | None
    updates: Mapping[str, DesiredUpdates]
    job_modify_index: int
    failed_groups: Mapping[str, PlacementFailure]
    warnings: str
    next_periodic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobValidation:
    """What Nomad says of a job without taking it (``PUT /v1/validate/job``)."""

    errors: tuple[str, ...]
    warnings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A job that was taken; `eval_id` is empty for periodic and parameterized jobs."""

    eval_id: str
    job_modify_index: int
    warnings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScale:
    """A group's live numbers (``GET /v1/job/:id/scale``); `desired` is the live count."""

    desired: int
    placed: int
    running: int
    healthy: int
    unhealthy: int
