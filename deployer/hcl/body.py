"""What an HCL file says, as frozen values with places; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""1-based line and column."""


@dataclass(frozen=True, slots=True)
class Expression:
    """
    Anything that is not a literal: a reference, a call, a conditional.

    Attributes:
        source: the expression's text without ``${`` and ``}``.
    """

    source: str


@dataclass(frozen=True, slots=True)
class Template:
    """A string with interpolations: literal texts and expressions in their order."""

    parts: tuple["str | Expression", ...]

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else f"${{{part.source}}}" for part in self.parts)


Value: TypeAlias = "None | bool | int | float | str | list[Value] | dict[str, Value] | Expression | Template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """
    ``name = value``.

    Attributes:
        places: where the items inside a list or object value stand, by their path from the value.
    """

    name: str
    value: Value
    line: int
    column: int
    places: Mapping[tuple[str | int, ...], Place] = field(default_factory=dict)

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the line of an item inside the value, or the nearest one around it."""
        while path:
            if path in self.places:
                return self.places[path][0]
            path = path[:-1]
        return self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """``type "label" … { body }``."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The attributes and blocks between two braces, or of a whole file."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def of_type(self, name: str) -> Iterator[Block]:
        """Yield the blocks of one type in their order."""
        return (block for block in self.blocks if block.type == name)

    def first(self, name: str) -> Block | None:
        """Return the first block of one type."""
        return next(self.of_type(name), None)

    def value(self, name: str) -> Value:
        """Return an attribute's value, or None where it is not set."""
        attribute = self.attributes.get(name)
        return None if attribute is None else attribute.value


def is_literal(value: Value) -> bool:
    """Say whether a value holds no expression, however deep."""
    match value:
        case Expression() | Template():
            return False
        case list():
            return all(is_literal(item) for item in value)
        case dict():
            return all(is_literal(item) for item in value.values())
        case _:
            return True
