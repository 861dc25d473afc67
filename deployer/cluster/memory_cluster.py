"""What the in-memory Nomad holds, and how its rollouts go on."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from deployer.cluster.model import (
    GroupState,
    ObservedAllocation,
    ObservedDeployment,
    ObservedEvaluation,
    TaskEvent,
    TaskState,
)

Key = tuple[str, str]


class Outcome(StrEnum):
    """How a job's next rollout ends."""

    SUCCEEDS = "succeeds"
    FAILS = "fails"
    HANGS = "hangs"
    UNPLACEABLE = "unplaceable"


@dataclass(slots=True, kw_only=True)
class StoredJob:
    """A job with all its versions; the last one is the current one."""

    versions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def current(self) -> dict[str, Any]:
        """The job as it is now."""
        return self.versions[-1]


class MemoryCluster:
    """
    The state of a Nomad in memory.

    Attributes:
        outcome: how rollouts end; `outcomes` says it for single job ids.
        log_lines: (allocation id or job id, task) → what `logs` gives.
    """

    def __init__(
        self,
        *,
        namespaces: Iterable[str] = ("default",),
        parse: Callable[[str], dict[str, Any]] | None = None,
        pass_time: Callable[[float], None] = lambda _seconds: None,
        outcome: Outcome = Outcome.SUCCEEDS,
    ) -> None:
        self.outcome = outcome
        self.outcomes: dict[str, Outcome] = {}
        self.log_lines: dict[tuple[str, str], bytes] = {}
        self._namespaces = set(namespaces)
        self._parse = parse
        self._pass_time = pass_time
        self._guard = threading.RLock()
        self._index = 1
        self._ids = 0
        self._jobs: dict[Key, StoredJob] = {}
        self._evaluations: dict[str, ObservedEvaluation] = {}
        self._deployments: dict[str, ObservedDeployment] = {}
        self._allocations: dict[str, ObservedAllocation] = {}

    def _next_index(self) -> int:
        self._index += 1
        return self._index

    def _new_id(self) -> str:
        self._ids += 1
        return f"00000000-0000-0000-0000-{self._ids:012}"

    def _outcome_of(self, job_id: str) -> Outcome:
        return self.outcomes.get(job_id, self.outcome)

    def _wait(self, index: int, wait_s: float) -> None:
        """Let time pass as if the caller had been blocked."""
        if not index or not wait_s or index < self._index:
            return
        before = self._index
        for deployment in list(self._deployments.values()):
            if deployment.status == "running":
                self._step(deployment)
        if self._index == before:
            self._pass_time(wait_s)

    def _step(self, deployment: ObservedDeployment) -> None:
        outcome = self._outcome_of(deployment.job_id)
        if outcome is Outcome.SUCCEEDS and not _waits_for_promotion(deployment):
            self._judge(deployment, healthy=True)
            self._end(deployment, "successful", "Deployment completed successfully")
        elif outcome is Outcome.FAILS:
            self._judge(deployment, healthy=False)
            self._fail(deployment, "Failed due to unhealthy allocations")

    def _fail(self, deployment: ObservedDeployment, reason: str) -> None:
        stored = self._jobs.get((deployment.namespace, deployment.job_id))
        stable = [job for job in stored.versions if job.get("Stable")] if stored else []
        reverts = any(group.auto_revert for group in deployment.groups.values()) and stable
        if not reverts or stored is None:
            self._end(deployment, "failed", reason)
            return
        target = stable[-1]
        self._end(deployment, "failed", f"{reason} - rolling back to job version {target['Version']}")
        index = self._next_index()
        again = target | {
            "Version": stored.current["Version"] + 1,
            "JobModifyIndex": index,
            "ModifyIndex": index,
        }
        stored.versions.append(again)

    def _end(self, deployment: ObservedDeployment, status: str, description: str) -> None:
        index = self._next_index()
        current = self._deployments[deployment.id]
        self._deployments[deployment.id] = replace(
            current, status=status, status_description=description, modify_index=index
        )
        stored = self._jobs.get((deployment.namespace, deployment.job_id))
        if stored is not None and status == "successful":
            stored.current["Stable"] = True

    def _judge(self, deployment: ObservedDeployment, *, healthy: bool) -> None:
        index = self._next_index()
        for one in [one for one in self._allocations.values() if one.deployment_id == deployment.id]:
            self._allocations[one.id] = replace(
                one,
                deployment_healthy=healthy,
                client_status="running" if healthy else "failed",
                tasks=one.tasks if healthy else {name: _exited() for name in one.tasks},
                modify_index=index,
            )
        groups = {
            name: replace(
                group,
                healthy=group.placed if healthy else 0,
                unhealthy=0 if healthy else group.placed,
                promoted=healthy and bool(group.desired_canaries),
            )
            for name, group in deployment.groups.items()
        }
        self._deployments[deployment.id] = replace(self._deployments[deployment.id], groups=groups, modify_index=index)


def _waits_for_promotion(deployment: ObservedDeployment) -> bool:
    return any(
        group.desired_canaries and not group.promoted and not group.auto_promote for group in deployment.groups.values()
    )


def group_state(group: Mapping[str, Any], *, first: bool) -> GroupState:
    """Return a group's state as its deployment begins; a job's first version has no canaries."""
    update = group.get("Update") or {}
    count = count_of(group)
    canaries = 0 if first else update.get("Canary") or 0
    return GroupState(
        desired_total=count,
        placed=canaries or count,
        healthy=0,
        unhealthy=0,
        desired_canaries=canaries,
        promoted=False,
        auto_revert=bool(update.get("AutoRevert")),
        auto_promote=bool(update.get("AutoPromote")),
        progress_deadline_s=600,
    )


def count_of(group: Mapping[str, Any]) -> int:
    """Return a group's count; Nomad's default is 1."""
    count = group.get("Count")
    return 1 if count is None else int(count)


def running_task() -> TaskState:
    """Return a task that runs."""
    return TaskState(state="running", failed=False, restarts=0, events=())


def _exited() -> TaskState:
    event = TaskEvent(
        time_ns=0,
        type="Terminated",
        message="Exit Code: 1",
        exit_code=1,
        signal=0,
        driver_error="",
        details={"exit_code": "1", "signal": "0"},
    )
    return TaskState(state="dead", failed=True, restarts=0, events=(event,))
