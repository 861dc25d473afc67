"""Which allocations and tasks a command means: pure, over one reading of the cluster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployer.cluster.model import ObservedAllocation
from deployer.errors import NotFound
from deployer.finding import did_you_mean

# The name of the service pack's task that closes an allocation's ports: it is no part of the app.
FIREWALL = "firewall"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRole:
    """
    One task of a group, as the job says.

    Attributes:
        beside: it serves the app's task rather than being it: a mesh sidecar, the firewall.
        once: it runs before or after the main task instead of beside the app.
    """

    group: str
    name: str
    beside: bool
    once: bool


def roles_of(job: Mapping[str, Any]) -> tuple[TaskRole, ...]:
    """Return the tasks of a job (``GET /v1/job/:id``) in its order, those that Connect added included."""
    return tuple(
        TaskRole(
            group=group["Name"],
            name=task["Name"],
            beside=str(task.get("Kind") or "").startswith("connect-") or task["Name"] == FIREWALL,
            once=bool(task.get("Lifecycle")) and not (task["Lifecycle"] or {}).get("Sidecar"),
        )
        for group in job.get("TaskGroups") or ()
        for task in group.get("Tasks") or ()
    )


def log_tasks(roles: Sequence[TaskRole], group: str, *, task: str = "", every: bool = False) -> tuple[str, ...]:
    """
    Return the tasks of a group whose logs are meant.

    Args:
        task: only this one.
        every: those beside the app too.
    """
    names = [role.name for role in roles if role.group == group and (every or task or not role.beside)]
    return tuple(name for name in names if task in ("", name))


def command_task(roles: Sequence[TaskRole], allocation: ObservedAllocation, task: str, app: str) -> str:
    """
    Return the task in which a command runs: the named one, else the app's own.

    Raises:
        NotFound: there is no such task, it does not run, or several could be meant.
    """
    known = [role for role in roles if role.group == allocation.group]
    names = [role.name for role in known]
    if task:
        if task not in names:
            raise NotFound(
                f"allocation {short(allocation.id)} has no task {task!r}{did_you_mean(task, names)}",
                hint=f"it has {', '.join(names)}",
            )
        return _running(allocation, task)
    main = [role.name for role in known if not role.beside and not role.once]
    if app in main:
        return _running(allocation, app)
    if len(main) != 1:
        raise NotFound(
            f"allocation {short(allocation.id)} has several tasks", hint=f"name one with --task: {', '.join(names)}"
        )
    return _running(allocation, main[0])


def _running(allocation: ObservedAllocation, task: str) -> str:
    state = allocation.tasks.get(task)
    if state is None or state.state != "running":
        is_now = state.state if state else "not started"
        raise NotFound(
            f"task {task!r} of allocation {short(allocation.id)} is {is_now}, not running",
            hint="see what it says: nomadeploy logs",
        )
    return task


def logged_allocations(
    allocations: Iterable[ObservedAllocation], *, alloc_id: str = "", since_version: int = 0
) -> tuple[ObservedAllocation, ...]:
    """
    Return the allocations whose logs are meant, by name.

    Those that the scheduler wants to run, failed and finished ones included; of a job that was
    stopped, those of its last version.

    Args:
        alloc_id: only the one whose id begins so.
        since_version: only those of this job version or a later one.
    """
    all_of_them = sorted(allocations, key=lambda allocation: (allocation.name, allocation.create_index))
    if alloc_id:
        return (allocation_named(all_of_them, alloc_id),)
    recent = [allocation for allocation in all_of_them if allocation.job_version >= since_version]
    wanted = [allocation for allocation in recent if allocation.desired_status == "run"]
    last = max((allocation.job_version for allocation in recent), default=0)
    return tuple(wanted or [allocation for allocation in recent if allocation.job_version == last])


def command_allocation(allocations: Sequence[ObservedAllocation], alloc_id: str, app: str) -> ObservedAllocation:
    """
    Return the allocation in which a command runs: the named one, else a running one of the newest version.

    Raises:
        NotFound: none runs, or none has that id.
    """
    if alloc_id:
        return allocation_named(allocations, alloc_id)
    running = [allocation for allocation in allocations if allocation.client_status == "running"]
    if not running:
        raise NotFound(
            f"no allocation of {app!r} is running", hint="see what happened: nomadeploy status, nomadeploy logs"
        )
    # An unhealthy or canary allocation answers only when nothing better does; the rest is for repeatability.
    return min(
        running,
        key=lambda one: (one.deployment_healthy is False, one.canary, -one.job_version, one.name, one.id),
    )


def allocation_named(allocations: Sequence[ObservedAllocation], alloc_id: str) -> ObservedAllocation:
    """Return the one allocation whose id begins so; raises `NotFound` for none and for several."""
    found = [allocation for allocation in allocations if allocation.id.startswith(alloc_id.lower())]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(sorted(short(allocation.id) for allocation in found or allocations)) or "none"
    if found:
        raise NotFound(f"several allocations begin with {alloc_id!r}", hint=f"write more of the id: {ids}")
    raise NotFound(f"the app has no allocation {alloc_id!r}", hint=f"it has {ids}")


def short(alloc_id: str) -> str:
    """Return the part of an id that people use."""
    return alloc_id[:8]
