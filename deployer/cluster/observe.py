"""
Cluster → `ObservedState`: the one read that planning starts from.

Reads only, through ports, in parallel; decides nothing.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployer.cluster.model import ObservedIntention, ObservedJob, ObservedServiceDefaults
from deployer.cluster.ports import ConsulPort, NomadPort


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    What is looked at.

    Attributes:
        namespaces: Nomad namespaces; one is listed alone, several or none with one call over all of
            those that the token may see.
        mesh: read Consul's config entries too; False where a project has no mesh.
    """

    namespaces: frozenset[str] = frozenset()
    mesh: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedState:
    """
    What the cluster holds.

    Attributes:
        jobs: (namespace, job id) → job, stopped ones and children included.
        intentions: destination → service-intentions entry.
        service_defaults: service → service-defaults entry.
    """

    jobs: Mapping[tuple[str, str], ObservedJob]
    intentions: Mapping[str, ObservedIntention]
    service_defaults: Mapping[str, ObservedServiceDefaults]


def observe(nomad: NomadPort, consul: ConsulPort | None, scope: Scope) -> ObservedState:
    """
    Read jobs, intentions and service defaults side by side: three requests, whatever their number.

    `consul` is None where a project has no Consul; its mappings are empty then.
    """
    with ThreadPoolExecutor(max_workers=3, thread_name_prefix="observe") as pool:
        jobs = pool.submit(_jobs, nomad, scope.namespaces)
        if consul is None or not scope.mesh:
            return ObservedState(jobs=jobs.result(), intentions={}, service_defaults={})
        intentions = pool.submit(consul.intentions)
        defaults = pool.submit(consul.service_defaults)
        return ObservedState(
            jobs=jobs.result(),
            intentions={entry.destination: entry for entry in intentions.result()},
            service_defaults={entry.name: entry for entry in defaults.result()},
        )


def _jobs(nomad: NomadPort, namespaces: frozenset[str]) -> dict[tuple[str, str], ObservedJob]:
    listed = nomad.list_jobs(next(iter(namespaces)) if len(namespaces) == 1 else "*")
    return {(job.namespace, job.id): job for job in listed if not namespaces or job.namespace in namespaces}
