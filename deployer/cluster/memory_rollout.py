"""Evaluations, deployments and allocations of the in-memory Nomad."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from deployer.cluster.memory_cluster import MemoryCluster
from deployer.cluster.model import ObservedAllocation, ObservedDeployment, ObservedEvaluation, Reading
from deployer.errors import NotFound, StalePlan


class _Placed(Protocol):
    @property
    def namespace(self) -> str: ...
    @property
    def modify_index(self) -> int: ...


T = TypeVar("T", bound=_Placed)


class MemoryRollout(MemoryCluster):
    """`RolloutPort` in memory."""

    def evaluation(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedEvaluation]:
        """See `RolloutPort.evaluation`."""
        return self._one("evaluation", self._evaluations, namespace, eval_id, index=index, wait_s=wait_s)

    def job_evaluations(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedEvaluation, ...]]:
        """See `RolloutPort.job_evaluations`."""
        return self._those(self._evaluations, namespace, lambda one: one.job_id == job_id, index=index, wait_s=wait_s)

    def deployment(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment]:
        """See `RolloutPort.deployment`."""
        return self._one("deployment", self._deployments, namespace, deployment_id, index=index, wait_s=wait_s)

    def latest_deployment(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedDeployment | None]:
        """See `RolloutPort.latest_deployment`."""
        reading = self.job_deployments(namespace, job_id, index=index, wait_s=wait_s)
        return Reading(value=reading.value[0] if reading.value else None, index=reading.index)

    def job_deployments(
        self, namespace: str, job_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedDeployment, ...]]:
        """See `RolloutPort.job_deployments`."""
        found = self._those(self._deployments, namespace, lambda one: one.job_id == job_id, index=index, wait_s=wait_s)
        newest_first = tuple(sorted(found.value, key=lambda one: -one.create_index))
        return Reading(value=newest_first, index=found.index)

    def promote_deployment(self, namespace: str, deployment_id: str, *, groups: tuple[str, ...] = ()) -> str:
        """See `RolloutPort.promote_deployment`."""
        deployment = self._open_deployment("promote", namespace, deployment_id)
        promoted = {
            name: replace(group, promoted=group.promoted or not groups or name in groups)
            for name, group in deployment.groups.items()
        }
        self._deployments[deployment_id] = replace(deployment, groups=promoted, modify_index=self._next_index())
        return self._new_id()

    def fail_deployment(self, namespace: str, deployment_id: str) -> str:
        """See `RolloutPort.fail_deployment`."""
        deployment = self._open_deployment("fail", namespace, deployment_id)
        self._fail(deployment, "Deployment marked as failed")
        return self._new_id()

    def job_allocations(
        self, namespace: str, job_id: str, *, every_version: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """See `RolloutPort.job_allocations`."""
        del every_version
        return self._those(self._allocations, namespace, lambda one: one.job_id == job_id, index=index, wait_s=wait_s)

    def deployment_allocations(
        self, namespace: str, deployment_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """See `RolloutPort.deployment_allocations`."""
        return self._those(
            self._allocations, namespace, lambda one: one.deployment_id == deployment_id, index=index, wait_s=wait_s
        )

    def evaluation_allocations(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedAllocation, ...]]:
        """See `RolloutPort.evaluation_allocations`."""
        return self._those(self._allocations, namespace, lambda one: one.eval_id == eval_id, index=index, wait_s=wait_s)

    def allocation(
        self, namespace: str, alloc_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedAllocation]:
        """See `RolloutPort.allocation`."""
        return self._one("allocation", self._allocations, namespace, alloc_id, index=index, wait_s=wait_s)

    def _open_deployment(self, verb: str, namespace: str, deployment_id: str) -> ObservedDeployment:
        deployment = self.deployment(namespace, deployment_id).value
        if deployment.ended:
            raise StalePlan(f"could not {verb} deployment {deployment_id}: can't {verb} terminal deployment")
        return deployment

    def _one(
        self, noun: str, shelf: Mapping[str, T], namespace: str, key: str, *, index: int, wait_s: float
    ) -> Reading[T]:
        with self._guard:
            self._wait(index, wait_s)
            found = shelf.get(key)
            if found is None or found.namespace != namespace:
                raise NotFound(f"could not read {noun} {key}: {noun} not found")
            return Reading(value=found, index=max(found.modify_index, index))

    def _those(
        self, shelf: Mapping[str, T], namespace: str, wanted: Callable[[T], bool], *, index: int, wait_s: float
    ) -> Reading[tuple[T, ...]]:
        with self._guard:
            self._wait(index, wait_s)
            found = tuple(one for one in shelf.values() if one.namespace == namespace and wanted(one))
            return Reading(value=found, index=self._index)
