"""Why a job did not become healthy: the facts an operator would look up; the choosing is pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deployer.cluster.model import ObservedAllocation, TaskEvent, TaskState

LOG_LINES = 20
_SIDECAR = "connect-proxy-"
_PACK_TASKS = frozenset({"firewall", "firewall-keeper"})
"""Tasks that the packs put beside the app's own; they tell nothing unless they failed."""

_TELLING = frozenset(
    {
        "Driver Failure",
        "Terminated",
        "Not Restarting",
        "Failed Validation",
        "Setup Failure",
        "Failed Artifact Download",
        "Template",
        "Task hook failed",
        "Killing",
        "Alloc Unhealthy",
        "Restart Signaled",
        "Killed",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCheck:
    """A check that does not pass, with what it said."""

    name: str
    status: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """
    What went wrong with one task of one allocation.

    Attributes:
        driver_error: what the driver said, or empty.
        exit_code: of the task's last end, or None.
        events: the last events that tell something, oldest first.
        log: the last lines of its stderr, or of its stdout where that is empty.
    """

    app: str
    group: str
    task: str
    allocation: str
    node: str
    driver_error: str = ""
    exit_code: int | None = None
    signal: int | None = None
    restarts: int = 0
    events: tuple[str, ...] = ()
    checks: tuple[FailedCheck, ...] = ()
    log: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether it tells more than where the task runs."""
        told = (self.driver_error, self.events, self.checks, self.log)
        return self.exit_code is not None or any(told)


ReadLog = Callable[[ObservedAllocation, str], Sequence[str]]


def diagnose(
    app: str,
    allocations: Sequence[ObservedAllocation],
    *,
    checks: Mapping[str, Sequence[FailedCheck]] | None = None,
    read_log: ReadLog | None = None,
) -> tuple[Diagnosis, ...]:
    """
    Describe the tasks that keep a job from being healthy, the worst first, at most three.

    A task of which nothing is known is left out.

    Args:
        allocations: of the job's newest version.
        checks: allocation's id → the checks that fail there.
        read_log: returns the last lines of a task's log; it is called for the reported tasks only.
    """
    failing = checks or {}
    worst = sorted(allocations, key=lambda alloc: _badness(alloc, failing.get(alloc.id, ())))[:3]
    found = [_diagnosis(app, alloc, failing.get(alloc.id, ()), read_log) for alloc in worst]
    return tuple(diagnosis for diagnosis in found if diagnosis.says_something)


def _diagnosis(
    app: str, alloc: ObservedAllocation, checks: Sequence[FailedCheck], read_log: ReadLog | None
) -> Diagnosis:
    name = _telling_task(alloc.tasks)
    state = alloc.tasks.get(name)
    end = _last_end(state)
    return Diagnosis(
        app=app,
        group=alloc.group,
        task=name,
        allocation=alloc.id[:8],
        node=alloc.node_name or alloc.node_id[:8],
        driver_error=_driver_error(state),
        exit_code=end.exit_code if end else None,
        signal=end.signal if end else None,
        restarts=state.restarts if state else 0,
        events=_events(state),
        checks=tuple(checks),
        log=tuple(read_log(alloc, name)[-LOG_LINES:]) if read_log and name else (),
    )


def newest_version(allocations: Sequence[ObservedAllocation]) -> tuple[ObservedAllocation, ...]:
    """Return the allocations of the newest job version."""
    version = max((alloc.job_version for alloc in allocations), default=0)
    return tuple(alloc for alloc in allocations if alloc.job_version == version)


def _badness(alloc: ObservedAllocation, checks: Sequence[FailedCheck]) -> tuple[int, bool, int]:
    order = {"failed": 0, "lost": 1, "pending": 2, "running": 3 if alloc.deployment_healthy is not True else 5}
    return order.get(alloc.client_status, 4), not checks, -alloc.create_index


def _telling_task(tasks: Mapping[str, TaskState]) -> str:
    """Name the task that failed, else the app's own that restarted, waits or runs, in this order."""
    own = [name for name in tasks if not name.startswith(_SIDECAR) and name not in _PACK_TASKS]
    others = [name for name in tasks if name not in own]
    failed = [name for name in own + others if tasks[name].failed or _driver_error(tasks[name])]
    restarted = [name for name in own if tasks[name].restarts]
    waiting = [name for name in own if tasks[name].state == "pending"]
    running = [name for name in own if tasks[name].state == "running"]
    return next(iter(failed + restarted + waiting + running + own), "")


def _driver_error(state: TaskState | None) -> str:
    errors = [event.driver_error for event in state.events if event.driver_error] if state else []
    return errors[-1] if errors else ""


def _last_end(state: TaskState | None) -> TaskEvent | None:
    ends = [event for event in state.events if event.type == "Terminated"] if state else []
    return ends[-1] if ends else None


def _events(state: TaskState | None) -> tuple[str, ...]:
    if state is None:
        return ()
    telling = [event for event in state.events if event.type in _TELLING]
    lines = [f"{event.type}: {event.message}" if event.message else event.type for event in telling]
    return tuple(dict.fromkeys(lines))[-4:]
