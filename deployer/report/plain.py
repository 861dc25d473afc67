"""Plain lines with the seconds since the start, for CI and pipes."""

import sys
import threading
import time
from typing import TextIO

from deployer.report.events import Event
from deployer.report.words import lines_of


class PlainReport:
    """Writes one line per event; the same line twice in a row is written once."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._last = ""
        self._has_reader = True

    def emit(self, event: Event) -> None:
        """Write an event's lines."""
        lines = lines_of(event)
        with self._lock:
            for line in lines:
                if line != self._last:
                    self._last = line
                    self._write(f"{time.monotonic() - self._started:7.1f}s  {line}\n")

    def _write(self, text: str) -> None:
        """Write, or go silent: a reader that went away must not stop a release midway."""
        if not self._has_reader:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._has_reader = False

    def close(self) -> None:
        """Nothing is open."""
