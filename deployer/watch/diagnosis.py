"""Why a job did not become healthy: the facts an operator would look up; the choosing is pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deployer.cluster.model import ObservedAllocation, TaskEvent, TaskState

LOG_LINES = 20
_OWN_TASKS = ("connect-proxy-",)
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


ReadLog = Callable[[ObservedAllocation, str], Sequence[str]]


def diagnose(
    app: str,
    allocations: Sequence[ObservedAllocation],
    *,
    checks: Sequence[FailedCheck] = (),
    read_log: ReadLog | None = None,
) -> tuple[Diagnosis, ...]:
    """
    Describe the tasks that keep a job from being healthy, the worst first, at most three.

    Args:
        allocations: of the job's newest version.
        read_log: returns the last lines of a task's log; it is called for the reported tasks only.
    """
    found = []
    for alloc in sorted(allocations, key=_badness)[:3]:
        name = _telling_task(alloc.tasks)
        state = alloc.tasks.get(name)
        end = _last_end(state)
        found.append(
            Diagnosis(
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
        )
    return tuple(found)


def newest_version(allocations: Sequence[ObservedAllocation]) -> tuple[ObservedAllocation, ...]:
    """Return the allocations of the newest job version."""
    version = max((alloc.job_version for alloc in allocations), default=0)
    return tuple(alloc for alloc in allocations if alloc.job_version == version)


def _badness(alloc: ObservedAllocation) -> tuple[int, int]:
    order = {"failed": 0, "lost": 1, "pending": 2, "running": 3 if alloc.deployment_healthy is not True else 5}
    return order.get(alloc.client_status, 4), -alloc.create_index


def _telling_task(tasks: Mapping[str, TaskState]) -> str:
    """Name the task that failed, or the app's own where none has."""
    failed = [name for name, state in tasks.items() if state.failed or _driver_error(state)]
    restarted = [name for name, state in tasks.items() if state.restarts]
    own = [name for name in tasks if not name.startswith(_OWN_TASKS)]
    running = [name for name in own if tasks[name].state == "running"]
    return next(iter(failed + restarted + running + own + list(tasks)), "")


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
