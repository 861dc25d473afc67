"""
What a Nomad token may do, judged from its policies; pure.

The rules are those of Nomad's acl/acl.go: the namespace whose pattern is nearest counts, its
capabilities are united over policies, ``deny`` beats all; path rules of Variables likewise.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from deployer.cluster.model import AclSelf

NEEDED_IN_NAMESPACE: Mapping[str, str] = {
    "list-jobs": "to see what runs",
    "read-job": "to compare and to watch a job",
    "submit-job": "to register and to stop jobs",
    "read-logs": "to tell why an allocation failed",
}
"""Capabilities that `run` needs in every namespace it deploys to, and why."""

NEEDED_ON_RECORDS = ("list", "read", "write", "destroy")
"""What it needs on its own Variables."""


def missing_capabilities(acl: AclSelf, namespace: str) -> tuple[str, ...]:
    """Return the capabilities of `NEEDED_IN_NAMESPACE` that the token lacks."""
    if not acl.enabled or acl.management:
        return ()
    held = _capabilities(_rules(acl, namespace))
    return tuple(name for name in NEEDED_IN_NAMESPACE if name not in held)


def missing_on_variables(acl: AclSelf, namespace: str, path: str) -> tuple[str, ...]:
    """Return the capabilities of `NEEDED_ON_RECORDS` that the token lacks on a path."""
    if not acl.enabled or acl.management:
        return ()
    rules = [
        (entry.get("PathSpec", ""), frozenset(entry.get("Capabilities") or ()))
        for block in _rules(acl, namespace)
        for entry in (block.get("Variables") or {}).get("Paths") or ()
    ]
    held: frozenset[str] = frozenset().union(*_nearest(path, rules))
    return tuple(name for name in NEEDED_ON_RECORDS if "deny" in held or name not in held)


def may_read_nodes(acl: AclSelf) -> bool:
    """Say whether the token may see the nodes."""
    if not acl.enabled or acl.management:
        return True
    said = {(policy.rules.get("Node") or {}).get("Policy") for policy in acl.policies}
    return "deny" not in said and bool(said & {"read", "write"})


def _rules(acl: AclSelf, namespace: str) -> list[Mapping[str, Any]]:
    """Return the namespace blocks that count: all those of the nearest pattern."""
    blocks = [
        (str(block.get("Name") or "default"), block)
        for policy in acl.policies
        for block in policy.rules.get("Namespaces") or ()
    ]
    return _nearest(namespace, blocks)


def _capabilities(blocks: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    held = frozenset(name for block in blocks for name in block.get("Capabilities") or ())
    return frozenset() if "deny" in held else held


def _nearest(name: str, rules: Iterable[tuple[str, Any]]) -> list[Any]:
    """Return what the nearest pattern says: the name itself, else the glob with the fewest other signs."""
    matching = [(pattern, rule) for pattern, rule in rules if _matches(pattern, name)]
    if not matching:
        return []
    best = min((_distance(pattern, name), pattern) for pattern, _ in matching)
    return [rule for pattern, rule in matching if pattern == best[1]]


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), name, re.DOTALL) is not None


def _distance(pattern: str, name: str) -> int:
    return -1 if pattern == name else len(name) - len(pattern.replace("*", ""))
