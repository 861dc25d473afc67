"""
The gateway to Consul: `ConsulPort` over py-consul.

What it adds to the library: one verified and pooled session, the token of the connection and no
other, blocking reads of config entries, check-and-set that raises, and one tree of errors.
"""

from collections.abc import Callable, Mapping
from typing import Any

from consul import std
from consul.callback import CB

from deployer.cluster.connection import ConsulConnection
from deployer.cluster.consul_meanings import explained
from deployer.cluster.consul_read import (
    acl_self_of,
    config_entry_of,
    instance_of,
    intention_of,
    service_defaults_of,
)
from deployer.cluster.model import (
    AclSelf,
    ObservedConfigEntry,
    ObservedIntention,
    ObservedServiceDefaults,
    Reading,
    ServiceInstance,
)
from deployer.cluster.session import CONNECT_S, READ_S, open_session
from deployer.errors import ServerFailed, StalePlan

Params = list[tuple[str, Any]]
Instances = Reading[tuple[ServiceInstance, ...]]


class _Http(std.HTTPClient):  # type: ignore[misc]  # py-consul has no type information
    """py-consul's requests over our session; the address keeps its path."""

    def __init__(self, connection: ConsulConnection) -> None:
        super().__init__(verify=not connection.skip_verify, connections_timeout=READ_S)
        self.base_uri = connection.address
        self.session = open_session(connection)

    def timeout(self, params: Params | None) -> tuple[float, float]:
        """Do not wait for a connection as long as for an answer."""
        return CONNECT_S, super().timeout(params) or READ_S


class _Client(std.Consul):  # type: ignore[misc]  # py-consul has no type information
    def __init__(self, connection: ConsulConnection) -> None:
        self._connection = connection
        super().__init__()
        # py-consul 1.8.0 prefers CONSUL_HTTP_TOKEN of the environment to a token it is given.
        self.token = connection.token.reveal() if connection.token else None

    def http_connect(self, *_args: Any, **_options: Any) -> _Http:
        return _Http(self._connection)


class ConsulGateway:
    """
    `ConsulPort` for one Consul; nothing is asked before the first call.

    It may be used from many threads at once. Raises `ClusterUnreachable` at once when a certificate
    file of the connection cannot be used.
    """

    def __init__(self, connection: ConsulConnection) -> None:
        self.connection = connection
        self._client = _Client(connection)

    def config_entries(
        self, kind: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedConfigEntry, ...]]:
        """See `ConsulPort.config_entries`."""
        raws, index = self._get(f"list the {kind} entries", f"/v1/config/{kind}", _wait(index, wait_s))
        return Reading(value=tuple(config_entry_of(raw) for raw in raws or ()), index=index)

    def config_entry(self, kind: str, name: str) -> ObservedConfigEntry | None:
        """See `ConsulPort.config_entry`."""
        raw = self._ask(f"read {kind} {name!r}", lambda: self._client.config.get(kind, name))
        return config_entry_of(raw) if raw else None

    def put_config_entry(self, entry: Mapping[str, Any], *, cas: int) -> None:
        """See `ConsulPort.put_config_entry`."""
        kind, name = entry["Kind"], entry["Name"]
        attempt = f"write {kind} {name!r}"
        if not self._ask(attempt, lambda: self._client.config.set(kind, name, dict(entry), cas=cas)):
            raise StalePlan(f"could not {attempt}: it is not at index {cas} any more")

    def delete_config_entry(self, kind: str, name: str, *, cas: int) -> None:
        """See `ConsulPort.delete_config_entry`."""
        attempt = f"delete {kind} {name!r}"
        if not self._ask(attempt, lambda: self._client.config.delete(kind, name, cas=cas)):
            raise StalePlan(f"could not {attempt}: it is not at index {cas} any more")

    def intentions(self) -> tuple[ObservedIntention, ...]:
        """See `ConsulPort.intentions`."""
        return tuple(map(intention_of, self.config_entries("service-intentions").value))

    def service_defaults(self) -> tuple[ObservedServiceDefaults, ...]:
        """See `ConsulPort.service_defaults`."""
        return tuple(map(service_defaults_of, self.config_entries("service-defaults").value))

    def intention_allows(self, source: str, destination: str) -> bool:
        """See `ConsulPort.intention_allows`."""
        check = self._client.connect.intentions.check
        attempt = f"check the intention from {source!r} to {destination!r}"
        return bool(self._ask(attempt, lambda: check(source=source, destination=destination)))

    def services(self) -> Mapping[str, tuple[str, ...]]:
        """See `ConsulPort.services`."""
        _, raw = self._ask("list the services", self._client.catalog.services)
        return {name: tuple(tags) for name, tags in (raw or {}).items()}

    def instances(self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0) -> Instances:
        """See `ConsulPort.instances`."""
        return self._instances("service", service, passing=passing, index=index, wait_s=wait_s)

    def connect_instances(self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0) -> Instances:
        """See `ConsulPort.connect_instances`."""
        return self._instances("connect", service, passing=passing, index=index, wait_s=wait_s)

    def mesh_roots(self) -> tuple[str, ...]:
        """See `ConsulPort.mesh_roots`."""
        try:
            raw, _ = self._get("read the mesh's authorities", "/v1/connect/ca/roots", [])
        except ServerFailed as error:
            if "Connect must be enabled" in str(error):
                return ()
            raise
        return tuple(root["RootCert"] for root in (raw or {}).get("Roots") or ())

    def agent_self(self) -> dict[str, Any]:
        """See `ConsulPort.agent_self`."""
        raw, _ = self._get("read the agent's facts", "/v1/agent/self", [])
        return dict(raw or {})

    def leader(self) -> str:
        """See `ConsulPort.leader`."""
        raw, _ = self._get("find the leader", "/v1/status/leader", [])
        return str(raw or "")

    def acl_self(self) -> AclSelf:
        """See `ConsulPort.acl_self`."""
        try:
            raw, _ = self._get("read our token", "/v1/acl/token/self", [])
        except ServerFailed as error:
            if "ACL support disabled" not in str(error):
                raise
            return AclSelf(enabled=False, name="", accessor_id="", management=False, anonymous=False, policies=())
        return acl_self_of(raw or {})

    def close(self) -> None:
        """Close the connections."""
        self._client.http.session.close()

    def _instances(self, kind: str, service: str, *, passing: bool, index: int, wait_s: float) -> Instances:
        wanted: Params = [*_wait(index, wait_s), *([("passing", "1")] if passing else [])]
        raws, index = self._get(f"read the health of {service!r}", f"/v1/health/{kind}/{service}", wanted)
        return Reading(value=tuple(instance_of(raw) for raw in raws or ()), index=index)

    def _get(self, attempt: str, path: str, params: Params) -> tuple[Any, int]:
        client = self._client

        def answer(reply: Any) -> tuple[Any, int]:
            # py-consul's own callback wants an index of every answer; some have none.
            return CB.json(allow_404=True)(reply), max(1, int(reply.headers.get("X-Consul-Index") or 0))

        found: tuple[Any, int] = self._ask(
            attempt,
            lambda: client.http.get(answer, path, params=params, headers=client.prepare_headers()),
        )
        return found

    def _ask(self, attempt: str, call: Callable[[], Any]) -> Any:
        with explained(attempt, self.connection):
            return call()


def _wait(index: int, wait_s: float) -> Params:
    return [("index", index), ("wait", f"{round(wait_s * 1000)}ms")] if index and wait_s else []
