"""
Asks Consul who registers a service name already.

Consul's community edition has one service namespace: two jobs with one service name would share its
traffic, and an intention for one would open the other.
"""

import re
from collections.abc import Collection

from deployer.actions.connect import Cluster
from deployer.cluster.model import ServiceInstance
from deployer.errors import AccessDenied, NotFound
from deployer.plan.desired import DesiredJob

_ALLOCATION = re.compile(r"_nomad-task-([0-9a-f]{8}-[0-9a-f-]{27})-")
"""How Nomad's client names a service instance that it registers."""


def foreign_registrant(job: DesiredJob, owned: Collection[tuple[str, str]], cluster: Cluster) -> str:
    """
    Return who else registers the job's service, in words, or an empty string.

    Args:
        owned: namespace and id of the jobs that this stack's releases made.
    """
    for instance in cluster.consul.instances(job.app.service).value:
        other = _job_of(instance, job, cluster)
        if other is None or other == job.key or other in owned:
            continue
        namespace, job_id = other
        return f"job {job_id!r} in namespace {namespace!r}" if job_id else f"something on node {instance.node!r}"
    return ""


def _job_of(instance: ServiceInstance, job: DesiredJob, cluster: Cluster) -> tuple[str, str] | None:
    """Return the job behind an instance; None for one that is leaving, empty words for one that is no job's."""
    found = _ALLOCATION.search(instance.id)
    if found is None:
        return ("", "")
    try:
        alloc = cluster.nomad.allocation(job.namespace, found[1]).value
    except (NotFound, AccessDenied):
        return ("", "")
    return None if alloc.ended else (alloc.namespace, alloc.job_id)
