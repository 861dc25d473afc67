"""
Valid HCL that python-hcl2 does not take, rewritten line by line into HCL that it does; pure.

That is: a byte order mark, a heredoc's end marker followed by spaces, markers and names outside ASCII,
and ``$${`` in a string that has no ``}`` (lark grammar of python-hcl2 8.1.4, tried case by case).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<open><<-?)(?P<mark>[^\W\d][\w-]*)(?P<content>[ \t]*\r?\n(?:.*?\n)??[ \t]*)(?P=mark)[ \t]*(?=\r?$)"
    r'|(?P<quote>")'
    r"|(?P<name>[^\W\d][\w-]*)",
    re.DOTALL | re.MULTILINE,
)
_STAND_IN = re.compile(r"name__(\d+)__")


@dataclass(frozen=True, slots=True)
class Plain:
    """
    The rewritten text.

    Attributes:
        names: stand-ins in the text → the names they stand for.
    """

    text: str
    names: Mapping[str, str] = field(default_factory=dict)

    def original(self, text: str) -> str:
        """Return a piece of the text with the names that the user wrote."""
        if not self.names:
            return text
        return _STAND_IN.sub(lambda found: self.names.get(found[0], found[0]), text)


def plain(text: str) -> Plain:
    """Rewrite a whole file; lines stay where they are."""
    pieces: list[str] = []
    names: dict[str, str] = {}
    position = 0
    while (found := _TOKEN.search(text, position)) is not None:
        pieces.append(text[position : found.start()])
        position = found.end()
        if found["quote"]:
            position = string_end(text, found.end())
            pieces.append(_string(text[found.start() : position]))
        elif found["mark"]:
            mark = _stand_in(found["mark"], names)
            pieces.append(f"{found['open']}{mark}{found['content']}{mark}")
        elif found["name"]:
            pieces.append(_stand_in(found["name"], names))
        else:
            pieces.append(found[0])
    pieces.append(text[position:])
    return Plain("".join(pieces), {stand_in: name for name, stand_in in names.items()})


def _stand_in(name: str, names: dict[str, str]) -> str:
    return name if name.isascii() else names.setdefault(name, f"name__{len(names)}__")


def _string(text: str) -> str:
    return text.replace("$${", "\\u0024{").replace("%%{", "\\u0025{")


def string_end(text: str, position: int) -> int:
    """Return where a quoted string ends, its closing quote included; `position` is after the opening one."""
    while position < len(text):
        if text.startswith(("$${", "%%{"), position):
            position += 3
        elif text.startswith(("${", "%{"), position):
            position = closing_brace(text, position + 2) + 1
        elif text[position] == "\\":
            position += 2
        elif text[position] == '"':
            return position + 1
        else:
            position += 1
    return len(text)


def closing_brace(text: str, position: int) -> int:
    """Return where the brace stands that closes an interpolation; `position` is inside it."""
    depth = 1
    while position < len(text):
        char = text[position]
        if char == '"':
            position = string_end(text, position + 1)
            continue
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return position
        position += 1
    return len(text)
