"""
The types of configuration values, and how a value is made to conform; pure.

The type language is Terraform's and nomad-pack's: ``string``, ``number``, ``bool``, ``any``,
``list(T)``, ``set(T)``, ``map(T)``, ``object({name = T, other = optional(T, default)})``.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from deployer.finding import did_you_mean
from deployer.secret import Secret, SecretReference

Path: TypeAlias = tuple[str | int, ...]
Problem: TypeAlias = tuple[Path, str]
"""Where inside a value, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """``string``, ``number``, ``integer``, ``bool``, ``duration``, ``secret`` or ``any``."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, or a set (``unique``)."""

    item: "Type"
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    What a text must look like.

    Attributes:
        expression: regular expression for the whole text, of the syntax that Python and ECMA 262 share.
        words: the same for people; completes "is not …".
    """

    expression: str
    words: str

    def refusal(self, text: str) -> str:
        """Say that the text does not look like it, or return an empty string where it does."""
        return "" if re.fullmatch(self.expression, text) else f"{text!r} is not {self.words}"


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with any keys, or with keys of one pattern."""

    item: "Type"
    keys: Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    One named value of an object, or one variable of a pack.

    Attributes:
        required: there is no default and it must be set.
        default: what it is where it is not set.
        choices: the only values taken, or empty for any.
        minimum: the least number taken.
        maximum: the greatest number taken.
        pattern: what a text must look like.
        validations: HCL conditions on ``var.<name>`` with their messages.
    """

    type: "Type"
    description: str = ""
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: Pattern | None = None
    validations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object with known keys."""

    fields: Mapping[str, Field] = field(default_factory=dict)


Type: TypeAlias = Primitive | ListOf | MapOf | ObjectOf

STRING = Primitive("string")
NUMBER = Primitive("number")
INTEGER = Primitive("integer")
BOOL = Primitive("bool")
ANY = Primitive("any")
SECRET = Primitive("secret")
DURATION_TEXT = Primitive("duration")

DURATION = re.compile(r"^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$")


def describe(kind: Type) -> str:
    """Return the type as it is written in variables.hcl."""
    match kind:
        case Primitive():
            return kind.name
        case ListOf():
            return f"{'set' if kind.unique else 'list'}({describe(kind.item)})"
        case MapOf():
            return f"map({describe(kind.item)})"
        case ObjectOf():
            inner = ", ".join(
                f"{name} = {describe(f.type) if f.required else f'optional({describe(f.type)})'}"
                for name, f in kind.fields.items()
            )
            return f"object({{{inner}}})"


def conform(value: Any, kind: Type, path: Path, problems: list[Problem]) -> Any:
    """
    Return `value` converted to its type, with defaults filled in.

    Numbers and booleans become strings where a string is wanted and the other way round, as HCL
    does. What does not fit is added to `problems` and becomes None, so that every value that is
    returned has its type. A map's item that is null is left out: a layer unsets it so.
    """
    if value is None:
        return None
    match kind:
        case Primitive():
            return _primitive(value, kind, path, problems)
        case ListOf():
            if not isinstance(value, list | tuple):
                problems.append((path, f"wants {describe(kind)}, not {_name(value)}; write [ … ]"))
                return None
            problems += [((*path, index), "a list holds no null") for index, item in enumerate(value) if item is None]
            found = [conform(item, kind.item, (*path, index), problems) for index, item in enumerate(value)]
            items = [item for item in found if item is not None]
            if kind.unique and len(items) != len({repr(item) for item in items}):
                problems.append((path, "holds an item twice"))
            return items
        case MapOf():
            if not isinstance(value, Mapping):
                problems.append((path, f"wants {describe(kind)}, not {_name(value)}"))
                return None
            return _map(value, kind, path, problems)
        case ObjectOf():
            return _object(value, kind, path, problems)


def _map(value: Mapping[str, Any], kind: MapOf, path: Path, problems: list[Problem]) -> dict[str, Any]:
    items = {key: item for key, item in value.items() if item is not None}
    if kind.keys is not None:
        problems += [((*path, key), refusal) for key in items if (refusal := kind.keys.refusal(key))]
    return {key: conform(item, kind.item, (*path, key), problems) for key, item in items.items()}


def _object(value: Any, kind: ObjectOf, path: Path, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append((path, f"wants a block or an object, not {_name(value)}"))
        return None
    for key in value:
        if key not in kind.fields:
            known = ", ".join(kind.fields) or "nothing"
            hint = did_you_mean(key, kind.fields) or f"; known here: {known}"
            problems.append(((*path, key), f"unknown key {key!r}{hint}"))
    return {name: conform_field(value.get(name), f, (*path, name), problems) for name, f in kind.fields.items()}


def conform_field(value: Any, known: Field, path: Path, problems: list[Problem]) -> Any:
    """Return a field's value, its default where it is not set, checked against its rules."""
    if value is None:
        if known.required:
            problems.append((path, f"{path[-1]!r} is required ({known.description or describe(known.type)})"))
        return conform(known.default, known.type, path, problems)
    before = len(problems)
    value = conform(value, known.type, path, problems)
    if len(problems) > before:
        return value
    if known.choices and value not in known.choices:
        hint = did_you_mean(str(value), known.choices)
        problems.append((path, f"{value!r} is not one of {', '.join(known.choices)}{hint}"))
    if known.minimum is not None and isinstance(value, int | float) and value < known.minimum:
        problems.append((path, f"{value} is less than {known.minimum:g}"))
    if known.maximum is not None and isinstance(value, int | float) and value > known.maximum:
        problems.append((path, f"{value} is more than {known.maximum:g}"))
    if known.pattern is not None and isinstance(value, str) and (refusal := known.pattern.refusal(value)):
        problems.append((path, refusal))
    return value


def _primitive(value: Any, kind: Primitive, path: Path, problems: list[Problem]) -> Any:
    converted = _converted(value, kind.name)
    if converted is None:
        article = "an" if kind.name[0] in "aeiou" else "a"
        problems.append((path, f"wants {article} {kind.name}, not {_name(value)}"))
    return converted


def _converted(value: Any, name: str) -> Any:
    """Return the value as the named primitive, or None where it cannot be one."""
    if name == "any" or (name == "secret" and isinstance(value, Secret | SecretReference)):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    text = value if isinstance(value, str) else None
    match name:
        case "string" if isinstance(value, bool):
            return str(value).lower()
        case "string" if is_number:
            return str(value)
        case "string" | "secret":
            return text
        case "bool":
            return {"true": True, "false": False}.get(text) if text else value if isinstance(value, bool) else None
        case "number" | "integer":
            number = _number(text) if text else value if is_number else None
            return number if name == "number" or isinstance(number, int) else None
        case _:  # duration
            return text if text and DURATION.match(text) else None


def _number(text: str) -> int | float | None:
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else None


def _name(value: Any) -> str:
    match value:
        case bool():
            return f"the bool {str(value).lower()}"
        case str():
            return f"the string {value!r}"
        case int() | float():
            return f"the number {value}"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case Secret() | SecretReference():
            return "a secret; an app reads it through its secrets block, and smoke headers and body may hold one"
        case _:
            return f"a {type(value).__name__}"
