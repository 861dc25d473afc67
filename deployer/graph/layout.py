"""Layers → coordinates in pixels: boxes, the stacks around them, and the arrows between; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from deployer.graph.layers import Chain, Layers, layered
from deployer.graph.model import INGRESS, INTERNET, Edge, Graph
from deployer.graph.spacing import spaced

Size = tuple[float, float]
Point = tuple[float, float]

LEAST_GAP = 76.0
_GAP_PER_ARROW = 5.0
ROW_GAP = 26.0
BEND_HEIGHT = 2.0
STACK_PADDING = 20.0
STACK_TITLE = 30.0
STACK_GAP = 24.0
_PORT_STEP = 16.0
_PASSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """
    The way of an edge.

    Attributes:
        points: start, then entry and exit of each column it passes, then end: pairs are joined by
            curves in the gaps and by straight lines inside the columns.
    """

    edge: Edge
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything is; `boxes` by node id, `stacks` by name, in the order they are drawn."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    stacks: Mapping[str, Box]
    arrows: tuple[Arrow, ...]


def lay_out(graph: Graph, size_of: Mapping[str, Size]) -> Layout:
    """
    Place a graph.

    Args:
        size_of: node id → width and height of its box.
    """
    layers = layered(graph)
    lefts, widths = _columns(layers, size_of)
    middles, stacks, whole = _rows(graph, layers, size_of)
    places = {
        name: Box(x=lefts[column], y=middles[name] - height / 2, width=widths[column], height=height)
        for name, column in layers.columns.items()
        for height in [size_of[name][1] if name in size_of else 0.0]
    }
    first, last = _stack_columns(graph, layers)
    left = lefts[first] - STACK_PADDING
    right = lefts[last] + widths[last] + STACK_PADDING
    return Layout(
        width=right,
        height=whole,
        boxes={name: places[name] for name in size_of},
        stacks={name: Box(x=left, y=top, width=right - left, height=tall) for name, (top, tall) in stacks.items()},
        arrows=_arrows(layers.chains, places),
    )


def _stack_columns(graph: Graph, layers: Layers) -> tuple[int, int]:
    columns = [layers.columns[app.id] for app in graph.apps]
    return min(columns, default=0), max(columns, default=0)


def _columns(layers: Layers, size_of: Mapping[str, Size]) -> tuple[list[float], list[float]]:
    """Return left edge and width of every column."""
    count = max(layers.columns.values(), default=0) + 1
    widths = [
        max((size[0] for name, size in size_of.items() if layers.columns[name] == column), default=0.0)
        for column in range(count)
    ]
    lefts = [0.0]
    for column, width in enumerate(widths[:-1]):
        lefts.append(lefts[-1] + width + LEAST_GAP + _GAP_PER_ARROW * _arrows_after(column, layers))
    # Without an ingress the first column is inside a stack, which needs its padding.
    shift = 0.0 if INGRESS in size_of else STACK_PADDING
    return [left + shift for left in lefts], widths


def _arrows_after(column: int, layers: Layers) -> int:
    return sum(layers.columns[stop] == column for chain in layers.chains for stop in chain.stops[:-1])


def _rows(
    graph: Graph, layers: Layers, size_of: Mapping[str, Size]
) -> tuple[dict[str, float], dict[str, tuple[float, float]], float]:
    """Return the middle of every node and bend, top and height of every stack, and the whole height."""
    middles: dict[str, float] = {}
    stacks: dict[str, tuple[float, float]] = {}
    top = 0.0
    heights = {name: size[1] for name, size in size_of.items()}
    for stack in graph.stacks:
        own = _middles_in(stack, layers, heights)
        upper = min(middle - heights.get(name, BEND_HEIGHT) / 2 for name, middle in own.items())
        lower = max(middle + heights.get(name, BEND_HEIGHT) / 2 for name, middle in own.items())
        shift = top + STACK_TITLE + STACK_PADDING - upper
        middles |= {name: middle + shift for name, middle in own.items()}
        stacks[stack] = (top, STACK_TITLE + 2 * STACK_PADDING + lower - upper)
        top += stacks[stack][1] + STACK_GAP
    height = max(0.0, top - STACK_GAP)
    if graph.ingress:
        routes = [middles[edge.target] for edge in graph.edges if edge.kind == "route"]
        middles[INGRESS] = middles[INTERNET] = sum(routes) / len(routes)
    return middles, stacks, height


def _middles_in(stack: str, layers: Layers, heights: Mapping[str, float]) -> dict[str, float]:
    columns = {column: names for (own, column), names in layers.order.items() if own == stack}
    middles = {
        name: middle for names in columns.values() for name, middle in zip(names, _column(names, heights), strict=True)
    }
    neighbours: dict[str, list[str]] = {}
    for chain in layers.chains:
        for one, other in pairwise(chain.stops):
            if one in middles and other in middles:
                neighbours.setdefault(one, []).append(other)
                neighbours.setdefault(other, []).append(one)
    for number in range(_PASSES):
        for column in sorted(columns, reverse=bool(number % 2)):
            names = columns[column]
            middles |= zip(names, _column(names, heights, _wanted(names, middles, neighbours)), strict=True)
    return middles


def _wanted(names: Sequence[str], middles: Mapping[str, float], neighbours: Mapping[str, Sequence[str]]) -> list[float]:
    """Return where each would be on one height with what it is joined to."""
    near = [[middles[other] for other in neighbours.get(name, ())] or [middles[name]] for name in names]
    return [sum(heights) / len(heights) for heights in near]


def _column(names: Sequence[str], heights: Mapping[str, float], wanted: Sequence[float] = ()) -> list[float]:
    sizes = [heights.get(name, BEND_HEIGHT) for name in names]
    return spaced(wanted or [0.0] * len(names), sizes, ROW_GAP)


def _arrows(chains: Sequence[Chain], places: Mapping[str, Box]) -> tuple[Arrow, ...]:
    starts = _ports(chains, places, lambda chain: (chain.stops[0], chain.stops[1]))
    ends = _ports(chains, places, lambda chain: (chain.stops[-1], chain.stops[-2]))
    arrows = []
    for number, chain in enumerate(chains):
        first, last = places[chain.stops[0]], places[chain.stops[-1]]
        points = [(first.x + first.width, starts[number])]
        for lane in (places[stop] for stop in chain.stops[1:-1]):
            points += [(lane.x, lane.y), (lane.x + lane.width, lane.y)]
        points.append((last.x, ends[number]))
        arrows.append(Arrow(edge=chain.edge, points=tuple(reversed(points) if chain.backward else points)))
    return tuple(arrows)


def _ports(
    chains: Sequence[Chain], places: Mapping[str, Box], ends_of: Callable[[Chain], tuple[str, str]]
) -> dict[int, float]:
    """Spread the arrows along one side of each box, in the order of where they go."""
    sides: dict[str, list[tuple[float, int]]] = {}
    for number, chain in enumerate(chains):
        here, there = ends_of(chain)
        sides.setdefault(here, []).append((places[there].middle, number))
    result: dict[int, float] = {}
    for name, ends in sides.items():
        step = min(_PORT_STEP, (places[name].height - 16) / len(ends))
        for row, (_, number) in enumerate(sorted(ends)):
            result[number] = places[name].middle + (row - (len(ends) - 1) / 2) * step
    return result
