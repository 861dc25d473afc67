"""Reads a type expression of variables.hcl, such as ``object({port = optional(number, 80)})``; pure."""

import re
from collections.abc import Iterator
from typing import Any

from deployer.finding import did_you_mean
from deployer.hcl.types import Field, ListOf, MapOf, ObjectOf, Primitive, Type

_TOKEN = re.compile(r"\s*(?:([a-zA-Z_][\w-]*)|(\"(?:[^\"\\]|\\.)*\")|(-?\d+(?:\.\d+)?)|([(){}\[\],=:]))")


class TypeInvalid(ValueError):
    """A type expression that cannot be read."""


def parse_type(source: str) -> Type:
    """
    Read a type expression of variables.hcl.

    Raises:
        TypeInvalid: with what was expected.
    """
    tokens = list(_tokens(source))
    kind, rest = _type(tokens)
    if rest:
        raise TypeInvalid(f"unexpected {rest[0]!r} after the type")
    return kind


def _tokens(source: str) -> Iterator[str]:
    position = 0
    text = re.sub(r"(#|//).*", "", source).rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise TypeInvalid(f"cannot read {text[position:].strip()!r}")
        yield match[0].strip()
        position = match.end()


def _type(tokens: list[str]) -> tuple[Type, list[str]]:
    if not tokens:
        raise TypeInvalid("a type is missing")
    name, rest = tokens[0], tokens[1:]
    if name in ("string", "number", "bool", "any", "integer", "duration"):
        return Primitive(name), rest
    if name in ("list", "set", "map"):
        inner, rest = _type(_expect(rest, "("))
        rest = _expect(rest, ")")
        return (MapOf(inner) if name == "map" else ListOf(inner, unique=name == "set")), rest
    if name == "object":
        return _object_type(_expect(_expect(rest, "("), "{"))
    raise TypeInvalid(
        f"unknown type {name!r}{did_you_mean(name, ('string', 'number', 'bool', 'list', 'map', 'object'))}"
    )


def _object_type(tokens: list[str]) -> tuple[Type, list[str]]:
    fields: dict[str, Field] = {}
    while tokens and tokens[0] != "}":
        name = tokens[0].strip('"')
        tokens = tokens[1:]
        if not tokens or tokens[0] not in "=:":
            raise TypeInvalid(f"'=' is missing after {name!r}")
        fields[name], tokens = _field_type(tokens[1:])
        if tokens and tokens[0] == ",":
            tokens = tokens[1:]
    return ObjectOf(fields), _expect(_expect(tokens, "}"), ")")


def _field_type(tokens: list[str]) -> tuple[Field, list[str]]:
    if tokens[:1] != ["optional"]:
        kind, rest = _type(tokens)
        return Field(type=kind, required=True), rest
    kind, rest = _type(_expect(tokens[1:], "("))
    default: Any = None
    if rest[:1] == [","]:
        default, rest = _default(rest[1:])
    return Field(type=kind, default=default), _expect(rest, ")")


def _default(tokens: list[str]) -> tuple[Any, list[str]]:
    """Read a literal default up to the parenthesis that closes ``optional(…)``."""
    from deployer.hcl.parse import parse_body

    depth = 0
    for index, word in enumerate(tokens):
        depth += (word in "([{") - (word in ")]}")
        if depth < 0:
            text = " ".join(tokens[:index])
            return parse_body(f"value = {text}\n", "type").value("value"), tokens[index:]
    raise TypeInvalid("')' is missing")


def _expect(tokens: list[str], token: str) -> list[str]:
    if tokens[:1] != [token]:
        found = repr(tokens[0]) if tokens else "the end"
        raise TypeInvalid(f"{token!r} expected, found {found}")
    return tokens[1:]
