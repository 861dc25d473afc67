from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from deployer.graph.card import cards
from deployer.graph.layout import Arrow, Box, lay_out
from deployer.graph.model import AppNode, Edge, Graph, graph_of
from deployer.graph.spacing import spaced
from deployer.project.resolve import Resolved


def _a_node(number: int, *, public: bool) -> AppNode:
    stack = f"stack{number % 3}"
    return AppNode(
        id=f"{stack}/app{number}",
        name=f"app{number}",
        stack=stack,
        kind="service",
        service=f"app{number}",
        url="https://a.example" if public else "",
        entrypoint="websecure",
        made_by="service",
        driver="docker",
        port=80,
        least=1,
        most=1,
        target="",
    )


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph, circles between stacks included."""
    count = draw(st.integers(1, 9))
    public = draw(st.sets(st.integers(0, count - 1), max_size=4))
    nodes = tuple(_a_node(number, public=number in public) for number in range(count))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    calls = sorted(draw(st.sets(pairs, max_size=14)))
    outside = [Edge(source="internet", target="ingress", kind="visit")] if public else []
    routes = [Edge(source="ingress", target=node.id, kind="route") for node in nodes if node.public]
    edges = [Edge(source=nodes[one].id, target=nodes[other].id, kind="call") for one, other in calls]
    return Graph(
        project="any",
        environment="prod",
        ingress="traefik" if public else "",
        stacks=dict.fromkeys(sorted({node.stack for node in nodes}), ""),
        apps=nodes,
        edges=(*outside, *routes, *edges),
        intentions=(),
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x
        and inner.y >= outer.y
        and inner.x + inner.width <= outer.x + outer.width + 0.01
        and inner.y + inner.height <= outer.y + outer.height + 0.01
    )


def _spans(arrow: Arrow) -> Sequence[Box]:
    """The rectangles in which an arrow is drawn: a curve stays between its ends."""
    return [
        Box(x=min(a[0], b[0]), y=min(a[1], b[1]), width=abs(a[0] - b[0]), height=abs(a[1] - b[1]))
        for a, b in pairwise(arrow.points)
    ]


@given(graphs())
def test_boxes_stay_apart_and_inside_their_stack(graph: Graph) -> None:
    layout = lay_out(graph, {name: card.size for name, card in cards(graph).items()})

    assert not [pair for pair in combinations(layout.boxes.values(), 2) if _overlap(*pair)]
    assert not [pair for pair in combinations(layout.stacks.values(), 2) if _overlap(*pair)]
    assert all(_inside(layout.boxes[app.id], layout.stacks[app.stack]) for app in graph.apps)
    assert all(box.x >= 0 and box.x + box.width <= layout.width for box in layout.boxes.values())
    assert all(box.y + box.height <= layout.height + 0.01 for box in layout.boxes.values())


@given(graphs())
def test_no_arrow_runs_across_a_box(graph: Graph) -> None:
    layout = lay_out(graph, {name: card.size for name, card in cards(graph).items()})

    crossed = [
        (arrow.edge, name)
        for arrow in layout.arrows
        for name, box in layout.boxes.items()
        for span in _spans(arrow)
        if _overlap(span, box)
    ]

    assert crossed == []


@given(graphs())
def test_every_edge_is_drawn_from_its_source_to_its_target(graph: Graph) -> None:
    layout = lay_out(graph, {name: card.size for name, card in cards(graph).items()})

    assert [arrow.edge for arrow in layout.arrows] == list(graph.edges)
    for arrow in layout.arrows:
        for name, (x, y) in ((arrow.edge.source, arrow.points[0]), (arrow.edge.target, arrow.points[-1])):
            box = layout.boxes[name]
            assert x in (box.x, box.x + box.width)
            assert box.y <= y <= box.y + box.height


def test_callers_are_left_of_what_they_call(shop: Callable[[], Resolved]) -> None:
    graph = graph_of(shop())
    layout = lay_out(graph, {name: card.size for name, card in cards(graph).items()})

    lefts = [
        layout.boxes[name].x for name in ("internet", "ingress", "shop/web", "shop/orders", "shop/migrate", "data/db")
    ]

    assert lefts == sorted(set(lefts))


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(1, 90)), max_size=8), st.floats(0, 40))
def test_a_column_keeps_its_order_and_its_gaps(items: list[tuple[float, float]], gap: float) -> None:
    middles = spaced([want for want, _ in items], [size for _, size in items], gap)

    for (upper, upper_size), (lower, lower_size) in pairwise(zip(middles, (size for _, size in items), strict=True)):
        assert lower - lower_size / 2 >= upper + upper_size / 2 + gap - 1e-6


def test_what_has_room_is_where_it_wants_to_be() -> None:
    assert spaced([0.0, 100.0, 300.0], [50.0, 50.0, 50.0], 20.0) == [0.0, 100.0, 300.0]


def test_what_is_too_near_shares_the_shift() -> None:
    assert spaced([100.0, 100.0], [50.0, 50.0], 10.0) == [70.0, 130.0]
