"""Nomad's JSON about allocations and nodes → our values. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from deployer.cluster.model import ObservedAllocation, ObservedNode, PortMapping, TaskEvent, TaskState

Raw = Mapping[str, Any]


def allocation_of(raw: Raw) -> ObservedAllocation:
    """Read an ``AllocListStub`` or a whole ``Allocation``."""
    health = raw.get("DeploymentStatus") or {}
    return ObservedAllocation(
        id=raw["ID"],
        name=raw["Name"],
        namespace=raw["Namespace"],
        job_id=raw["JobID"],
        job_version=_version_of(raw),
        group=raw["TaskGroup"],
        node_id=raw.get("NodeID") or "",
        node_name=raw.get("NodeName") or "",
        client_status=raw["ClientStatus"],
        desired_status=raw["DesiredStatus"],
        deployment_healthy=health.get("Healthy"),
        canary=bool(health.get("Canary")),
        create_index=raw["CreateIndex"],
        modify_index=raw["ModifyIndex"],
        tasks={name: _task_of(task) for name, task in (raw.get("TaskStates") or {}).items()},
        next_allocation=raw.get("NextAllocation") or "",
        eval_id=raw.get("EvalID") or "",
        deployment_id=raw.get("DeploymentID") or "",
        client_description=raw.get("ClientDescription") or "",
        desired_description=raw.get("DesiredDescription") or "",
        followup_eval_id=raw.get("FollowupEvalID") or "",
        create_time_ns=raw.get("CreateTime") or 0,
        modify_time_ns=raw.get("ModifyTime") or 0,
        ports=tuple(_ports_of(raw.get("AllocatedResources") or {})),
        address=(raw.get("NetworkStatus") or {}).get("Address") or "",
    )


def _version_of(raw: Raw) -> int:
    # A single read has the whole job instead of its version.
    version = raw.get("JobVersion", (raw.get("Job") or {}).get("Version"))
    return int(version or 0)


def _task_of(raw: Raw) -> TaskState:
    return TaskState(
        state=raw["State"],
        failed=bool(raw.get("Failed")),
        restarts=raw.get("Restarts") or 0,
        events=tuple(_event_of(event) for event in raw.get("Events") or ()),
        started_at=raw.get("StartedAt") or "",
        finished_at=raw.get("FinishedAt") or "",
    )


def _event_of(raw: Raw) -> TaskEvent:
    details: dict[str, str] = raw.get("Details") or {}
    return TaskEvent(
        time_ns=raw.get("Time") or 0,
        type=raw.get("Type") or "",
        message=raw.get("DisplayMessage") or "",
        exit_code=_number(details.get("exit_code")),
        signal=_number(details.get("signal")),
        driver_error=details.get("driver_error") or raw.get("DriverError") or "",
        details=details,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.lstrip("-").isdigit() else None


def _ports_of(resources: Raw) -> Iterator[PortMapping]:
    for port in (resources.get("Shared") or {}).get("Ports") or ():
        yield _port_of(port, port.get("HostIP") or "")
    for task in (resources.get("Tasks") or {}).values():
        for network in task.get("Networks") or ():
            for port in (*(network.get("ReservedPorts") or ()), *(network.get("DynamicPorts") or ())):
                yield _port_of(port, network.get("IP") or "")


def _port_of(raw: Raw, host_ip: str) -> PortMapping:
    return PortMapping(label=raw["Label"], value=raw["Value"], to=max(0, raw.get("To") or 0), host_ip=host_ip)


def node_of(raw: Raw) -> ObservedNode:
    """Read a ``NodeListStub`` or a whole ``Node``."""
    has, kept = raw.get("NodeResources") or {}, raw.get("ReservedResources") or {}
    return ObservedNode(
        id=raw["ID"],
        name=raw["Name"],
        status=raw["Status"],
        eligibility=raw.get("SchedulingEligibility") or "",
        drain=bool(raw.get("Drain")),
        pool=raw.get("NodePool") or "default",
        node_class=raw.get("NodeClass") or "",
        datacenter=raw.get("Datacenter") or "",
        # The listing gives the IP, a single read the HTTP address.
        address=raw.get("Address") or (raw.get("HTTPAddr") or "").rpartition(":")[0],
        version=raw.get("Version") or (raw.get("Attributes") or {}).get("nomad.version", ""),
        drivers={
            name: (bool(driver.get("Detected")), bool(driver.get("Healthy")))
            for name, driver in (raw.get("Drivers") or {}).items()
        },
        attributes=raw.get("Attributes") or {},
        meta=raw.get("Meta") or {},
        cpu_mhz=_left(has, kept, "Cpu", "CpuShares"),
        memory_mb=_left(has, kept, "Memory", "MemoryMB"),
        disk_mb=_left(has, kept, "Disk", "DiskMB"),
        host_volumes=tuple(sorted(raw.get("HostVolumes") or {})),
        modify_index=raw.get("ModifyIndex") or 0,
    )


def _left(has: Raw, kept: Raw, block: str, key: str) -> int:
    total = (has.get(block) or {}).get(key) or 0
    reserved = (kept.get(block) or {}).get(key) or 0
    return max(0, total - reserved)
