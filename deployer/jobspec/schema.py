"""
The shape of a block: which attributes and blocks it takes, of which type, and which rules it obeys.

The tables in ``deployer/jobspec/tables`` are written in these terms; ``structure.py`` applies them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

from deployer.jobspec.node import Complaint, Node

Rule: TypeAlias = Callable[[Node], Iterator[Complaint]]


class Kind(Enum):
    """What an attribute's value has to be convertible to."""

    STRING = auto()
    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    DURATION = auto()
    STRINGS = auto()
    INTEGERS = auto()
    STRING_MAP = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule:
    """
    One attribute.

    Attributes:
        kind: the type Nomad decodes it to.
        required: whether the decoder refuses the block without it.
        one_of: the only texts allowed, or empty.
        least: smallest number allowed; a duration's in nanoseconds.
        most: largest number allowed.
        nullable: whether ``null`` counts as not set (a pointer in Nomad's API type).
    """

    kind: Kind
    required: bool = False
    one_of: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockUse:
    """
    A block inside another.

    Attributes:
        rule: its shape.
        labels: how many labels it takes.
        many: whether it may be repeated.
        as_attribute: whether ``name = { … }`` is accepted in its place.
    """

    rule: "BlockRule"
    labels: int = 0
    many: bool = False
    as_attribute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRule:
    """
    The shape of one block.

    Attributes:
        attributes: by name.
        blocks: by type.
        free: the kind of every attribute, where names are free (``meta``, ``env``), else None.
        rules: what must hold between its parts.
    """

    attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    blocks: Mapping[str, BlockUse] = field(default_factory=dict)
    free: Kind | None = None
    rules: tuple[Rule, ...] = ()


def or_null(rules: Mapping[str, AttributeRule]) -> dict[str, AttributeRule]:
    """Return the attributes, each of which may also be null (a pointer in Nomad's API type)."""
    return {name: replace(rule, nullable=True) for name, rule in rules.items()}


def one(rule: BlockRule, *, labels: int = 0, as_attribute: bool = False) -> BlockUse:
    """Return the use of a block that may stand once."""
    return BlockUse(rule=rule, labels=labels, as_attribute=as_attribute)


def many(rule: BlockRule, *, labels: int = 0) -> BlockUse:
    """Return the use of a block that may be repeated."""
    return BlockUse(rule=rule, labels=labels, many=True)


def texts(*names: str) -> dict[str, AttributeRule]:
    """Return optional string attributes."""
    return dict.fromkeys(names, STRING)


def flags(*names: str) -> dict[str, AttributeRule]:
    """Return optional boolean attributes."""
    return dict.fromkeys(names, BOOLEAN)


def numbers(*names: str) -> dict[str, AttributeRule]:
    """Return optional integer attributes."""
    return dict.fromkeys(names, INTEGER)


def spans(*names: str) -> dict[str, AttributeRule]:
    """Return optional duration attributes."""
    return dict.fromkeys(names, DURATION)


def lists(*names: str) -> dict[str, AttributeRule]:
    """Return optional attributes that are lists of strings."""
    return dict.fromkeys(names, STRINGS)


def choice(*words: str) -> AttributeRule:
    """Return an optional string attribute with a fixed set of values."""
    return AttributeRule(kind=Kind.STRING, one_of=words)


STRING = AttributeRule(kind=Kind.STRING)
INTEGER = AttributeRule(kind=Kind.INTEGER)
NUMBER = AttributeRule(kind=Kind.NUMBER)
BOOLEAN = AttributeRule(kind=Kind.BOOLEAN)
DURATION = AttributeRule(kind=Kind.DURATION)
STRINGS = AttributeRule(kind=Kind.STRINGS, nullable=True)
INTEGERS = AttributeRule(kind=Kind.INTEGERS, nullable=True)
STRING_MAP = AttributeRule(kind=Kind.STRING_MAP, nullable=True)
ANY = AttributeRule(kind=Kind.ANY, nullable=True)

TEXT_MAP = BlockRule(free=Kind.STRING)
"""``meta``, ``env`` and their like: any names, values that become strings."""

FREE_MAP = BlockRule(free=Kind.ANY)
"""``config`` of unknown drivers, ``policy``: any names and values, blocks included."""
