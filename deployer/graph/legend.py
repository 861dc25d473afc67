"""What the picture's lines mean, in rows under it; pure."""

from deployer.graph.model import Graph
from deployer.graph.text_width import text_width

_SIZE = 13.0
_SAMPLE = 44.0
_BETWEEN = 28.0
_ROW = 24.0


def legend(graph: Graph, width: float) -> tuple[list[str], float]:
    """Return the lines of SVG that explain the arrows in `graph`, within `width`, and their height."""
    lines: list[str] = []
    x, y = 0.0, 8.0
    for kind, words in _keys(graph):
        sample = _SAMPLE + 10 if kind else 0.0
        needed = sample + text_width(words, _SIZE)
        if x and x + needed > width:
            x, y = 0.0, y + _ROW
        if kind:
            lines.append(
                f'<path class="edge {kind}" marker-end="url(#head-{kind})" d="M{x:g} {y:g} L{x + _SAMPLE:g} {y:g}"/>'
            )
        lines.append(f'<text class="key" x="{x + sample:g}" y="{y + 4.5:g}">{words}</text>')
        x = round(x + needed + _BETWEEN, 1)
    return lines, y + 8


def _keys(graph: Graph) -> list[tuple[str, str]]:
    keys = [("call", "may connect: an intention, over mTLS")]
    if any(edge.kind == "after" for edge in graph.edges):
        keys.append(("after", "starts after"))
    return [*keys, ("", "No arrow: denied.")]
