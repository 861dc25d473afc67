"""
Desired, observed and recorded → what happens to each job; pure.

Two looks: `judge_job` decides from one listing which jobs need a closer look, `finish_step` judges
those with the server's own diff. Ownership is read from the release record, never from job meta.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from deployer.cluster.model import DesiredUpdates, JobPlan, ObservedJob
from deployer.plan.desired import DesiredJob
from deployer.plan.diff import diff_lines, told_changes, without_counts
from deployer.plan.model import Action, Kind, Step
from deployer.release.model import RecordedJob

_COUNTED = re.compile(r"\d+ warnings?:")
"""How Nomad begins its list of warnings."""


class Look(Enum):
    """What the first look says."""

    KEEP = "keep"
    COMPARE = "compare"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    The first look at one job.

    Attributes:
        expected_index: what EnforceIndex will compare; a stopped job counts as absent in the
            decision, yet keeps its index.
        exists: it runs, or at least is registered and not stopped.
    """

    job: DesiredJob
    look: Look
    cause: str
    expected_index: int
    exists: bool


def judge_job(job: DesiredJob, current: ObservedJob | None, recorded: RecordedJob | None) -> Judgement:
    """Decide from the listing and the record alone."""
    same = recorded is not None and recorded.fingerprint == job.fingerprint
    if same and recorded is not None and recorded.succeeded:
        # A finished batch job is garbage-collected after hours: its success is in the record.
        index = current.job_modify_index if current else 0
        return _judgement(job, Look.KEEP, "has succeeded", index, exists=current is not None)
    if current is None:
        return _judgement(job, Look.COMPARE, "not in the cluster", 0, exists=False)
    index = current.job_modify_index
    if current.stop:
        return _judgement(job, Look.COMPARE, "is stopped", index, exists=False)
    if recorded is None:
        cause = f"{current.id!r} runs in namespace {current.namespace!r} already and no release of this stack made it"
        return _judgement(job, Look.REFUSE, cause, index, exists=True)
    if same and recorded.job_modify_index == index and not recorded.failed:
        return _judgement(job, Look.KEEP, "unchanged", index, exists=True)
    return _judgement(job, Look.COMPARE, _why(recorded, index, same=same), index, exists=True)


def _judgement(job: DesiredJob, look: Look, cause: str, index: int, *, exists: bool) -> Judgement:
    return Judgement(job=job, look=look, cause=cause, expected_index=index, exists=exists)


def _why(recorded: RecordedJob, index: int, *, same: bool) -> str:
    if not same:
        return "jobspec changed"
    if recorded.failed:
        return "failed in the last release"
    if recorded.job_modify_index == 0:
        return "the last release did not finish it"
    return f"was changed outside of releases (index {recorded.job_modify_index} → {index})"


def kept_step(judgement: Judgement) -> Step:
    """Return the step of a job that needs no closer look."""
    action = Action.REFUSE if judgement.look is Look.REFUSE else Action.KEEP
    return _step(judgement, action, judgement.cause)


def finish_step(
    judgement: Judgement,
    body: Mapping[str, Any],
    server: JobPlan,
    *,
    restarts: bool = False,
    unfinished: bool = False,
) -> Step:
    """
    Decide what a register would do.

    Args:
        body: the job as it would be registered.
        server: Nomad's dry run of it.
        restarts: its last rollout failed and it has not become healthy since.
        unfinished: a release wrote it, but nobody waited until it was healthy.
    """
    job = judgement.job
    diff = told_changes(server.diff)
    diff = without_counts(diff) if job.autoscaled and judgement.exists else diff
    if not judgement.exists:
        action, cause = Action.CREATE, judgement.cause
    elif diff is None or diff.get("Type") == "None":
        if restarts:
            return replace(_step(judgement, Action.REPLACE, judgement.cause, body=body, server=server), restarts=True)
        if unfinished and not (body.get("Periodic") or body.get("ParameterizedJob")):
            return replace(_step(judgement, Action.IN_PLACE, judgement.cause, body=body, server=server), resumes=True)
        return _step(judgement, Action.KEEP, "unchanged")
    else:
        action = Action.REPLACE if _replaces(server.updates) else Action.IN_PLACE
        cause = judgement.cause
    details = diff_lines(diff) if judgement.exists else ()
    return _step(judgement, action, cause, body=body, details=details, server=server)


def _replaces(updates: Mapping[str, DesiredUpdates]) -> bool:
    return any(u.destructive_update or u.create or u.canary or u.migrate or u.stop for u in updates.values())


def _step(
    judgement: Judgement,
    action: Action,
    cause: str,
    *,
    body: Mapping[str, Any] | None = None,
    details: tuple[str, ...] = (),
    server: JobPlan | None = None,
) -> Step:
    job = judgement.job
    return Step(
        kind=Kind.JOB,
        action=action,
        name=job.job_id,
        app=job.app.name,
        namespace=job.namespace,
        cause=cause,
        expected_index=judgement.expected_index,
        wave=job.wave,
        body=body,
        details=details,
        warnings=_warnings(server) if server else (),
        fingerprint=job.fingerprint,
    )


def _warnings(server: JobPlan) -> tuple[str, ...]:
    lines = [line.strip(" *") for line in server.warnings.splitlines()]
    lines = [line for line in lines if line and not _COUNTED.fullmatch(line)]
    for group, failure in server.failed_groups.items():
        reasons = {**failure.dimension_exhausted, **failure.constraint_filtered, **failure.class_filtered}
        why = ", ".join(f"{reason} ({nodes} nodes)" for reason, nodes in reasons.items())
        lines.append(f"group {group!r} cannot be placed now: {why or 'no node is available'}")
    return tuple(lines)


def stop_step(recorded: RecordedJob, current: ObservedJob | None, *, wave: int, cause: str) -> Step | None:
    """Return the step that stops a job of ours that the files no longer have; None where it is gone already."""
    if current is None or current.stop or (current.type == "batch" and current.status == "dead"):
        return None
    return Step(
        kind=Kind.JOB,
        action=Action.STOP,
        name=recorded.job_id,
        app=recorded.app,
        namespace=recorded.namespace,
        cause=cause,
        expected_index=current.job_modify_index,
        wave=wave,
    )
