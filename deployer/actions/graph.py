"""A resolved environment → its graph in one of the formats, offline."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deployer.graph.dot import dot
from deployer.graph.html import html
from deployer.graph.mermaid import mermaid
from deployer.graph.model import Graph
from deployer.graph.svg import svg

FORMATS: Mapping[str, Callable[[Graph], str]] = {"mermaid": mermaid, "dot": dot, "svg": svg, "html": html}
"""Format → what draws it."""

_SUFFIXES = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".html": "html"}


def draw_graph(graph: Graph, form: str) -> str:
    """Return the graph as text in a format of `FORMATS`."""
    return FORMATS[form](graph)


def format_for(path: Path | None) -> str:
    """Return the format that a file's name means; Mermaid where it means none."""
    return _SUFFIXES.get(path.suffix.lower(), "mermaid") if path else "mermaid"
