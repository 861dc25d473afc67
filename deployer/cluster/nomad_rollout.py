"""Evaluations, deployments and allocations in Nomad."""

from collections.abc import Callable
from typing import Any, TypeVar

from deployer.cluster.model import ObservedAllocation, ObservedDeployment, ObservedEvaluation, Reading
from deployer.cluster.nomad_read import deployment_of, evaluation_of
from deployer.cluster.nomad_read_allocation import allocation_of
from deployer.cluster.transport import Transport

T = TypeVar("T")
Evaluations = Reading[tuple[ObservedEvaluation, ...]]
Deployments = Reading[tuple[ObservedDeployment, ...]]
Allocations = Reading[tuple[ObservedAllocation, ...]]


class NomadRollout:
    """`RolloutPort` over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def evaluation(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedEvaluation]:
        """See `RolloutPort.evaluation`."""
        return self._read(
            evaluation_of, f"read evaluation {eval_id}", ("evaluation", eval_id), namespace, index=index, wait_s=wait_s
        )

    def job_evaluations(self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0) -> Evaluations:
        """See `RolloutPort.job_evaluations`."""
        return self._list(
            evaluation_of,
            f"list the evaluations of job {job_id!r}",
            ("job", job_id, "evaluations"),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def deployment(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment]:
        """See `RolloutPort.deployment`."""
        return self._read(
            deployment_of,
            f"read deployment {deployment_id}",
            ("deployment", deployment_id),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def latest_deployment(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment | None]:
        """See `RolloutPort.latest_deployment`."""
        return self._read(
            lambda raw: deployment_of(raw) if raw else None,
            f"read the deployment of job {job_id!r}",
            ("job", job_id, "deployment"),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def job_deployments(self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0) -> Deployments:
        """See `RolloutPort.job_deployments`."""
        return self._list(
            deployment_of,
            f"list the deployments of job {job_id!r}",
            ("job", job_id, "deployments"),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def promote_deployment(self, namespace: str, deployment_id: str, *, groups: tuple[str, ...] = ()) -> str:
        """See `RolloutPort.promote_deployment`."""
        chosen: dict[str, Any] = {"Groups": list(groups)} if groups else {"All": True}
        return self._judge("promote", namespace, deployment_id, chosen)

    def fail_deployment(self, namespace: str, deployment_id: str) -> str:
        """See `RolloutPort.fail_deployment`."""
        return self._judge("fail", namespace, deployment_id, {})

    def job_allocations(
        self, namespace: str, job_id: str, *, every_version: bool = False, index: int = 0, wait_s: float = 0
    ) -> Allocations:
        """See `RolloutPort.job_allocations`."""
        return self._allocations(
            f"list the allocations of job {job_id!r}",
            ("job", job_id, "allocations"),
            namespace,
            index=index,
            wait_s=wait_s,
            every_version=every_version,
        )

    def deployment_allocations(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Allocations:
        """See `RolloutPort.deployment_allocations`."""
        return self._allocations(
            f"list the allocations of deployment {deployment_id}",
            ("deployment", "allocations", deployment_id),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def evaluation_allocations(self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0) -> Allocations:
        """See `RolloutPort.evaluation_allocations`."""
        return self._allocations(
            f"list the allocations of evaluation {eval_id}",
            ("evaluation", eval_id, "allocations"),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def allocation(
        self, namespace: str, alloc_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedAllocation]:
        """See `RolloutPort.allocation`."""
        return self._read(
            allocation_of,
            f"read allocation {alloc_id}",
            ("allocation", alloc_id),
            namespace,
            index=index,
            wait_s=wait_s,
        )

    def _judge(self, verb: str, namespace: str, deployment_id: str, body: dict[str, Any]) -> str:
        reply = self._http.send(
            f"{verb} deployment {deployment_id}",
            ("deployment", verb, deployment_id),
            body={"DeploymentID": deployment_id} | body,
            namespace=namespace,
            needs=f"the capability 'submit-job' in namespace {namespace!r}",
        )
        return str(reply.get("EvalID") or "")

    def _allocations(
        self, attempt: str, path: tuple[str, ...], namespace: str, *, every_version: bool = False, **wait: Any
    ) -> Allocations:
        params = {"resources": "true"} | ({"all": "true"} if every_version else {})
        return self._list(allocation_of, attempt, path, namespace, params=params, **wait)

    def _list(
        self, shape: Callable[[Any], T], attempt: str, path: tuple[str, ...], namespace: str, **more: Any
    ) -> Reading[tuple[T, ...]]:
        return self._read(lambda raws: tuple(map(shape, raws or ())), attempt, path, namespace, **more)

    def _read(
        self, shape: Callable[[Any], T], attempt: str, path: tuple[str, ...], namespace: str, **more: Any
    ) -> Reading[T]:
        needs = f"the capability 'read-job' in namespace {namespace!r}"
        raw, index = self._http.get(attempt, path, namespace=namespace, needs=needs, **more)
        return Reading(value=shape(raw), index=index)
