"""
A fast, approximate Body from pygohcl (some twenty times faster than the exact parse).

Approximate: there are no places, expressions come as plain strings (``var.x``, or ``a-var.x`` for
``"a-${var.x}"``), and ``x = { … }`` looks like ``x { … }``. So a rule that is satisfied here may be
believed, unless the text assigns to a block's name; a rule that is broken here must be judged again
on `deployer.hcl.parse.parse_body`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deployer.hcl.body import Attribute, Block, Body
from deployer.hcl.parse import go_parser


@dataclass(frozen=True, slots=True)
class Shape:
    """
    Which names are blocks, since pygohcl's result does not say.

    Attributes:
        labels: how many labels the block has.
        blocks: the blocks inside.
    """

    labels: int = 0
    blocks: Mapping[str, "Shape"] = field(default_factory=dict)


class Ambiguous(Exception):
    """The quick result cannot be told from another one."""


def quick_body(text: str, shape: Shape) -> Body | None:
    """Return the Body of valid text, or None where only the exact parse can tell."""
    parser = go_parser()
    if parser is None:
        return None
    try:
        return _body(parser.loads(text), shape)
    except (Ambiguous, parser.HCLParseError):
        return None


def _body(data: Any, shape: Shape) -> Body:
    if not isinstance(data, dict):
        raise Ambiguous
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, value in data.items():
        inner = shape.blocks.get(name)
        if inner is None:
            attributes[name] = Attribute(name=name, value=value, line=0, column=0)
        else:
            blocks += _blocks(name, value, inner)
    return Body(attributes=attributes, blocks=tuple(blocks))


def _blocks(name: str, value: Any, shape: Shape) -> Iterator[Block]:
    for labels, leaf in _labelled(value, shape.labels, ()):
        for data in leaf if isinstance(leaf, list) else [leaf]:
            yield Block(type=name, labels=labels, body=_body(data, shape), line=0, column=0)


def _labelled(value: Any, depth: int, labels: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if depth == 0:
        yield labels, value
        return
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict) or not part:
            raise Ambiguous
        for label, inner in part.items():
            yield from _labelled(inner, depth - 1, (*labels, label))
