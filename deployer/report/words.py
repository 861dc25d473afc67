"""The lines that tell an event; pure, shared by the plain and the live report."""

from deployer.plan.model import Action, Kind, Step
from deployer.report.events import (
    Diagnosed,
    Event,
    Proved,
    ReleaseEnded,
    ReleaseStarted,
    StepDone,
    StepProgress,
    StepStarted,
)
from deployer.watch.diagnosis import Diagnosis
from deployer.watch.verdict import Verdict

_VERBS = {
    Action.CREATE: "start",
    Action.REPLACE: "update",
    Action.IN_PLACE: "update in place",
    Action.STOP: "stop",
    Action.REMOVE: "remove",
}


def lines_of(event: Event) -> list[str]:
    """Return an event's lines; none for what only a live view shows."""
    match event:
        case ReleaseStarted():
            return [f"release {event.release_id} of {event.owner}"]
        case StepStarted():
            return [f"{title(event.step)}: {_VERBS.get(event.step.action, '')}"] if _is_job(event.step) else []
        case StepProgress():
            return [f"{title(event.step)}: {progress(event.verdict)}"] if not event.verdict.is_final else []
        case StepDone():
            mark = "✗" if event.failed else "✓"
            return [f"{mark} {title(event.step)}: {event.text} ({event.seconds:.1f} s)"]
        case Diagnosed():
            return diagnosed_lines(event)
        case Proved():
            mark, problem = ("✗", f": {event.problem}") if event.problem else ("✓", "")
            return [f"{mark} {event.app}: {event.statement}{problem}"]
        case ReleaseEnded():
            return [f"release {event.release_id} {event.status} in {event.seconds:.1f} s"]


def title(step: Step) -> str:
    """Name a step as a line begins."""
    return step.app if _is_job(step) and step.app else f"{step.kind.value} {step.name}"


def _is_job(step: Step) -> bool:
    return step.kind is Kind.JOB


def progress(verdict: Verdict) -> str:
    """Say how far a rollout is."""
    return f"{verdict.healthy}/{verdict.total} healthy, {verdict.placed} placed" if verdict.total else verdict.reason


def diagnosed_lines(event: Diagnosed) -> list[str]:
    """Return the failure report of one job."""
    lines = [f"✗ {title(event.step)} failed: {event.reason}"]
    for diagnosis in event.diagnoses:
        lines += _diagnosis_lines(diagnosis)
    return lines


def _diagnosis_lines(found: Diagnosis) -> list[str]:
    place = f"group {found.group!r}, task {found.task!r}, allocation {found.allocation} on node {found.node}"
    lines = [f"    {place}"]
    if found.driver_error:
        lines.append(f"    driver error: {found.driver_error}")
    if found.exit_code is not None:
        signal = f", signal {found.signal}" if found.signal else ""
        lines.append(f"    exit code {found.exit_code}{signal}, {found.restarts} restarts")
    lines += [f"    event: {event}" for event in found.events]
    for check in found.checks:
        said = check.output or "Consul does not know yet what it said (check_update_interval)"
        lines.append(f"    check {check.name!r} is {check.status}: {said}")
    if found.log:
        lines.append(f"    last {len(found.log)} log lines of {found.task}:")
        lines += [f"      | {line}" for line in found.log]
    return lines
