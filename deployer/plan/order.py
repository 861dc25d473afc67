"""Dependencies → waves; pure."""

from collections.abc import Mapping
from graphlib import TopologicalSorter


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
