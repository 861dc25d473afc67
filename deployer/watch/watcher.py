"""
Waits, with blocking queries, until a registered job has a verdict.

The clock is injected; every judgement is made in `verdict.py`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.cluster.model import ObservedAllocation, ObservedDeployment, Reading, Registered
from deployer.cluster.ports import RolloutPort
from deployer.errors import NotFound
from deployer.watch.verdict import (
    State,
    Verdict,
    judge_batch,
    judge_deployment,
    judge_placement,
    judge_running,
    timed_out,
)

WAIT_S = 10.0
PLACEMENT_GRACE_S = 5.0
"""How long an allocation may stay unplaced: a stop or an autoscaler may just be making room."""

LEAST_WAIT_S = 0.1

Progress = Callable[[Verdict], None]
Read = Callable[[int, float], tuple[Verdict, int]]
"""Given the index to wait on and the seconds to wait, returns a verdict and the next index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """
    The job that is watched.

    Attributes:
        type: service, batch, system or sysbatch.
        counts: task group → count.
        launches: it is periodic or parameterized: registering it is all there is.
    """

    namespace: str
    job_id: str
    type: str
    counts: Mapping[str, int]
    launches: bool

    @classmethod
    def of(cls, body: Mapping[str, Any], namespace: str) -> "Watched":
        """Read what matters from a job as Nomad's JSON."""
        groups = body.get("TaskGroups") or ()
        return cls(
            namespace=namespace,
            job_id=str(body["ID"]),
            type=str(body.get("Type") or "service"),
            counts={str(group["Name"]): _count(group) for group in groups},
            launches=bool(body.get("Periodic") or body.get("ParameterizedJob")),
        )


def _count(group: Mapping[str, Any]) -> int:
    count = group.get("Count")
    return 1 if count is None else int(count)


