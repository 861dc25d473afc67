"""Results as JSON and as aligned text; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any


def as_json(value: Any) -> str:
    """Return any result as indented JSON; dataclasses become objects, secrets stay redacted."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a value made of dicts, lists and scalars only."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(map(str, value))
        case Path():
            return str(value)
        case _:
            return _of_dataclass(value)


def _of_dataclass(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return str(value)


def as_table(rows: Sequence[Sequence[str]], *, gap: int = 2) -> str:
    """Return rows as aligned columns; the last column is as long as it wants."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [(" " * gap).join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)
