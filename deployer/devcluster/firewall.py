"""Which iptables rules did a cluster's allocations leave behind?"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from deployer.devcluster.command import run_command, try_command

_SHARED = re.compile(r"^(CNI|NOMAD)-")
"""Chains that CNI plugins and Nomad make; the kernel keeps them when their rules are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """
    What to remove from the firewall.

    Attributes:
        rules: ``(table, rule)`` with the rule as iptables-save prints it (``-A CHAIN …``).
        chains: ``(table, chain)``, empty once the rules are gone.
    """

    rules: tuple[tuple[str, str], ...]
    chains: tuple[tuple[str, str], ...]


def list_chains() -> tuple[str, ...]:
    """Return every user-defined chain there is, as ``chain TABLE NAME``."""
    return tuple(f"chain {table} {chain}" for table, chain in _chains(run_command("iptables-save")))


def clear_firewall(subnet: str, before: Collection[str], *, last: bool) -> None:
    """Remove the rules of a cluster's allocations; with the last cluster the shared chains too."""
    leftovers = find_leftovers(run_command("iptables-save"), subnet, before, last=last)
    if not leftovers.rules and not leftovers.chains:
        return
    run_command("iptables-restore", "-w", "--noflush", text=deletions(leftovers.rules))
    for table, chain in leftovers.chains:
        try_command("iptables", "-w", "-t", table, "-F", chain)
    for table, chain in leftovers.chains:
        try_command("iptables", "-w", "-t", table, "-X", chain)


def deletions(rules: Sequence[tuple[str, str]]) -> str:
    """Return iptables-restore's input that deletes the rules, all at once."""
    tables = dict.fromkeys(table for table, _ in rules)
    lines = []
    for table in tables:
        lines += [f"*{table}", *(f"-D {rule[3:]}" for owner, rule in rules if owner == table), "COMMIT"]
    return "".join(f"{line}\n" for line in lines)


def find_leftovers(saved: str, subnet: str, before: Collection[str], *, last: bool) -> Leftovers:
    """
    Find in iptables-save's text what belongs to a cluster: rules that name an address inside
    its network, chains made for one of its allocations with everything that jumps to them, and,
    for the last cluster, CNI's and Nomad's shared chains that hold nothing foreign and were not
    there before.
    """
    rules = _rules(saved)
    network = IPv4Network(subnet)
    own_chains = {(table, chain) for table, chain, rule in rules if _made_for(chain) and _names(rule, network)}
    doomed = [
        (table, rule)
        for table, chain, rule in rules
        if _names(rule, network) or (table, chain) in own_chains or _jumps_to(table, rule, own_chains)
    ]
    shared = _shared_chains(saved, rules, doomed, before) if last else set()
    doomed += [
        (table, rule)
        for table, chain, rule in rules
        if (table, rule) not in doomed and ((table, chain) in shared or _jumps_to(table, rule, shared))
    ]
    return Leftovers(rules=tuple(doomed), chains=tuple(sorted(own_chains | shared)))


def _shared_chains(
    saved: str,
    rules: Sequence[tuple[str, str, str]],
    doomed: Collection[tuple[str, str]],
    before: Collection[str],
) -> set[tuple[str, str]]:
    """All or none of the shared chains: one foreign rule in them, or jumping to them, keeps them."""
    chains = _chains(saved)
    shared = {
        (table, chain)
        for table, chain in chains
        if _SHARED.match(chain) and not _made_for(chain) and f"chain {table} {chain}" not in before
    }
    for table, chain, rule in rules:
        if (table, rule) in doomed:
            continue
        inside = (table, chain) in shared and not _is_plumbing(table, rule, shared)
        from_elsewhere = (table, chain) in set(chains) - shared and _jumps_to(table, rule, shared)
        if inside or from_elsewhere:
            return set()
    return shared


def _is_plumbing(table: str, rule: str, shared: set[tuple[str, str]]) -> bool:
    """Rules that CNI writes once for all: jumps between its chains and the masquerade marks."""
    return _jumps_to(table, rule, shared) or re.search(r"-j (MARK|MASQUERADE)\b", rule) is not None


def _made_for(chain: str) -> bool:
    """Chains of one allocation end in a hash: CNI-<24 hex> and CNI-DN-<21 hex>."""
    return re.fullmatch(r"CNI-(DN-)?[0-9a-f]{20,}", chain) is not None


def _names(rule: str, network: IPv4Network) -> bool:
    found = re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", rule)
    return any(IPv4Network(address).subnet_of(network) for address in found)


def _jumps_to(table: str, rule: str, chains: Collection[tuple[str, str]]) -> bool:
    target = re.search(r" -[jg] (\S+)", rule)
    return target is not None and (table, target[1]) in chains


def _rules(saved: str) -> list[tuple[str, str, str]]:
    """Return ``(table, chain, rule)`` of every rule in iptables-save's text."""
    found = []
    table = ""
    for line in saved.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith("-A "):
            found.append((table, line.split()[1], line))
    return found


def _chains(saved: str) -> list[tuple[str, str]]:
    """Return ``(table, chain)`` of every user-defined chain (its policy is ``-``)."""
    found = []
    table = ""
    for line in saved.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith(":") and line.split()[1] == "-":
            found.append((table, line.split()[0][1:]))
    return found