class Watcher:
    """Watches jobs of one cluster; one call each, safe from several threads."""

    def __init__(self, nomad: RolloutPort, *, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._nomad = nomad
        self._limit_s = limit_s
        self._clock = clock

    def watch(self, job: Watched, registered: Registered, progress: Progress) -> Verdict:
        """Return the final verdict on one register."""
        if job.launches or not registered.eval_id:
            return Verdict(state=State.HEALTHY, reason="registered")
        deadline = self._clock() + self._limit_s
        unplaced = self._evaluated(job, registered, deadline)
        if unplaced is not None:
            return unplaced
        return self._until_final(self._read_of(job, registered), deadline, progress)

    def _read_of(self, job: Watched, registered: Registered) -> Read:
        if job.type in ("batch", "sysbatch"):
            return lambda index, wait_s: self._batch(job, registered, index, wait_s)
        return self._read_of_deployment(job, registered) or self._read_until_deployment(job, registered)

    def _read_of_deployment(self, job: Watched, registered: Registered) -> Read | None:
        latest = self._nomad.latest_deployment(job.namespace, job.job_id)
        if latest.value is None or latest.value.job_spec_modify_index < registered.job_modify_index:
            return None
        return lambda index, wait_s: self._deployment(job, latest, index, wait_s)

    def _read_until_deployment(self, job: Watched, registered: Registered) -> Read:
        """
        Read allocations, and the deployment once there is one.

        A deployment begins late where an allocation of the version before has failed: Nomad waits
        until that one's turn to be rescheduled has come.
        """
        deployment: list[Read] = []

        def read(index: int, wait_s: float) -> tuple[Verdict, int]:
            if not deployment and index and (found := self._read_of_deployment(job, registered)) is not None:
                deployment.append(found)
                return found(0, 0)  # an index of allocations says nothing about deployments
            return deployment[0](index, wait_s) if deployment else self._running(job, registered, index, wait_s)

        return read

    def _until_final(self, read: Read, deadline: float, progress: Progress) -> Verdict:
        index = 0
        last: Verdict | None = None
        while True:
            verdict, index = read(index, self._wait_s(index, deadline))
            if verdict != last:
                progress(verdict)
                last = verdict
            if verdict.is_final:
                return verdict
            if self._clock() >= deadline:
                return timed_out(verdict, self._limit_s)

    def _wait_s(self, index: int, deadline: float) -> float:
        """Return how long the next read may wait: not at all for the first, and never far beyond the deadline."""
        return min(WAIT_S, max(deadline - self._clock(), LEAST_WAIT_S)) if index else 0

    def _evaluated(self, job: Watched, registered: Registered, deadline: float) -> Verdict | None:
        """Wait for the scheduler; return a verdict only when groups stay unplaced."""
        # The register made the evaluation: whatever the scheduler says of it comes after that index.
        index, unplaced_since = registered.job_modify_index, None
        while self._clock() < deadline:
            wait_s = self._wait_s(index, deadline if unplaced_since is None else unplaced_since + PLACEMENT_GRACE_S)
            reading = self._nomad.evaluation(job.namespace, registered.eval_id, index=index, wait_s=wait_s)
            index = reading.index
            if not reading.value.ended:
                continue
            verdict = judge_placement(reading.value)
            if verdict is None or verdict.state is State.FAILED:
                return verdict
            unplaced_since = self._clock() if unplaced_since is None else unplaced_since
            if not self._still_blocked(job, reading.value.blocked_eval):
                return None
            if self._clock() - unplaced_since >= PLACEMENT_GRACE_S:
                return verdict
        return Verdict(state=State.TIMED_OUT, reason="the scheduler has not looked at it yet")

    def _still_blocked(self, job: Watched, blocked_eval: str) -> bool:
        """Wait out the grace on the blocked evaluation; say whether it is blocked still."""
        if not blocked_eval:
            return True
        try:
            index, waited_from = 0, self._clock()
            while self._clock() - waited_from < PLACEMENT_GRACE_S:
                wait_s = self._wait_s(index, waited_from + PLACEMENT_GRACE_S)
                reading = self._nomad.evaluation(job.namespace, blocked_eval, index=index, wait_s=wait_s)
                if reading.value.status != "blocked":
                    return bool(reading.value.failed_groups) and reading.value.status == "complete"
                index = reading.index
        except NotFound:
            return False
        return True

    def _deployment(
        self, job: Watched, latest: Reading[ObservedDeployment | None], index: int, wait_s: float
    ) -> tuple[Verdict, int]:
        reading = latest
        if index:
            reading = self._nomad.latest_deployment(job.namespace, job.job_id, index=index, wait_s=wait_s)
        if reading.value is None:
            return Verdict(state=State.FAILED, reason="the deployment is gone; was the job purged?"), reading.index
        return judge_deployment(reading.value), reading.index

    def _batch(self, job: Watched, registered: Registered, index: int, wait_s: float) -> tuple[Verdict, int]:
        reading = self._nomad.job_allocations(job.namespace, job.job_id, index=index, wait_s=wait_s)
        fresh = [alloc for alloc in reading.value if alloc.create_index >= registered.job_modify_index]
        counts = job.counts if job.type == "batch" else {"": len(fresh)}
        return judge_batch(fresh, counts), reading.index

    def _running(self, job: Watched, registered: Registered, index: int, wait_s: float) -> tuple[Verdict, int]:
        reading = self._nomad.job_allocations(job.namespace, job.job_id, index=index, wait_s=wait_s)
        newest = max((alloc.job_version for alloc in reading.value), default=0)
        current = [
            alloc
            for alloc in reading.value
            if (alloc.job_version == newest or alloc.create_index >= registered.job_modify_index)
            and not _waits_for_its_turn(alloc, registered)
        ]
        total = 0 if job.type == "system" else sum(job.counts.values())
        return judge_running(current, total), reading.index


def _waits_for_its_turn(alloc: ObservedAllocation, registered: Registered) -> bool:
    """Say whether it failed before this register and Nomad will replace it by the new version."""
    return alloc.create_index < registered.job_modify_index and alloc.ended and bool(alloc.followup_eval_id)
