"""What doctor reads and what it finds, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from deployer.cluster.model import AclSelf, ObservedNode, ServiceInstance
from deployer.errors import DeployerError

T = TypeVar("T")


class Outcome(StrEnum):
    """How a check went; only `FAILS` changes the exit code."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """
    One finding.

    Attributes:
        part: what was looked at: nomad, consul, nodes, mesh, ingress or apps.
        hint: what to do, empty when all is well.
    """

    part: str
    outcome: Outcome
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Attempt(Generic[T]):
    """What one read gave: a value, or the error that explains why not."""

    value: T | None = None
    error: DeployerError | None = None

    @property
    def hint(self) -> str:
        """What to do about the error."""
        return self.error.hint if self.error else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A server's certificate; `ends` is when it expires."""

    subject: str
    issuer: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """
    What an HTTP address shows beside its answers.

    Attributes:
        address: as it is configured.
        certificate: None without TLS.
        verified: its certificate was checked; True without TLS too.
        ahead_s: by how much the server's clock is ahead of ours, within a second.
    """

    address: str
    certificate: Certificate | None
    verified: bool
    ahead_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsulRight:
    """A right in Consul's words: resource, access, and the name it is for."""

    resource: str
    access: str
    name: str

    def __str__(self) -> str:
        return f"{self.resource} {self.access}" + (f" on {self.name!r}" if self.name else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """
    One look at everything, taken side by side.

    Attributes:
        now: when it was taken.
        leader: its address.
        agent: the agent's facts.
        nodes: each read alone, with attributes and meta.
        variables: namespace → whether a write of our own would be taken; nothing is written.
        consul_rights: whether each needed right is held; empty where there is no access control.
        unknown_allowed: whether Consul lets two services connect that nobody knows.
        ingress: instances of Traefik in the mesh.
        doors: public host → the certificate it is served with.
    """

    now: datetime
    nomad_wire: Attempt[Wire]
    nomad_leader: Attempt[str]
    nomad_agent: Attempt[Mapping[str, Any]]
    nomad_acl: Attempt[AclSelf]
    namespaces: Attempt[tuple[str, ...]]
    variables: Mapping[str, Attempt[bool]]
    nodes: Attempt[tuple[ObservedNode, ...]]
    consul_wire: Attempt[Wire]
    consul_leader: Attempt[str]
    consul_agent: Attempt[Mapping[str, Any]]
    consul_acl: Attempt[AclSelf]
    consul_rights: Attempt[Mapping[ConsulRight, bool]]
    mesh_roots: Attempt[tuple[str, ...]]
    unknown_allowed: Attempt[bool]
    ingress: Attempt[tuple[ServiceInstance, ...]]
    doors: Mapping[str, Attempt[Certificate]] = field(default_factory=dict)


def ok(part: str, message: str) -> Check:
    """Return a finding that all is well."""
    return Check(part=part, outcome=Outcome.OK, message=message)


def warning(part: str, message: str, hint: str = "") -> Check:
    """Return a finding that `run` can live with."""
    return Check(part=part, outcome=Outcome.WARNING, message=message, hint=hint)


def fails(part: str, message: str, hint: str = "") -> Check:
    """Return a finding that `run` would fail on."""
    return Check(part=part, outcome=Outcome.FAILS, message=message, hint=hint)


def not_read(part: str, attempt: Attempt[Any]) -> Check:
    """Return a finding for what could not be read, in the words of its error."""
    return fails(part, str(attempt.error), attempt.hint)
