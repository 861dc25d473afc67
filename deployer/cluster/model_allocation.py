"""Allocations, their tasks, and the nodes they run on, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent:
    """
    Something that happened to a task (``TaskEvent``).

    Attributes:
        time_ns: nanoseconds since the epoch.
        message: Nomad's ``DisplayMessage``, for an operator's eyes.
        exit_code: None unless the task ended.
        signal: None unless the task ended.
        driver_error: what the driver said, or empty.
        details: every further key Nomad gave.
    """

    time_ns: int
    type: str
    message: str
    exit_code: int | None
    signal: int | None
    driver_error: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """One task of an allocation; `state` is pending, running or dead."""

    state: str
    failed: bool
    restarts: int
    events: tuple[TaskEvent, ...]
    started_at: str = ""
    finished_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortMapping:
    """
    A port of an allocation on its host (``AllocatedPortMapping``).

    Attributes:
        value: the host's port.
        to: the port inside the network namespace, 0 when it is the same.
        host_ip: the host's address the port is bound to.
    """

    label: str
    value: int
    to: int
    host_ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedAllocation:
    """
    An allocation (``GET /v1/job/:id/allocations?resources=true`` or ``GET /v1/allocation/:id``).

    Attributes:
        client_status: pending, running, complete, failed, lost or unknown.
        desired_status: run, stop or evict.
        deployment_id: empty where a listing was read.
        deployment_healthy: None while Nomad has not judged it.
        canary: it was placed as a canary and is not promoted.
        next_allocation: the one that replaced it, or empty.
        ports: ports on the host, of its group and its tasks.
        address: its address in its network namespace, told by single reads only; else empty.
    """

    id: str
    name: str
    namespace: str
    job_id: str
    job_version: int
    group: str
    node_id: str
    node_name: str
    client_status: str
    desired_status: str
    deployment_healthy: bool | None
    create_index: int
    modify_index: int
    tasks: Mapping[str, TaskState]
    next_allocation: str
    eval_id: str = ""
    deployment_id: str = ""
    client_description: str = ""
    desired_description: str = ""
    canary: bool = False
    followup_eval_id: str = ""
    create_time_ns: int = 0
    modify_time_ns: int = 0
    ports: tuple[PortMapping, ...] = ()
    address: str = ""

    @property
    def ended(self) -> bool:
        """Whether the client is done with it."""
        return self.client_status in {"complete", "failed", "lost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedNode:
    """
    A client node (``GET /v1/nodes?resources=true`` or ``GET /v1/node/:id``).

    Attributes:
        status: initializing, ready, down or disconnected.
        eligibility: eligible or ineligible.
        drivers: driver → (detected, healthy).
        attributes: fingerprinted facts; the listing gives a few only.
        meta: told by single reads only.
        cpu_mhz: what the node has for allocations, its reserve taken off.
        memory_mb: the same for memory.
        host_volumes: names of its host volumes.
    """

    id: str
    name: str
    status: str
    eligibility: str
    drain: bool
    pool: str
    node_class: str
    datacenter: str
    address: str
    version: str
    drivers: Mapping[str, tuple[bool, bool]]
    attributes: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    cpu_mhz: int = 0
    memory_mb: int = 0
    disk_mb: int = 0
    host_volumes: tuple[str, ...] = ()
    modify_index: int = 0

    @property
    def ready(self) -> bool:
        """Whether the scheduler may place allocations on it."""
        return self.status == "ready" and self.eligibility == "eligible" and not self.drain
