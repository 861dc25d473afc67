"""Consul's config entries and services, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIntention:
    """
    One source of a service-intentions entry.

    Attributes:
        action: allow or deny; None for an L7 intention, which has permissions instead.
        permissions: L7 permissions as Consul gave them.
        precedence: computed by Consul; the higher one decides.
    """

    name: str
    action: str | None
    permissions: tuple[Mapping[str, Any], ...] = ()
    precedence: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedIntention:
    """
    A service-intentions config entry: who may call `destination`.

    Attributes:
        modify_index: what check-and-set compares.
        raw: the entry as Consul gave it, so that fields we do not know survive a rewrite.
    """

    destination: str
    sources: tuple[SourceIntention, ...]
    meta: Mapping[str, str]
    modify_index: int
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedServiceDefaults:
    """A service-defaults config entry; `protocol` is empty where it sets none (tcp then)."""

    name: str
    protocol: str
    modify_index: int
    meta: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedConfigEntry:
    """Any config entry: `raw` is the whole of it as Consul gave it."""

    kind: str
    name: str
    modify_index: int
    meta: Mapping[str, str]
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInstance:
    """
    One registered instance of a service (``GET /v1/health/service/:name``).

    Attributes:
        address: where it listens; the node's address where the service gives none.
        status: the worst of its checks: passing, warning or critical; passing without checks.
        checks: check's name → (status, output).
        connect_native: it speaks the mesh's mTLS itself.
        proxy_for: the service a sidecar stands for, or empty.
    """

    id: str
    service: str
    node: str
    address: str
    port: int
    tags: tuple[str, ...]
    meta: Mapping[str, str]
    status: str
    checks: Mapping[str, tuple[str, str]]
    kind: str = ""
    connect_native: bool = False
    proxy_for: str = ""
