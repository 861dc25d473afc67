"""Looks up why a job is not healthy: allocations, failing checks and the last lines of the logs."""

from collections.abc import Sequence

from deployer.actions.connect import Cluster
from deployer.cluster.model import ObservedAllocation
from deployer.errors import DeployerError
from deployer.plan.model import Step
from deployer.watch.diagnosis import LOG_LINES, Diagnosis, FailedCheck, diagnose, newest_version

_TAIL_BYTES = 8192


def diagnose_job(step: Step, service: str, cluster: Cluster) -> tuple[Diagnosis, ...]:
    """Return what keeps a job from being healthy; never raises, since the failure itself is the news."""
    try:
        allocations = cluster.nomad.job_allocations(step.namespace, step.name).value
    except DeployerError:
        return ()
    current = [alloc for alloc in newest_version(allocations) if alloc.client_status != "complete"]

    def read_log(alloc: ObservedAllocation, task: str) -> Sequence[str]:
        return tail(cluster, alloc, task)

    return diagnose(step.app, current, checks=_failing(service, current, cluster), read_log=read_log)


def _failing(service: str, allocations: Sequence[ObservedAllocation], cluster: Cluster) -> dict[str, list[FailedCheck]]:
    """Return allocation's id → the checks of its instance that do not pass, at most three."""
    try:
        instances = cluster.consul.instances(service).value
    except DeployerError:
        return {}
    return {
        alloc.id: [
            FailedCheck(name=name, status=status, output=output.strip())
            for instance in instances
            if alloc.id in instance.id  # Nomad registers it as _nomad-task-<allocation>-group-…
            for name, (status, output) in instance.checks.items()
            if status != "passing"
        ][:3]
        for alloc in allocations
    }


def tail(cluster: Cluster, alloc: ObservedAllocation, task: str) -> list[str]:
    """Return the last lines of a task's stderr, or of its stdout where stderr is empty."""
    for kind in ("stderr", "stdout"):
        try:
            with cluster.nomad.logs(
                alloc.namespace, alloc.id, task, kind=kind, origin="end", offset=_TAIL_BYTES
            ) as stream:
                text = b"".join(stream).decode(errors="replace")
        except DeployerError:
            continue
        lines = [line for line in text.splitlines() if line.strip()]
        if lines:
            return lines[-LOG_LINES:]
    return []
