"""Template filters that write values into HCL without ever changing what they mean; pure."""

import re
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import UndefinedError

from deployer.hcl import emit, strings
from deployer.secret import Secret, SecretReference

_NOT_IN_HEREDOCS = re.compile(r"\r(?!\n)|\x00")


def hcl(value: Any, indent: int = 0) -> str:
    """Write any value as an HCL expression: ``image = [[ app.image | hcl ]]``."""
    _refuse(value, "hcl")
    return emit.hcl(value, indent=indent)


def hcl_raw(value: Any) -> str:
    """Write a string in quotes that keeps ``${…}`` alive, for Nomad's run-time interpolation."""
    _refuse(value, "hcl_raw")
    if not isinstance(value, str):
        raise TypeError(f"hcl_raw wants a string, not {type(value).__name__}")
    return strings.quote(value, interpolate=True)


def heredoc(value: Any) -> str:
    """
    Write a text as a heredoc; the marker is one that no line of the text is.

    A heredoc ends with a newline, so one is added to a text without it. It cannot hold a carriage
    return alone or NUL: such a text is written in quotes.
    """
    _refuse(value, "heredoc")
    text = str(value)
    lines = {line.strip() for line in text.splitlines()}
    marker, number = "EOT", 0
    while marker in lines:
        number += 1
        marker = f"EOT{number}"
    newline = "" if text.endswith("\n") or not text else "\n"
    if _NOT_IN_HEREDOCS.search(text):
        return strings.quote(text + newline)
    return f"<<{marker}\n{strings.escape_templates(text)}{newline}{marker}\n"


def _refuse(value: Any, name: str) -> None:
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()  # noqa: SLF001 - StrictUndefined's own message names what is missing
    if isinstance(value, Secret | SecretReference):
        raise TypeError(emit.SECRET_REFUSED)
    if value is None:
        raise UndefinedError(f"None reaches the filter {name}; guard it with [% if … %] or give the variable a default")


FILTERS = {"hcl": hcl, "hcl_raw": hcl_raw, "heredoc": heredoc}
