"""Dependencies → waves; pure."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter


def waves_of(before: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """
    Return each name's wave, counted from 1: one more than the latest of what comes before it.

    Raises:
        graphlib.CycleError: the order runs in a circle; the resolver has reported it before.
    """
    waves: dict[str, int] = {}
    for name in TopologicalSorter({name: sorted(others) for name, others in before.items()}).static_order():
        waves[name] = 1 + max((waves[other] for other in before.get(name, ())), default=0)
    return waves


def stack_order(calls: Mapping[str, Collection[str]]) -> list[str]:
    """
    Return the stacks in the order of their releases: the platform, then those that are called, then callers.

    Stacks that call each other have no such order and go by name.
    """
    names = sorted(calls, key=lambda name: (name != "platform", name))
    try:
        waves = waves_of({name: frozenset(calls[name]) & calls.keys() - {name} for name in names})
    except CycleError:
        return names
    return sorted(names, key=lambda name: (name != "platform", waves[name], name))
