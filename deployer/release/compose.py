"""Plan and outcomes → the release record; pure but for the time it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from deployer.apply.executor import Outcome
from deployer.plan.desired import DesiredJob, DesiredState
from deployer.plan.model import Action, Kind, Plan, Step
from deployer.release.model import RecordedJob, Release, ReleaseDetail
from deployer.release.origin import Origin
from deployer.release.record import Head
from deployer.watch.verdict import State


def begin_release(
    plan: Plan, desired: DesiredState, head: Head, origin: Origin, *, now: datetime, partial: bool
) -> Release:
    """Return the record written before the first change: everything the release will own, not done yet."""
    before = head.release
    number = (before.number if before else 0) + 1
    jobs = {(job.namespace, job.job_id): job for job in (before.jobs if before else ())}
    steps = {(step.namespace, step.name): step for step in plan.steps if step.kind is Kind.JOB}
    for job in desired.jobs:
        jobs[job.key] = _planned(job, steps[job.key], jobs.get(job.key))
    intentions = {(item.source, item.destination) for item in desired.intentions}
    protocols = dict(desired.protocols)
    if before is not None:
        # Until the last step is done, what is about to be taken away is still ours.
        intentions |= set(before.intentions)
        protocols = {**before.protocols, **protocols}
    return Release(
        id=f"{number}-{now.astimezone(UTC):%Y%m%dT%H%M%S}",
        number=number,
        status="running",
        started_at=_stamp(now),
        who=origin.who,
        git_commit=origin.git_commit,
        git_dirty=origin.git_dirty,
        ci_link=origin.ci_link,
        jobs=_sorted(jobs),
        intentions=tuple(sorted(intentions)),
        protocols=protocols,
        summary=plan.totals(),
        message="some apps only" if partial else "",
    )


def _planned(job: DesiredJob, step: Step, before: RecordedJob | None) -> RecordedJob:
    kept = step.action is Action.KEEP
    return RecordedJob(
        app=job.app.name,
        namespace=job.namespace,
        job_id=job.job_id,
        kind=job.kind,
        fingerprint=job.fingerprint,
        job_modify_index=step.expected_index if kept else 0,
        image=str(job.app.values.get("image") or ""),
        succeeded=bool(before and before.succeeded and kept),
    )


def end_release(
    release: Release,
    desired: DesiredState,
    outcomes: Sequence[Outcome],
    *,
    status: str,
    now: datetime,
    partial: bool,
) -> Release:
    """Return the record of what really happened."""
    jobs = {(job.namespace, job.job_id): job for job in release.jobs}
    for outcome in outcomes:
        step = outcome.step
        if step.kind is not Kind.JOB:
            continue
        key = (step.namespace, step.name)
        if step.action is Action.STOP:
            if not outcome.failed:
                jobs.pop(key, None)
        elif key in jobs:
            jobs[key] = _done(jobs[key], outcome)
    complete = status == "successful" and not partial
    wanted = tuple(sorted((item.source, item.destination) for item in desired.intentions))
    return replace(
        release,
        status=status,
        ended_at=_stamp(now),
        jobs=_sorted(jobs),
        intentions=wanted if complete else release.intentions,
        protocols=dict(desired.protocols) if complete else release.protocols,
    )


def _done(job: RecordedJob, outcome: Outcome) -> RecordedJob:
    healthy = outcome.verdict is not None and outcome.verdict.state is State.HEALTHY
    return replace(
        job,
        job_modify_index=outcome.job_modify_index,
        succeeded=healthy and _runs_once(outcome.step.body or {}),
        failed=outcome.failed and outcome.registered is not None,
    )


def _runs_once(body: Mapping[str, Any]) -> bool:
    """Say whether a job, as Nomad's JSON, is over when it has succeeded; one that launches others never is."""
    return body.get("Type") == "batch" and not body.get("Periodic") and not body.get("ParameterizedJob")


def detail_of(desired: DesiredState, plan: Plan, secrets: frozenset[str] = frozenset()) -> ReleaseDetail:
    """Return what rollback and history need beyond the record; values of `secrets` keys are left out."""
    specs = {f"{s.namespace}/{s.name}": s.body for s in plan.steps if s.kind is Kind.JOB and s.body is not None}
    values: dict[str, Mapping[str, tuple[str, str]]] = {}
    for job in desired.jobs:
        values[job.app.name] = {
            ".".join(path): (str(leaf.value), str(leaf.source))
            for path, leaf in job.app.leaves.items()
            if path[0] not in secrets
        }
    return ReleaseDetail(
        specs=specs, texts={f"{job.namespace}/{job.job_id}": job.text for job in desired.jobs}, values=values
    )


def _sorted(jobs: Mapping[tuple[str, str], RecordedJob]) -> tuple[RecordedJob, ...]:
    return tuple(jobs[key] for key in sorted(jobs))


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
