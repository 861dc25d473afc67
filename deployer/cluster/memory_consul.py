"""Consul in memory: config entries with check-and-set, intentions, and a catalog that can be set."""

import threading
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from deployer.cluster.consul_read import config_entry_of, intention_of, service_defaults_of
from deployer.cluster.model import (
    AclSelf,
    ObservedConfigEntry,
    ObservedIntention,
    ObservedServiceDefaults,
    Reading,
    ServiceInstance,
)
from deployer.errors import ServerFailed, StalePlan

_OURS = {"CreateIndex", "ModifyIndex", "Hash"}
# agent/structs/intention.go: the destination weighs more than the source.
_PRECEDENCE = {(False, False): 9, (True, False): 8, (False, True): 6, (True, True): 5}


class MemoryConsul:
    """
    `ConsulPort` in memory.

    Attributes:
        default_allow: what holds where no intention matches (Consul's ACL default policy).
        known_instances: service → its instances; those of sidecars go in `known_sidecars`.
    """

    def __init__(self, *, default_allow: bool = True) -> None:
        self.default_allow = default_allow
        self.known_instances: dict[str, tuple[ServiceInstance, ...]] = {}
        self.known_sidecars: dict[str, tuple[ServiceInstance, ...]] = {}
        self._guard = threading.RLock()
        self._index = 1
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}

    def config_entries(
        self, kind: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ObservedConfigEntry, ...]]:
        """See `ConsulPort.config_entries`; never waits."""
        del index, wait_s
        found = tuple(config_entry_of(deepcopy(raw)) for (one, _), raw in sorted(self._entries.items()) if one == kind)
        return Reading(value=found, index=self._index)

    def config_entry(self, kind: str, name: str) -> ObservedConfigEntry | None:
        """See `ConsulPort.config_entry`."""
        raw = self._entries.get((kind, name))
        return config_entry_of(deepcopy(raw)) if raw else None

    def put_config_entry(self, entry: Mapping[str, Any], *, cas: int) -> None:
        """See `ConsulPort.put_config_entry`."""
        with self._guard:
            key = entry["Kind"], entry["Name"]
            wanted, current = _normal(entry), self._entries.get(key)
            # Consul takes an entry that says nothing new whatever the index.
            if current is not None and _content(current) == _content(wanted):
                return
            if cas != (current["ModifyIndex"] if current else 0):
                raise StalePlan(f"could not write {key[0]} {key[1]!r}: it is not at index {cas} any more")
            self._index += 1
            created = current["CreateIndex"] if current else self._index
            self._entries[key] = wanted | {"CreateIndex": created, "ModifyIndex": self._index}

    def delete_config_entry(self, kind: str, name: str, *, cas: int) -> None:
        """See `ConsulPort.delete_config_entry`."""
        with self._guard:
            current = self._entries.get((kind, name))
            if current is None:
                return
            if current["ModifyIndex"] != cas:
                raise StalePlan(f"could not delete {kind} {name!r}: it is not at index {cas} any more")
            self._index += 1
            del self._entries[kind, name]

    def intentions(self) -> tuple[ObservedIntention, ...]:
        """See `ConsulPort.intentions`."""
        return tuple(map(intention_of, self.config_entries("service-intentions").value))

    def service_defaults(self) -> tuple[ObservedServiceDefaults, ...]:
        """See `ConsulPort.service_defaults`."""
        return tuple(map(service_defaults_of, self.config_entries("service-defaults").value))

    def intention_allows(self, source: str, destination: str) -> bool:
        """See `ConsulPort.intention_allows`."""
        for name in (destination, "*"):
            entry = self._entries.get(("service-intentions", name))
            for wanted in (source, "*"):
                for one in entry["Sources"] if entry else ():
                    if one["Name"] == wanted:
                        return bool(one.get("Action") == "allow")
        return self.default_allow

    def services(self) -> Mapping[str, tuple[str, ...]]:
        """See `ConsulPort.services`."""
        return {
            name: tuple(sorted({tag for one in instances for tag in one.tags}))
            for name, instances in self.known_instances.items()
        }

    def instances(
        self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ServiceInstance, ...]]:
        """See `ConsulPort.instances`."""
        del index, wait_s
        return self._those(self.known_instances.get(service, ()), passing=passing)

    def connect_instances(
        self, service: str, *, passing: bool = False, index: int = 0, wait_s: float = 0
    ) -> Reading[tuple[ServiceInstance, ...]]:
        """See `ConsulPort.connect_instances`."""
        del index, wait_s
        return self._those(self.known_sidecars.get(service, ()), passing=passing)

    def mesh_roots(self) -> tuple[str, ...]:
        """See `ConsulPort.mesh_roots`."""
        return ()

    def agent_self(self) -> dict[str, Any]:
        """See `ConsulPort.agent_self`."""
        return {"Config": {"Datacenter": "dc1", "NodeName": "memory"}}

    def leader(self) -> str:
        """See `ConsulPort.leader`."""
        return "127.0.0.1:8300"

    def acl_self(self) -> AclSelf:
        """See `ConsulPort.acl_self`."""
        return AclSelf(enabled=False, name="", accessor_id="", management=False, anonymous=False, policies=())

    def close(self) -> None:
        """Do nothing: there are no connections."""

    def _those(self, found: tuple[ServiceInstance, ...], *, passing: bool) -> Reading[tuple[ServiceInstance, ...]]:
        kept = tuple(one for one in found if not passing or one.status == "passing")
        return Reading(value=kept, index=self._index)


def _normal(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as Consul stores it: sources with their precedence, the highest first."""
    raw = deepcopy({key: value for key, value in entry.items() if key not in _OURS})
    if raw["Kind"] != "service-intentions":
        return raw
    for number, source in enumerate(raw.get("Sources") or ()):
        if not source.get("Permissions") and source.get("Action") not in {"allow", "deny"}:
            raise ServerFailed(
                f"could not write service-intentions {raw['Name']!r}: "
                f"Sources[{number}].Action must be set to 'allow' or 'deny'"
            )
        source["Precedence"] = _PRECEDENCE[source["Name"] == "*", raw["Name"] == "*"]
        source.setdefault("Type", "consul")
    raw["Sources"] = sorted(raw.get("Sources") or (), key=lambda source: -source["Precedence"])
    return raw


def _content(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in _OURS and value}
