"""
Intentions and service defaults → config entries to write; pure.

A service-intentions entry belongs to its destination and lists sources of several owners, so it is
merged source by source and never replaced (Consul docs, "Service intentions configuration entry").
"""

from collections.abc import Iterable, Mapping
from typing import Any

from deployer.cluster.model import ObservedIntention, ObservedServiceDefaults
from deployer.plan.desired import DesiredIntention
from deployer.plan.model import Action, Kind, Step

_COMPUTED = (
    "CreateIndex",
    "ModifyIndex",
    "Hash",
    "Precedence",
    "LegacyID",
    "LegacyMeta",
    "LegacyCreateTime",
    "LegacyUpdateTime",
)
_OF_EVERY_ENTRY = ("Kind", "Name", "Partition", "Namespace")
_DESCRIPTION = "declared by nomadeploy"


def plan_intentions(
    desired: Iterable[DesiredIntention],
    observed: Mapping[str, ObservedIntention],
    owned: frozenset[DesiredIntention],
    *,
    last_wave: int,
) -> list[Step]:
    """
    Plan one step for each destination whose sources must change.

    Args:
        owned: intentions that this stack's last release wrote.
        last_wave: the wave after all jobs; taking a right away comes last.
    """
    wanted = frozenset(desired)
    destinations = sorted({item.destination for item in wanted | owned})
    steps = []
    for destination in destinations:
        want = {item.source for item in wanted if item.destination == destination}
        had = {item.source for item in owned if item.destination == destination}
        steps += _plan_destination(destination, want, had, observed.get(destination), last_wave)
    return steps


def _plan_destination(
    destination: str, want: set[str], had: set[str], entry: ObservedIntention | None, last_wave: int
) -> list[Step]:
    live = {source.name: source.action for source in entry.sources} if entry else {}
    denied = sorted(name for name in want if live.get(name) == "deny")
    if denied:
        cause = f"somebody else's intention denies {', '.join(denied)}; remove it, or take the call out of the files"
        return [_step(Action.REFUSE, f"{', '.join(denied)} -> {destination}", cause, entry, 0, None)]
    missing = sorted(name for name in want if name not in live)
    surplus = sorted(name for name in had - want if live.get(name) == "allow")
    steps = []
    if missing:
        cause = "not allowed yet" if not had & set(missing) else "was removed from Consul"
        body = _with_sources(destination, entry, add=missing, remove=[])
        steps.append(_step(Action.CREATE, f"{', '.join(missing)} -> {destination}", cause, entry, 0, body))
    if surplus:
        body = _with_sources(destination, entry, add=missing, remove=surplus)
        name = f"{', '.join(surplus)} -> {destination}"
        left = body if body["Sources"] else None
        steps.append(_step(Action.REMOVE, name, "no longer declared", entry, last_wave, left))
    kept = sorted(want & set(live))
    return steps + [_step(Action.KEEP, f"{name} -> {destination}", "unchanged", entry, 0, None) for name in kept]


def _step(
    action: Action, name: str, cause: str, entry: ObservedIntention | None, wave: int, body: Mapping[str, Any] | None
) -> Step:
    return Step(
        kind=Kind.INTENTION,
        action=action,
        name=name,
        cause=cause,
        expected_index=entry.modify_index if entry else 0,
        wave=wave,
        body=body,
    )


def _with_sources(
    destination: str, entry: ObservedIntention | None, *, add: Iterable[str], remove: Iterable[str]
) -> Mapping[str, Any]:
    raw = entry.raw if entry else {}
    gone = set(remove)
    kept = [source for source in raw.get("Sources") or [] if source.get("Name") not in gone]
    added = [{"Name": name, "Action": "allow", "Description": _DESCRIPTION} for name in add]
    sources = [{key: value for key, value in source.items() if key not in _COMPUTED} for source in kept] + added
    rest = {key: value for key, value in raw.items() if key not in (*_COMPUTED, "Sources")}
    return {**rest, "Kind": "service-intentions", "Name": destination, "Sources": sources}


def plan_service_defaults(
    desired: Mapping[str, str],
    observed: Mapping[str, ObservedServiceDefaults],
    owned: Mapping[str, str],
    *,
    last_wave: int,
) -> list[Step]:
    """
    Plan the protocol of each service; everything else in an entry is kept.

    Args:
        desired: service → protocol.
        owned: what this stack's last release wrote.
    """
    steps = []
    for service, protocol in sorted(desired.items()):
        entry = observed.get(service)
        live = entry.protocol if entry else ""
        if live == protocol:
            steps.append(_defaults_step(Action.KEEP, service, "unchanged", entry, 0, None))
            continue
        body = {**_rest(entry), "Kind": "service-defaults", "Name": service, "Protocol": protocol}
        cause = f"protocol {live or 'tcp'} → {protocol}"
        action = Action.IN_PLACE if entry else Action.CREATE
        steps.append(_defaults_step(action, service, cause, entry, 0, body))
    for service in sorted(set(owned) - set(desired)):
        entry = observed.get(service)
        if entry is not None and entry.protocol == owned[service]:
            left = {key: value for key, value in _rest(entry).items() if key != "Protocol"}
            kept = left if any(value for key, value in left.items() if key not in _OF_EVERY_ENTRY) else None
            steps.append(_defaults_step(Action.REMOVE, service, "no longer declared", entry, last_wave, kept))
    return steps


def _rest(entry: ObservedServiceDefaults | None) -> dict[str, Any]:
    return {key: value for key, value in entry.raw.items() if key not in _COMPUTED} if entry else {}


def _defaults_step(
    action: Action,
    service: str,
    cause: str,
    entry: ObservedServiceDefaults | None,
    wave: int,
    body: Mapping[str, Any] | None,
) -> Step:
    return Step(
        kind=Kind.SERVICE_DEFAULTS,
        action=action,
        name=service,
        cause=cause,
        expected_index=entry.modify_index if entry else 0,
        wave=wave,
        body=body,
    )
