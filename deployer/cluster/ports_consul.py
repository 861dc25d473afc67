"""
What the program asks of Consul.

All calls raise `ClusterUnreachable`, `AccessDenied` or `ServerFailed`. Watchable reads take
``index`` and ``wait_s`` as Nomad's do.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from deployer.cluster.model import (
    AclSelf,
    ObservedConfigEntry,
    ObservedIntention,
    ObservedServiceDefaults,
    Reading,
    ServiceInstance,
)


class ConsulPort(Protocol):
    """Config entries, the catalog and health."""

    def config_entries(
        self, kind: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedConfigEntry, ...]]:
        """List every config entry of a kind (``GET /v1/config/:kind``)."""
        ...

    def config_entry(self, kind: str, name: str) -> ObservedConfigEntry | None:
        """Read one config entry, or None when there is none."""
        ...

    def put_config_entry(self, entry: Mapping[str, Any], *, cas: int) -> None:
        """
        Write a config entry (it holds Kind and Name) if it is still at index `cas`.

        Args:
            entry: the whole entry; what is left out is unset.
            cas: its ModifyIndex, 0 to create it.

        Raises:
            StalePlan: the entry moved, appeared or is gone.
        """
        ...

    def delete_config_entry(self, kind: str, name: str, *, cas: int) -> None:
        """Delete a config entry if it is still at index `cas`; raises `StalePlan`."""
        ...

    def intentions(self) -> tuple[ObservedIntention, ...]:
        """List every service-intentions entry."""
        ...

    def service_defaults(self) -> tuple[ObservedServiceDefaults, ...]:
        """List every service-defaults entry."""
        ...

    def intention_allows(self, source: str, destination: str) -> bool:
        """
        Ask whether `source` may open a connection to `destination`.

        ``GET /v1/connect/intentions/check`` judges L4 alone: an intention with L7 permissions
        answers False here and is judged from its config entry.
        """
        ...

    def services(self) -> Mapping[str, tuple[str, ...]]:
        """Return each registered service's name with its tags (``GET /v1/catalog/services``)."""
        ...

    def instances(
        self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ServiceInstance, ...]]:
        """List a service's instances with their checks (``GET /v1/health/service/:name``)."""
        ...

    def connect_instances(
        self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ServiceInstance, ...]]:
        """List what stands for a service in the mesh: its sidecars and Connect-native instances."""
        ...

    def mesh_roots(self) -> tuple[str, ...]:
        """Return the mesh's CA certificates as PEM (``GET /v1/connect/ca/roots``); empty without Connect."""
        ...

    def agent_self(self) -> dict[str, Any]:
        """Return the agent's own facts (``GET /v1/agent/self``)."""
        ...

    def leader(self) -> str:
        """Return the leader's address, or an empty string while there is none."""
        ...

    def acl_self(self) -> AclSelf:
        """Say who our token is."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
