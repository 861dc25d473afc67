"""Consul's JSON → our values. Pure; absent and null fields are tolerated."""

from collections.abc import Mapping
from typing import Any

from deployer.cluster.model import (
    AclPolicy,
    AclSelf,
    ObservedConfigEntry,
    ObservedIntention,
    ObservedServiceDefaults,
    ServiceInstance,
    SourceIntention,
)

Raw = Mapping[str, Any]
# Consul's built-in policy that may do everything.
_MANAGEMENT = "00000000-0000-0000-0000-000000000001"
_ANONYMOUS = "00000000-0000-0000-0000-000000000002"
_WORST = {"passing": 0, "warning": 1, "critical": 2}


def config_entry_of(raw: Raw) -> ObservedConfigEntry:
    """Read any config entry."""
    return ObservedConfigEntry(
        kind=raw["Kind"],
        name=raw["Name"],
        modify_index=raw.get("ModifyIndex") or 0,
        meta=raw.get("Meta") or {},
        raw=raw,
    )


def intention_of(entry: ObservedConfigEntry) -> ObservedIntention:
    """Read a service-intentions entry."""
    return ObservedIntention(
        destination=entry.name,
        sources=tuple(_source_of(source) for source in entry.raw.get("Sources") or ()),
        meta=entry.meta,
        modify_index=entry.modify_index,
        raw=entry.raw,
    )


def _source_of(raw: Raw) -> SourceIntention:
    return SourceIntention(
        name=raw["Name"],
        action=raw.get("Action") or None,
        permissions=tuple(raw.get("Permissions") or ()),
        precedence=raw.get("Precedence") or 0,
        description=raw.get("Description") or "",
    )


def service_defaults_of(entry: ObservedConfigEntry) -> ObservedServiceDefaults:
    """Read a service-defaults entry."""
    return ObservedServiceDefaults(
        name=entry.name,
        protocol=entry.raw.get("Protocol") or "",
        modify_index=entry.modify_index,
        meta=entry.meta,
        raw=entry.raw,
    )


def instance_of(raw: Raw) -> ServiceInstance:
    """Read one element of a health answer (Node, Service, Checks)."""
    service, node = raw["Service"], raw["Node"]
    checks = {
        check.get("Name") or check["CheckID"]: (check["Status"], check.get("Output") or "")
        for check in raw.get("Checks") or ()
    }
    return ServiceInstance(
        id=service["ID"],
        service=service["Service"],
        node=node["Node"],
        address=service.get("Address") or node["Address"],
        port=service.get("Port") or 0,
        tags=tuple(service.get("Tags") or ()),
        meta=service.get("Meta") or {},
        status=max((status for status, _ in checks.values()), key=lambda one: _WORST.get(one, 2), default="passing"),
        checks=checks,
        kind=service.get("Kind") or "",
        connect_native=bool((service.get("Connect") or {}).get("Native")),
        proxy_for=(service.get("Proxy") or {}).get("DestinationServiceName") or "",
    )


def acl_self_of(raw: Raw) -> AclSelf:
    """Read our own token; policies have names alone, for reading their rules needs another right."""
    policies = raw.get("Policies") or ()
    return AclSelf(
        enabled=True,
        name=raw.get("Description") or "",
        accessor_id=raw.get("AccessorID") or "",
        management=any(policy["ID"] == _MANAGEMENT for policy in policies),
        anonymous=raw.get("AccessorID") == _ANONYMOUS,
        policies=tuple(AclPolicy(name=policy["Name"], rules={}) for policy in policies),
    )
