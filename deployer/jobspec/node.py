"""
A block of a job with its surroundings, as the rules read it; pure.

Rules read through `text`, `whole`, `flag` and `span`: they return None for anything that is known
only later (a variable, a function), so that a rule can stay silent about it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from deployer.hcl.body import Attribute, Body, Expression, Template, Value
from deployer.jobspec.durations import nanoseconds

LABEL_LATER: Final = "${}"
"""The label of a block that a ``dynamic`` block names by an expression."""

NO_ATTRIBUTES: Final[Mapping[str, Attribute]] = {}
_TRAVERSAL = re.compile(r"([A-Za-z_][\w-]*)(?:\.[\w*-]+|\[[^\[\]]*\])*")
_EVALUATED = frozenset({"var", "local"})


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong and where, before the file's name is known."""

    line: int
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Node:
    """
    A block.

    Attributes:
        type: the block's type.
        labels: its labels.
        line: 1-based, 0 where the fast reader made it.
        values: its attributes' values; strings that Nomad interpolates at run time keep their ``${…}``.
        attributes: the same with their places; empty where the fast reader made it.
        children: its blocks by type, in their order.
        parent: the block around it, None for the job.
    """

    type: str
    labels: tuple[str, ...]
    line: int
    values: Mapping[str, Value]
    attributes: Mapping[str, Attribute]
    children: dict[str, list["Node"]]
    parent: "Node | None"

    @property
    def name(self) -> str:
        """The first label, or an empty string."""
        return self.labels[0] if self.labels else ""

    @property
    def key(self) -> str:
        """Where the block stands, as in ``job/web/group/api/task/server``."""
        own = "/".join((self.type, *self.labels))
        around = self.parent.key if self.parent is not None else ""
        return f"{around}/{own}" if around else own

    def complain(self, message: str, attribute: str = "", item: int | str | None = None) -> Complaint:
        """Return a complaint about this block, one of its attributes, or an item in that."""
        key = "/".join(filter(None, (self.key, attribute)))
        found = self.attributes.get(attribute)
        if found is None:
            return Complaint(self.line, key, message)
        return Complaint(found.line if item is None else found.line_of((item,)), key, message)

    def all(self, *path: str) -> Iterator["Node"]:
        """Yield the blocks at a path of types, such as ``all("service", "check")``."""
        if not path:
            yield self
            return
        for child in self.children.get(path[0], ()):
            yield from child.all(*path[1:])

    def first(self, type_: str) -> "Node | None":
        """Return the first block of a type."""
        found = self.children.get(type_)
        return found[0] if found else None

    def up(self, type_: str) -> "Node | None":
        """Return the nearest block of a type around this one."""
        node = self.parent
        while node is not None and node.type != type_:
            node = node.parent
        return node

    def has(self, name: str) -> bool:
        """Say whether an attribute is set to something other than null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str | None:
        """Return an attribute as a string; None if it is not known yet."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) else None

    def whole(self, name: str, default: int) -> int | None:
        """Return an attribute as an integer; None if it is not known yet or no integer."""
        value = self.values.get(name)
        return default if value is None else integer(value)

    def flag(self, name: str, *, default: bool = False) -> bool | None:
        """Return an attribute as a boolean; None if it is not known yet or no boolean."""
        value = self.values.get(name)
        return default if value is None else boolean(value)

    def span(self, name: str, default: int) -> int | None:
        """Return a duration in nanoseconds; None if it is not known yet or no duration."""
        value = self.values.get(name)
        if value is None:
            return default
        return nanoseconds(value) if isinstance(value, str) else integer(value)

    def items(self, name: str) -> list[Value]:
        """Return a list attribute's items; empty if it is not set or not known yet."""
        value = self.values.get(name)
        return value if isinstance(value, list) else []


def integer(value: Value) -> int | None:
    """Return what HCL converts to an integer, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+(\.0*)?", value):
        return int(value.partition(".")[0])
    return None


def boolean(value: Value) -> bool | None:
    """Return what HCL converts to a boolean, else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value)
    return None


def node_of(type_: str, labels: tuple[str, ...], body: Body, line: int, *, parent: Node | None = None) -> Node:
    """Return the node of a block and all below it; ``dynamic`` blocks become what they make."""
    return _grow(type_, labels, body, (line, parent), frozenset())


def _grow(
    type_: str, labels: tuple[str, ...], body: Body, place: tuple[int, Node | None], iterators: frozenset[str]
) -> Node:
    line, parent = place
    values = {name: resolved(attribute.value, iterators) for name, attribute in body.attributes.items()}
    children: dict[str, list[Node]] = {}
    node = Node(type_, labels, line, values, body.attributes, children, parent)
    for block in body.blocks:
        inner, inner_labels, inner_type, scope = block.body, block.labels, block.type, iterators
        content = block.body.first("content") if block.type == "dynamic" else None
        if content is not None and block.labels:
            inner_type, inner = block.labels[0], content.body
            inner_labels = _dynamic_labels(block.body)
            scope = iterators | {_iterator(block.body, inner_type)}
        grown = _grow(inner_type, inner_labels, inner, (block.line, node), scope)
        children.setdefault(inner_type, []).append(grown)
    return node


def _dynamic_labels(body: Body) -> tuple[str, ...]:
    labels = body.value("labels")
    if isinstance(labels, list):
        # A label made by an expression differs each time.
        return tuple(label if isinstance(label, str) else LABEL_LATER for label in labels)
    return ()


def _iterator(body: Body, default: str) -> str:
    chosen = body.value("iterator")
    return chosen.source if isinstance(chosen, Expression) else default


def resolved(value: Value, iterators: frozenset[str]) -> Value:
    """
    Return a value with the references that Nomad leaves for run time as text.

    Source: ``jobspec2/types.config.go``, EvalContext: a traversal that is no variable, local or
    iterator becomes the string ``${…}`` again.
    """
    if isinstance(value, Expression):
        return f"${{{value.source}}}" if _is_for_run_time(value.source, iterators) else value
    if isinstance(value, Template):
        return _resolved_template(value, iterators)
    if isinstance(value, list):
        return [resolved(item, iterators) for item in value]
    if isinstance(value, dict):
        return {name: resolved(item, iterators) for name, item in value.items()}
    return value


def _resolved_template(template: Template, iterators: frozenset[str]) -> Value:
    expressions = [part for part in template.parts if isinstance(part, Expression)]
    if all(_is_for_run_time(part.source, iterators) for part in expressions):
        return str(template)
    # A template of one interpolation alone has that expression's type.
    return expressions[0] if len(template.parts) == 1 else template


def _is_for_run_time(source: str, iterators: frozenset[str]) -> bool:
    found = _TRAVERSAL.fullmatch(source)
    return found is not None and found[1] not in _EVALUATED and found[1] not in iterators
