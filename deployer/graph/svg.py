"""
A graph as an SVG picture: no script, no font and no file from elsewhere; pure.

It has a background of its own, and colours for light and dark pages. What colour says is also said
by a word or a line's dashes, and the description tells the whole of it to who cannot see.
"""

from collections.abc import Mapping
from html import escape
from itertools import pairwise

from deployer.graph.card import BADGE_SIZE, ICON, LINE_SIZE, LINE_STEP, PADDING, TITLE_SIZE, Card, cards
from deployer.graph.layout import Arrow, Box, Layout, Point, lay_out
from deployer.graph.legend import legend
from deployer.graph.model import Graph
from deployer.graph.palette import STYLE
from deployer.graph.prose import description
from deployer.graph.text_width import text_width

_MARGIN = 28.0
_HEADER = 64.0
_TITLE = 20.0
_LEGEND_GAP = 26.0
_HEADS = ("call", "after")


def svg(graph: Graph) -> str:
    """Return the text of the picture; equal graphs give equal text."""
    texts = cards(graph)
    layout = lay_out(graph, {name: card.size for name, card in texts.items()})
    title = f"{graph.project} · {graph.environment}"
    widest = max(layout.width, text_width(title, _TITLE, bold=True), text_width(graph.summary, 13))
    keys, keys_height = legend(graph, widest)
    top = _MARGIN + _HEADER
    width = round(widest + 2 * _MARGIN)
    height = round(top + layout.height + _LEGEND_GAP + keys_height + _MARGIN)
    lines = [
        *_opened(width, height, title, description(graph)),
        f'<text class="heading" x="{_n(_MARGIN)}" y="48">{escape(title)}</text>',
        f'<text class="summary" x="{_n(_MARGIN)}" y="70">{escape(graph.summary)}</text>',
        *_moved(top, _drawn(layout, texts)),
        *_moved(top + layout.height + _LEGEND_GAP, keys),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _opened(width: int, height: int, title: str, words: str) -> list[str]:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    names = 'role="img" aria-labelledby="graph-title graph-description"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {names}>',
        f'<title id="graph-title">{escape(title)}</title>',
        f'<desc id="graph-description">{escape(words)}</desc>',
        f"<style>{STYLE}</style>",
        "<defs>",
        *(_head(kind) for kind in _HEADS),
        "</defs>",
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="14"/>',
    ]


def _moved(down: float, lines: list[str]) -> list[str]:
    return [f'<g transform="translate({_n(_MARGIN)} {_n(down)})">', *lines, "</g>"]


def _drawn(layout: Layout, texts: Mapping[str, Card]) -> list[str]:
    lines = []
    for name, box in layout.stacks.items():
        lines.append(f'<rect class="stack" {_rectangle(box)} rx="12"/>')
        lines.append(f'<text class="stack-name" x="{_n(box.x + 18)}" y="{_n(box.y + 26)}">{escape(name)}</text>')
    lines += [_arrow(arrow) for arrow in layout.arrows]
    for name, card in texts.items():
        lines += _box(layout.boxes[name], card)
    return lines


def _head(kind: str) -> str:
    return (
        f'<marker id="head-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        ' orient="auto">'
        f'<path class="head-{kind}" d="M0 0.8 L10 5 L0 9.2 z"/></marker>'
    )


def _arrow(arrow: Arrow) -> str:
    kind = "after" if arrow.edge.kind == "after" else "call"
    path = [f"M{_p(arrow.points[0])}"]
    for number, (start, end) in enumerate(pairwise(arrow.points)):
        # Gaps and columns take turns: a curve, then a straight line.
        path.append(f"L{_p(end)}" if number % 2 else _curve(start, end))
    return f'<path class="edge {kind}" marker-end="url(#head-{kind})" d="{" ".join(path)}"/>'


def _curve(start: Point, end: Point) -> str:
    if start[1] == end[1]:
        return f"L{_p(end)}"
    middle = (start[0] + end[0]) / 2
    return f"C{_p((middle, start[1]))} {_p((middle, end[1]))} {_p(end)}"


def _box(box: Box, card: Card) -> list[str]:
    left, base = box.x + PADDING, box.y + 28
    lines = [
        f'<g class="{card.look}">',
        f'<rect class="box" {_rectangle(box)} rx="10"/>',
        _text("title", left, base, card.title, TITLE_SIZE),
    ]
    if card.badge:
        lines += _badge(box, card)
    base += 24
    for line in (card.url, *card.lines):
        if line:
            lines.append(_text("url" if line == card.url else "line", left, base, line, LINE_SIZE))
            base += LINE_STEP
    return [*lines, "</g>"]


def _badge(box: Box, card: Card) -> list[str]:
    left, top = box.x + box.width - card.badge_width - 10, box.y + 12
    return [
        f'<rect class="badge" x="{_n(left)}" y="{_n(top)}" width="{_n(card.badge_width)}" height="20" rx="10"/>',
        f'<g class="icon" transform="translate({_n(left + 7)} {_n(top + 4)})">{_ICONS[card.look]}</g>',
        _text("badge-text", left + (card.badge_width + ICON + 6) / 2, top + 14, card.badge, BADGE_SIZE),
    ]


_GLOBE = '<circle cx="6" cy="6" r="5"/><ellipse cx="6" cy="6" rx="2.2" ry="5"/><path d="M1 6h10"/>'
_LOCK = '<rect x="2" y="5.2" width="8" height="5.8" rx="1.2"/><path d="M3.8 5.2V3.6a2.2 2.2 0 0 1 4.4 0v1.6"/>'
_DOOR = '<path d="M1 6h7M5.4 3l3 3-3 3M8 1h3v10h-3"/>'
_ONCE = '<path d="M3 1.5l7 4.5-7 4.5z"/>'
_ICONS = {"public": _GLOBE, "private": _LOCK, "ingress": _DOOR, "batch": _ONCE, "outside": ""}


def _text(kind: str, x: float, y: float, text: str, size: float) -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}">{escape(text)}</text>'


def _rectangle(box: Box) -> str:
    return f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    """Write a number with at most one decimal, so that the text does not hang on rounding."""
    return f"{round(number, 1):g}"
