"""
What the program asks of Nomad about jobs and their rollout.

Every call names its namespace. A watchable read takes ``index`` (from an earlier `Reading`) and
``wait_s``: it answers when something moved past that index, or after ``wait_s`` seconds, and at
once when ``index`` is 0. All of them raise `ClusterUnreachable`, `AccessDenied` or `ServerFailed`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from deployer.cluster.model import (
    GroupScale,
    JobPlan,
    JobValidation,
    ObservedAllocation,
    ObservedDeployment,
    ObservedEvaluation,
    ObservedJob,
    Reading,
    Registered,
)

Job = Mapping[str, Any]


class JobsPort(Protocol):
    """Jobs: what runs, what would change, and the writes, each bound to the index it was planned on."""

    def list_jobs(self, namespace: str = "*", *, prefix: str = "") -> tuple[ObservedJob, ...]:
        """List jobs with their meta in one call (``GET /v1/jobs?meta=true``); ``*`` is every namespace."""
        ...

    def read_job(self, namespace: str, job_id: str) -> dict[str, Any] | None:
        """Return the whole job as Nomad's JSON, or None when there is none of this exact id."""
        ...

    def job_versions(self, namespace: str, job_id: str) -> tuple[dict[str, Any], ...]:
        """Return the kept versions, newest first, as Nomad's JSON; empty when there is no job."""
        ...

    def parse_job(self, hcl: str, *, namespace: str = "default", variables: str = "") -> dict[str, Any]:
        """
        Turn a jobspec into Nomad's JSON, defaults left out as `nomad job run` sends it.

        Args:
            hcl: the jobspec.
            namespace: where the token's right to parse is looked up.
            variables: HCL text that sets the jobspec's own variables.

        Raises:
            JobRejected: the text is no jobspec; the message is Nomad's.
        """
        ...

    def validate_job(self, job: Job) -> JobValidation:
        """Ask the server what is wrong with a job; nothing is registered."""
        ...

    def plan_job(self, job: Job, *, diff: bool = True) -> JobPlan:
        """Dry-run a register; raises `JobRejected` when the job is not valid."""
        ...

    def register_job(self, job: Job, *, expected_index: int, preserve_counts: bool = False) -> Registered:
        """
        Register a job if it is still as planned.

        Args:
            job: Nomad's JSON, with ID and Namespace.
            expected_index: the job's JobModifyIndex; 0 means that there must be no such job.
            preserve_counts: keep the live counts of groups that exist already.

        Raises:
            StalePlan: the job moved, appeared or is gone.
            JobRejected: the job is not valid.
        """
        ...

    def stop_job(self, namespace: str, job_id: str, *, expected_index: int, purge: bool = False) -> str:
        """
        Stop the job of this exact id and return the evaluation's id.

        Nomad has no check-and-set here: the job is read again just before and its JobModifyIndex
        compared. A purge stops first and waits (up to 30 s) until no evaluation of the job is open:
        purging earlier can crash the leader of Nomad 1.11.3.

        Raises:
            StalePlan: the job moved or is gone.
            ServerFailed: its evaluations stayed open, so that it is stopped but not purged.
        """
        ...

    def evaluate_job(self, namespace: str, job_id: str, *, force_reschedule: bool = False) -> str:
        """Let the scheduler look at the job again; return the evaluation's id."""
        ...

    def dispatch_job(
        self, namespace: str, job_id: str, *, meta: Mapping[str, str], payload: bytes = b"", token: str = ""
    ) -> tuple[str, str]:
        """Start a parameterized job once per idempotency `token`; return (child's job id, evaluation id)."""
        ...

    def scale_status(self, namespace: str, job_id: str) -> Mapping[str, GroupScale]:
        """Return the live count of each group; empty when there is no such job."""
        ...


class RolloutPort(Protocol):
    """What a register set off: evaluations, deployments, allocations. Reads here are watchable."""

    def evaluation(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedEvaluation]:
        """Read an evaluation; raises `NotFound`."""
        ...

    def job_evaluations(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedEvaluation, ...]]:
        """List a job's evaluations."""
        ...

    def deployment(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment]:
        """Read a deployment; raises `NotFound`."""
        ...

    def latest_deployment(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment | None]:
        """Read a job's newest deployment; None while it has none."""
        ...

    def job_deployments(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedDeployment, ...]]:
        """List a job's deployments."""
        ...

    def promote_deployment(self, namespace: str, deployment_id: str, *, groups: tuple[str, ...] = ()) -> str:
        """Promote the canaries of these groups, or of all; return the evaluation's id."""
        ...

    def fail_deployment(self, namespace: str, deployment_id: str) -> str:
        """Mark a deployment failed (it reverts where its groups say so); return the evaluation's id."""
        ...

    def job_allocations(
        self, namespace: str, job_id: str, *, every_version: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """List a job's allocations; `every_version` adds those of a purged job of the same id."""
        ...

    def deployment_allocations(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """List a deployment's allocations."""
        ...

    def evaluation_allocations(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """List the allocations an evaluation made; the way to watch a batch job, which has no deployment."""
        ...

    def allocation(
        self, namespace: str, alloc_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedAllocation]:
        """Read an allocation, its address included; raises `NotFound`."""
        ...
