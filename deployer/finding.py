"""One thing that is wrong in a file, with the place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    A finding in a project file, a pack, or a rendered job.

    Attributes:
        path: the file as the user would name it (relative to the project's root if inside).
        line: 1-based line, or 0 when the whole file is meant.
        key: where in the file, as a slash-separated path (``app/app-a/check/path``), or empty.
        message: what is wrong and what to do, one sentence without a full stop.
    """

    path: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or an empty string."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
