"""What is remembered of a release; frozen values, pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedJob:
    """
    A job as a release left it, or meant to.

    Attributes:
        fingerprint: of the jobspec that was registered.
        job_modify_index: Nomad's index after the register; 0 while it was only planned.
        succeeded: a batch job's allocations all completed.
        failed: its rollout failed in this release and was not undone.
    """

    app: str
    namespace: str
    job_id: str
    kind: str
    fingerprint: str
    job_modify_index: int = 0
    image: str = ""
    succeeded: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """
    One release of one stack in one environment.

    Attributes:
        id: number and time: ``12-20261123T180512``; sorts by time within a stack.
        status: ``running``, ``successful``, ``failed`` or ``interrupted``.
        started_at: UTC, ISO 8601.
        who: user and host, or the CI job.
        jobs: everything the stack owns after this release.
        intentions: ``(source, destination)`` that it owns.
        protocols: service-defaults that it owns, service → protocol.
        summary: the plan's totals.
    """

    id: str
    number: int
    status: str
    started_at: str
    ended_at: str = ""
    who: str = ""
    git_commit: str = ""
    git_dirty: bool = False
    ci_link: str = ""
    jobs: tuple[RecordedJob, ...] = ()
    intentions: tuple[tuple[str, str], ...] = ()
    protocols: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, int] = field(default_factory=dict)
    message: str = ""

    def job(self, namespace: str, job_id: str) -> RecordedJob | None:
        """Return a recorded job by its key."""
        return next((job for job in self.jobs if (job.namespace, job.job_id) == (namespace, job_id)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDetail:
    """
    The large part of a record, read only for history and rollback.

    Attributes:
        specs: job key ``namespace/id`` → the job's JSON as it was registered.
        texts: job key → the rendered jobspec.
        values: app → key → (value as text, layer with file and line); secrets never among them.
    """

    specs: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
