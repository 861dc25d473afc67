"""
Which column every node of a graph is in, and in which order the columns hold them; pure.

The internet is at the left and whatever is called last at the right. An edge over several columns
gets a bend in each column between, so that it has a way of its own past the boxes there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from deployer.graph.model import INGRESS, INTERNET, Edge, Graph

_SWEEPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """
    The way of an edge: ids from left to right, bends between.

    Attributes:
        backward: the edge points from right to left, which a circle of calls makes necessary.
    """

    edge: Edge
    stops: tuple[str, ...]
    backward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """
    Nodes and bends in their columns.

    Attributes:
        columns: id → column, bends included.
        order: (stack, column) → ids from top to bottom; the internet and the ingress are in none.
        bends: ids that are no nodes.
    """

    columns: Mapping[str, int]
    chains: tuple[Chain, ...]
    order: Mapping[tuple[str, int], tuple[str, ...]]
    bends: frozenset[str]


def layered(graph: Graph) -> Layers:
    """Return the columns of a graph and a good order in each."""
    columns = _columns(graph)
    stack_of = {app.id: app.stack for app in graph.apps}
    chains = [_chain(edge, columns, stack_of) for edge in graph.edges]
    bends = frozenset(stop for chain in chains for stop in chain.stops[1:-1])
    order: dict[tuple[str, int], list[str]] = {}
    for name in sorted(stack_of, key=lambda name: (name in bends, name)):
        order.setdefault((stack_of[name], columns[name]), []).append(name)
    return Layers(columns=columns, chains=tuple(chains), order=_untangled(order, chains), bends=bends)


def _columns(graph: Graph) -> dict[str, int]:
    """Place every app one column right of the last one that points to it."""
    first = 2 if graph.ingress else 0
    outside = {INTERNET: 0, INGRESS: 1} if graph.ingress else {}
    sources: dict[str, list[str]] = {app.id: [] for app in graph.apps}
    for edge in graph.edges:
        if edge.source in sources and edge.target in sources:
            sources[edge.target].append(edge.source)
    found: dict[str, int] = {}
    for name in sources:
        _column(name, sources, found, frozenset())
    return outside | {name: first + column for name, column in found.items()}


def _column(name: str, sources: Mapping[str, Sequence[str]], found: dict[str, int], above: frozenset[str]) -> int:
    if name not in found:
        # One of our own callers again: the circle is cut here, and that edge drawn backward.
        callers = [source for source in sources[name] if source not in above | {name}]
        columns = [_column(source, sources, found, above | {name}) for source in callers]
        found[name] = max(columns, default=-1) + 1
    return found[name]


def _chain(edge: Edge, columns: dict[str, int], stack_of: dict[str, str]) -> Chain:
    backward = columns[edge.source] > columns[edge.target]
    left, right = (edge.target, edge.source) if backward else (edge.source, edge.target)
    between = []
    for column in range(columns[left] + 1, columns[right]):
        bend = f"{left} > {right} {edge.kind} @{column}"
        columns[bend], stack_of[bend] = column, stack_of[right]
        between.append(bend)
    return Chain(edge=edge, stops=(left, *between, right), backward=backward)


def _untangled(
    order: Mapping[tuple[str, int], Sequence[str]], chains: Sequence[Chain]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """Sweep left and right, each column sorted by its neighbours' middle; the fewest crossings win."""
    current = {place: tuple(names) for place, names in order.items()}
    best, fewest = current, _crossings(current, chains)
    for sweep in range(_SWEEPS):
        rightward = sweep % 2 == 0
        neighbours = _neighbours(chains, rightward=rightward)
        for place in sorted(current, key=lambda place: place[1], reverse=not rightward):
            current = {**current, place: _sorted_by_middle(current, place, neighbours)}
        crossings = _crossings(current, chains)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _neighbours(chains: Sequence[Chain], *, rightward: bool) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for chain in chains:
        for left, right in pairwise(chain.stops):
            near, far = (left, right) if rightward else (right, left)
            result.setdefault(far, []).append(near)
    return result


def _sorted_by_middle(
    order: Mapping[tuple[str, int], tuple[str, ...]], place: tuple[str, int], neighbours: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    rows = {name: row for (stack, _), names in order.items() if stack == place[0] for row, name in enumerate(names)}

    def middle(name: str) -> float:
        near = [rows[other] for other in neighbours.get(name, ()) if other in rows]
        return sum(near) / len(near) if near else rows[name]

    return tuple(sorted(order[place], key=lambda name: (middle(name), rows[name])))


def _crossings(order: Mapping[tuple[str, int], Sequence[str]], chains: Sequence[Chain]) -> int:
    at = {name: (stack, column, row) for (stack, column), names in order.items() for row, name in enumerate(names)}
    gaps: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for chain in chains:
        for left, right in pairwise(chain.stops):
            if left in at and right in at and at[left][0] == at[right][0]:
                gaps.setdefault(at[left][:2], []).append((at[left][2], at[right][2]))
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for pairs in gaps.values()
        for one, other in combinations(pairs, 2)
    )
