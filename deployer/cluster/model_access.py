"""Nomad Variables, their locks, and who our token is, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableItem:
    """
    A Nomad Variable.

    Attributes:
        items: its keys and values, never printed; empty where a listing was read.
        modify_index: what check-and-set compares.
        locked: somebody holds its lock; Nomad tells that to its holder and to management tokens alone.
    """

    namespace: str
    path: str
    items: Mapping[str, str] = field(repr=False)
    modify_index: int
    create_index: int = 0
    modify_time_ns: int = 0
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableLock:
    """A lock that is held on a Variable; `lock_id` is its holder's proof and is never printed."""

    namespace: str
    path: str
    lock_id: str = field(repr=False)
    ttl_s: float
    delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AclPolicy:
    """A policy of our own token; `rules` is Nomad's parsed form (``RulesJSON``)."""

    name: str
    rules: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AclSelf:
    """
    Who we are to Nomad or Consul.

    Attributes:
        enabled: False where the cluster has no access control: everything is allowed.
        management: the token may do everything.
        anonymous: no token was sent, or the cluster does not tell one apart.
    """

    enabled: bool
    name: str
    accessor_id: str
    management: bool
    anonymous: bool
    policies: tuple[AclPolicy, ...]
