"""The cluster → `Readings`: every read side by side, so that one part out of reach stops no other."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.cluster.model import ObservedNode
from deployer.cluster.ports import ConsulPort, NomadPort
from deployer.doctor.model import Attempt, ConsulRight, Readings
from deployer.doctor.needs import Needs
from deployer.doctor.wire import read_consul_rights, read_door, read_wire
from deployer.errors import DeployerError, StalePlan
from deployer.project.model import Ingress

T = TypeVar("T")

_AT_ONCE = 24
# Names nobody has: what Consul says of them is its default.
_STRANGERS = ("nomadeploy-doctor-source", "nomadeploy-doctor-destination")
# An index that no variable is at: the write is judged, refused, and changes nothing.
_NO_INDEX = 1


def read_cluster(
    nomad: NomadPort,
    consul: ConsulPort,
    connections: tuple[NomadConnection, ConsulConnection],
    ingress: Ingress,
    needs: Needs,
) -> Readings:
    """Read everything that the checks want; errors become part of the readings."""
    to_nomad, to_consul = connections
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="doctor") as pool:

        def ask(read: Callable[[], T]) -> Future[Attempt[T]]:
            return pool.submit(_attempt, read)

        doors = {host: ask(lambda host=host: read_door(ingress, host)) for host in needs.hosts}  # type: ignore[misc]
        variables = {
            namespace: ask(lambda namespace=namespace, path=path: _writable(nomad, namespace, path))  # type: ignore[misc]
            for namespace, path in needs.variables.items()
        }
        asked: dict[str, Future[Attempt[Any]]] = {
            "nomad_wire": ask(lambda: read_wire(to_nomad, "Nomad")),
            "nomad_leader": ask(nomad.leader),
            "nomad_agent": ask(nomad.agent_self),
            "nomad_acl": ask(nomad.acl_self),
            "namespaces": ask(nomad.namespaces),
            "nodes": ask(lambda: _nodes(nomad)),
            "consul_wire": ask(lambda: read_wire(to_consul, "Consul")),
            "consul_leader": ask(consul.leader),
            "consul_agent": ask(consul.agent_self),
            "consul_acl": ask(consul.acl_self),
            "consul_rights": ask(lambda: read_consul_rights(to_consul, wanted_rights(needs))),
            "mesh_roots": ask(consul.mesh_roots),
            "unknown_allowed": ask(lambda: consul.intention_allows(*_STRANGERS)),
            "ingress": ask(lambda: consul.connect_instances(needs.ingress).value),
        }
        return Readings(
            now=datetime.now(tz=UTC),
            variables=_results(variables),
            doors=_results(doors),
            **{name: future.result() for name, future in asked.items()},
        )


def wanted_rights(needs: Needs) -> tuple[ConsulRight, ...]:
    """Return the rights in Consul that `run` needs for these apps."""
    writes = [
        ConsulRight(resource=resource, access="write", name=service)
        for service in needs.services
        for resource in ("intention", "service")
    ]
    reads = [ConsulRight(resource=resource, access="read", name="") for resource in ("service", "node")]
    return (*writes, *reads)


def _results(futures: Mapping[str, Future[Attempt[T]]]) -> dict[str, Attempt[T]]:
    return {name: future.result() for name, future in futures.items()}


def _attempt(read: Callable[[], T]) -> Attempt[T]:
    try:
        return Attempt(value=read())
    except DeployerError as error:
        return Attempt(error=error)


def _nodes(nomad: NomadPort) -> tuple[ObservedNode, ...]:
    """Read each node alone: the listing has neither meta nor most attributes."""
    listed = [node for node in nomad.nodes() if node.status != "down"]
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="node") as pool:
        return tuple(pool.map(nomad.node, [node.id for node in listed]))


def _writable(nomad: NomadPort, namespace: str, path: str) -> bool:
    """
    Try a write that is bound to fail its check-and-set.

    Nomad looks at the token and encrypts the items before it compares indexes, so a conflict means
    that a real write would be taken (nomad/variables_endpoint.go).
    """
    with suppress(StalePlan):
        nomad.put_variable(namespace, f"{path}/doctor", {"asked": "may we write?"}, cas=_NO_INDEX)
    return True
