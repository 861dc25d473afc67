"""Judges the servers themselves: reach, TLS, clock, version, leader; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deployer.devcluster.versions import at_least, version_in
from deployer.doctor.model import Attempt, Certificate, Check, Wire, fails, not_read, ok, warning
from deployer.errors import AccessDenied

SOON = timedelta(days=14)
# Locks are kept by monotonic clocks; tokens, certificates and records are not.
SKEW_S = 5.0
MUCH_SKEW_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """The oldest version that is tried, and what older ones lack."""

    version: str
    because: str


def check_wire(part: str, wire: Attempt[Wire], now: datetime) -> list[Check]:
    """Judge address, certificate and clock; nothing but the error when it is out of reach."""
    if wire.value is None:
        return [not_read(part, wire)]
    return [_reach(part, wire.value), *_tls(part, wire.value, now), _clock(part, wire.value)]


def _reach(part: str, wire: Wire) -> Check:
    return ok(part, f"{wire.address} answers")


def _tls(part: str, wire: Wire, now: datetime) -> list[Check]:
    if wire.certificate is None:
        if _is_loopback(wire.address):
            return []
        return [
            warning(part, "it is reached without TLS: tokens and secrets go in clear", "give its API TLS, use https://")
        ]
    if not wire.verified:
        return [warning(part, "its certificate is not verified", "set ca_cert and take skip_verify out")]
    return [check_expiry(part, "its certificate", wire.certificate, now)]


def check_expiry(part: str, what: str, certificate: Certificate, now: datetime) -> Check:
    """Judge when a certificate expires."""
    left = certificate.ends - now
    day = f"{certificate.ends:%Y-%m-%d}"
    if left <= timedelta(0):
        return fails(part, f"{what} expired on {day}", "renew it")
    if left < SOON:
        return warning(part, f"{what} expires on {day}, in {left.days} days", "renew it")
    return ok(part, f"{what} holds until {day}")


def _is_loopback(address: str) -> bool:
    return any(host in address for host in ("://127.", "://localhost", "://[::1]"))


def _clock(part: str, wire: Wire) -> Check:
    off = abs(wire.ahead_s)
    side = "ahead of" if wire.ahead_s > 0 else "behind"
    if off < SKEW_S:
        return ok(part, "its clock and ours agree")
    message = f"its clock is {off:.0f} s {side} ours"
    hint = "let both follow a time server: tokens and certificates depend on it"
    return fails(part, message, hint) if off > MUCH_SKEW_S else warning(part, message, hint)


def check_leader(part: str, leader: Attempt[str]) -> Check:
    """Judge whether the servers have a leader."""
    if leader.value is None:
        return not_read(part, leader)
    if not leader.value:
        return fails(part, "its servers have no leader", "a majority of them must be up and see each other")
    return ok(part, f"the leader is {leader.value}")


def check_version(part: str, agent: Attempt[Mapping[str, Any]], minimum: Minimum) -> Check:
    """Judge the version an agent tells of itself."""
    if isinstance(agent.error, AccessDenied):
        return warning(part, "the token may not read the version", agent.hint)
    if agent.value is None:
        return not_read(part, agent)
    version = agent_version(agent.value)
    if not version:
        return warning(part, "it does not tell its version")
    if not at_least(version, minimum.version):
        return fails(part, f"version {version} is older than {minimum.version}", minimum.because)
    return ok(part, f"version {version}")


def agent_version(agent: Mapping[str, Any]) -> str:
    """Return the version in an agent's facts: Nomad's or Consul's (``GET /v1/agent/self``)."""
    nomad = (agent.get("config") or {}).get("Version") or {}
    consul = (agent.get("Config") or {}).get("Version") or ""
    return version_in(str(nomad.get("Version") or consul))
