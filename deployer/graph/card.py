"""What is written on each box of the picture, and how much room that takes; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from deployer.graph.model import INGRESS, INTERNET, AppNode, Graph
from deployer.graph.text_width import text_width

PADDING = 16.0
TITLE_SIZE = 15.0
BADGE_SIZE = 10.5
LINE_SIZE = 12.5
LINE_STEP = 19.0
ICON = 12.0
_TOP = 44.0
_LEAST_WIDTH = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    The text of one box.

    Attributes:
        look: style of the box: outside, ingress, public, private or batch.
        badge: a word in its corner, with the icon of its look.
        url: its first line, set apart as an address.
    """

    title: str
    look: str
    badge: str
    url: str
    lines: tuple[str, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height that hold the text in any usual font."""
        head = text_width(self.title, TITLE_SIZE, bold=True)
        if self.badge:
            head += 18 + self.badge_width
        texts = [text_width(line, LINE_SIZE) for line in (self.url, *self.lines)]
        rows = len(self.lines) + bool(self.url)
        height = _TOP + rows * LINE_STEP + (4 if rows else 0)
        return ceil(max(_LEAST_WIDTH, head + 2 * PADDING, *(text + 2 * PADDING for text in texts))), height

    @property
    def badge_width(self) -> float:
        """Width of the badge with its icon."""
        return ceil(text_width(self.badge, BADGE_SIZE, bold=True) + ICON + 20)


def cards(graph: Graph) -> Mapping[str, Card]:
    """Return node id → card."""
    return _outside(graph) | {app.id: _card(app) for app in graph.apps}


def _outside(graph: Graph) -> dict[str, Card]:
    if not graph.ingress:
        return {}
    entrypoints = sorted({app.entrypoint for app in graph.apps if app.public})
    noun = "entrypoint" if len(entrypoints) == 1 else "entrypoints"
    lines = (f"{noun} {', '.join(entrypoints)}", "speaks the mesh's mTLS itself")
    return {
        INTERNET: Card(title="Internet", look="outside", badge="", url="", lines=("anyone",)),
        INGRESS: Card(title=graph.ingress, look="ingress", badge="ingress", url="", lines=lines),
    }


def _card(app: AppNode) -> Card:
    badge = "runs once" if app.exposure == "batch" else app.exposure
    return Card(title=app.name, look=app.exposure, badge=badge, url=app.url, lines=app.facts)
