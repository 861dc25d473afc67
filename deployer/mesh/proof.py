"""
Proves that private is private, on the running cluster: every statement is checked, none assumed.

(a) Consul lets only the declared sources call the app, (b) its running allocations publish no port
but the sidecar's, (c) no Traefik router leads to it.
"""

from collections.abc import Callable, Mapping, Sequence

from deployer.apply.parallel import run_all
from deployer.cluster.ports import ConsulPort, NomadPort
from deployer.plan.desired import DesiredJob, DesiredState
from deployer.project.model import Ingress
from deployer.report.events import Proved

STRANGER = "nomadeploy-proof-stranger"
"""A service that nobody declares: what it may call, anybody in the mesh may."""

_SIDECAR_PORT = "connect-proxy-"


def prove(
    state: DesiredState, apps: frozenset[str], nomad: NomadPort, consul: ConsulPort, ingress: Ingress
) -> list[Proved]:
    """
    Return every statement about the named apps with what is wrong with it.

    Args:
        apps: names of the stack's apps whose isolation is proved: those that the release touched.
    """
    jobs = [job for job in state.jobs if job.app.name in apps and job.kind == "service" and job.app.kind != "jobspec"]
    if not jobs:
        return []
    services = consul.services()
    calls: list[Callable[[], list[Proved]]] = []
    for job in jobs:
        calls.append(lambda job=job: _intentions(job, state, consul, ingress))  # type: ignore[misc]
        if job.app.public is None:
            calls.append(lambda job=job: [_ports(job, nomad), _routers(job, services)])  # type: ignore[misc]
    return [proved for result in run_all(calls, at_once=16) for proved in result]


def _intentions(job: DesiredJob, state: DesiredState, consul: ConsulPort, ingress: Ingress) -> list[Proved]:
    service = job.app.service
    declared = {item.source for item in state.intentions if item.destination == service}
    proved = [_may(source, job, consul, expected=True) for source in sorted(declared)]
    others = {STRANGER} | ({ingress.service} if job.app.public is None else set())
    return proved + [_may(source, job, consul, expected=False) for source in sorted(others - declared)]


def _may(source: str, job: DesiredJob, consul: ConsulPort, *, expected: bool) -> Proved:
    allowed = consul.intention_allows(source, job.app.service)
    verb = "may" if expected else "may not"
    problem = ""
    if allowed != expected:
        problem = (
            f"Consul lets {source!r} call it: is the mesh's default deny in place (intention * -> *, or ACLs)?"
            if allowed
            else f"Consul does not let {source!r} call it: a deny of higher precedence stands in the way"
        )
    return Proved(app=job.app.name, statement=f"{source} {verb} call it", problem=problem)


def _ports(job: DesiredJob, nomad: NomadPort) -> Proved:
    allocations = nomad.job_allocations(job.namespace, job.job_id).value
    open_ports = [
        f"{port.label} at {port.host_ip or 'the node'}:{port.value}"
        for alloc in allocations
        if alloc.client_status == "running" and alloc.desired_status == "run"
        for port in alloc.ports
        if not port.label.startswith(_SIDECAR_PORT)
    ]
    problem = f"the node publishes {', '.join(sorted(set(open_ports)))}" if open_ports else ""
    return Proved(app=job.app.name, statement="no port but the sidecar's is published", problem=problem)


def _routers(job: DesiredJob, services: Mapping[str, Sequence[str]]) -> Proved:
    tags = services.get(job.app.service, ())
    routers = [tag for tag in tags if tag.startswith(("traefik.http.routers.", "traefik.tcp.routers."))]
    enabled = "traefik.enable=true" in tags
    problem = (
        f"Traefik has a router for it ({', '.join(routers) or 'traefik.enable=true'})" if routers or enabled else ""
    )
    return Proved(app=job.app.name, statement="no public route leads to it", problem=problem)
