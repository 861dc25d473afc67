"""Pieces of a log → lines, and how a line is shown; pure."""

from dataclasses import dataclass
from zlib import crc32

from deployer.operate.choice import short


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """
    One log of one task.

    Attributes:
        kind: stdout or stderr.
    """

    namespace: str
    alloc_id: str
    node: str
    task: str
    kind: str

    @property
    def label(self) -> str:
        """Name it as its lines are prefixed."""
        return f"{short(self.alloc_id)}/{self.task}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of a log without its line break."""

    source: LogSource
    text: str


class LineSplitter:
    """Keeps the unfinished end of a stream until its line break comes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[str]:
        """Return the lines that this piece completes."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        return [_decoded(line) for line in whole]

    def end(self) -> list[str]:
        """Return the last line, if the stream did not end with a line break."""
        rest, self._rest = self._rest, b""
        return [_decoded(rest)] if rest else []


def _decoded(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", errors="replace")


def last_lines(text: bytes, count: int) -> bytes:
    """Return the end of a log that holds its last `count` lines, an unfinished one included."""
    at = len(text) - text.endswith(b"\n")
    for _ in range(count):
        at = text.rfind(b"\n", 0, at)
        if at < 0:
            return text
    return text[at + 1 :] if count else b""


_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


def shown(line: LogLine, *, width: int, colours: bool) -> str:
    """
    Return a line as it is printed.

    Args:
        width: what prefixes are padded to.
        colours: each allocation gets a colour of its own.
    """
    prefix = line.source.label.ljust(width)
    if not colours:
        return f"{prefix} | {line.text}"
    colour = _COLOURS[crc32(line.source.alloc_id.encode()) % len(_COLOURS)]
    return f"\x1b[{colour}m{prefix} |\x1b[0m {line.text}"
