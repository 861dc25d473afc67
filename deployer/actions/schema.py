"""The tables of deployer.project.sections → JSON Schema, and docs/configuration.md; pure."""

from collections.abc import Mapping
from typing import Any

from deployer.hcl.types import Field, ListOf, MapOf, ObjectOf, Primitive, Type
from deployer.project.sections import APP, PROJECT_FILE, STACK_FILE

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EXPRESSION = {"$ref": "#/$defs/expression"}
_PRIMITIVES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "secret": {"type": "string"},
    "number": {"anyOf": [{"type": "number"}, _EXPRESSION]},
    "integer": {"anyOf": [{"type": "integer"}, _EXPRESSION]},
    "bool": {"anyOf": [{"type": "boolean"}, _EXPRESSION]},
    "duration": {"type": "string", "pattern": r"^((\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+|\$\{.*\})$"},
    "any": {},
}

FILES: Mapping[str, ObjectOf] = {"nomadeploy.hcl": PROJECT_FILE, "stack.hcl": STACK_FILE, "app": ObjectOf(APP)}
"""What can be described: the two files with a fixed name, and the body of an ``app`` block."""


def json_schema(name: str) -> Mapping[str, Any]:
    """
    Return the JSON Schema of a file in HCL's JSON form: blocks as objects, labels as keys.

    Args:
        name: a key of `FILES`.
    """
    return {
        "$schema": _DIALECT,
        "title": name,
        **_of_object(FILES[name], open_ended=name == "app"),
        "$defs": {"expression": {"type": "string", "pattern": r"^\$\{.*\}$"}},
    }


def _of(kind: Type) -> dict[str, Any]:
    match kind:
        case Primitive():
            return dict(_PRIMITIVES[kind.name])
        case ListOf():
            return {"type": "array", "items": _of(kind.item), **({"uniqueItems": True} if kind.unique else {})}
        case MapOf():
            names = {"propertyNames": {"pattern": f"^(?:{kind.keys.expression})$"}} if kind.keys else {}
            return {"type": "object", "additionalProperties": _of(kind.item), **names}
        case ObjectOf():
            return _of_object(kind)


def _of_object(kind: ObjectOf, *, open_ended: bool = False) -> dict[str, Any]:
    required = [name for name, field in kind.fields.items() if field.required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _of_field(field) for name, field in kind.fields.items()},
    }
    if required:
        schema["required"] = required
    if not open_ended:  # every further key of an app is a variable of its pack
        schema["additionalProperties"] = False
    return schema


def _of_field(field: Field) -> dict[str, Any]:
    schema = _of(field.type)
    if field.description:
        schema["description"] = field.description
    if field.default not in (None, [], {}):
        schema["default"] = field.default
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.minimum is not None:
        schema["minimum"] = field.minimum
    if field.maximum is not None:
        schema["maximum"] = field.maximum
    if field.pattern is not None:  # what an expression becomes is known only when it is evaluated
        schema["pattern"] = rf"^(?:{field.pattern.expression}|.*\$\{{.*\}}.*)$"
    return schema
