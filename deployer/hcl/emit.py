"""Writes values as HCL text; the one place that knows how; pure."""

import math
import re
from collections.abc import Mapping
from typing import Any

from deployer.hcl.strings import quote
from deployer.secret import Secret, SecretReference

SECRET_REFUSED = "a secret must not be written into a job; let the app read it from a Nomad Variable"  # noqa: S105 - words, not a secret

_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")


def hcl(value: Any, *, indent: int = 0) -> str:
    """
    Return a value as an HCL expression; strings are escaped, so that they mean just themselves.

    Raises:
        TypeError: the value has no HCL form; None has none on purpose, since a template that
            writes it has forgotten a case.
    """
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return str(int(value)) if value.is_integer() else repr(value)
        case str():
            return quote(value)
        case Mapping():
            return _object(value, indent)
        case list() | tuple():
            return f"[{', '.join(hcl(item, indent=indent) for item in value)}]"
        case Secret() | SecretReference():
            raise TypeError(SECRET_REFUSED)
        case _:
            raise TypeError(f"{'None' if value is None else type(value).__name__} has no HCL form")


def _object(value: Mapping[str, Any], indent: int) -> str:
    if not value:
        return "{}"
    inner = " " * (indent + 2)
    lines = [f"{inner}{_key(key)} = {hcl(item, indent=indent + 2)}" for key, item in value.items()]
    return "\n".join(["{", *lines, " " * indent + "}"])


def _key(key: str) -> str:
    return key if _IDENTIFIER.match(key) else quote(key)
