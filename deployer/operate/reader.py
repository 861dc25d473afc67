"""
Reads one log in a thread of its own and hands on its lines, for as long as its task may write.

Nomad's stream does not end with the task: the follower says that it ended, and the reader closes the
stream when nothing has come for a moment.
"""

import threading
import time
from collections.abc import Callable, Sequence

from deployer.cluster.ports import LogStream, StreamsPort
from deployer.errors import ClusterError, NotFound
from deployer.operate.lines import LineSplitter, LogSource, last_lines

# Nomad sends what was written at most this much later (client/fs_endpoint.go: 200 ms batches,
# heartbeats every second).
QUIET_S = 1.2
_RETRY_S = 1.0
_FIRST_WINDOW = 16 * 1024
_MOST_WINDOW = 64 * 1024 * 1024

Emit = Callable[[LogSource, Sequence[str]], None]
Complain = Callable[[str], None]


def read_tail(nomad: StreamsPort, source: LogSource, count: int) -> bytes:
    """Return the end of a log that holds its last `count` lines; raises `NotFound`, `ClusterError`."""
    window = max(_FIRST_WINDOW, count * 256)
    while True:
        with nomad.logs(
            source.namespace, source.alloc_id, source.task, kind=source.kind, origin="end", offset=window
        ) as stream:
            text = b"".join(stream)
        end = last_lines(text, count)
        # The whole window was used and may cut the first line: look at more.
        if len(end) < len(text) or len(text) < window or window >= _MOST_WINDOW:
            return end
        window *= 4


def read_whole(nomad: StreamsPort, source: LogSource, emit: Emit) -> None:
    """Hand on a log as it is now; raises `NotFound`, `ClusterError`."""
    splitter = LineSplitter()
    with nomad.logs(source.namespace, source.alloc_id, source.task, kind=source.kind) as stream:
        for piece in stream:
            emit(source, splitter.feed(piece))
    emit(source, splitter.end())


class LogReader:
    """Follows one log; `emit` and `complain` are called from its thread."""

    def __init__(
        self, nomad: StreamsPort, source: LogSource, emit: Emit, complain: Complain, *, tail: int | None = None
    ) -> None:
        """
        Start at the log's beginning, or `tail` lines before its end.

        A stream that breaks is opened again where it broke; after a tail that place is not known,
        and what was written in between is missed, which is said.
        """
        self.source = source
        self._nomad = nomad
        self._emit = emit
        self._complain = complain
        self._tail = tail
        self._splitter = LineSplitter()
        self._stream: LogStream | None = None
        self._received = 0
        self._heard_at = time.monotonic()
        self._task_ended = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"log {source.label}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return not self._thread.is_alive()

    def task_ended(self) -> None:
        """Let it end once the log is quiet."""
        if not self._task_ended:
            self._task_ended, self._heard_at = True, time.monotonic()

    def close_if_quiet(self) -> None:
        """End it if its task has ended and nothing came for a moment; the follower calls this now and then."""
        if self._task_ended and time.monotonic() - self._heard_at > QUIET_S:
            self.close()

    def close(self) -> None:
        """End it now."""
        self._stop.set()
        if self._stream is not None:
            self._stream.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._read_on()
            except NotFound:
                # Its task has not started, or its files are gone.
                if self._task_ended:
                    return
            except ClusterError as error:
                lost = "; lines may be missing" if self._tail is not None else ""
                self._complain(f"{self.source.label}: {error}{lost}; trying again")
            self._stop.wait(_RETRY_S)
        self._hand_on(self._splitter.end())

    def _read_on(self) -> None:
        origin, offset = self._place()
        source = self.source
        with self._nomad.logs(
            source.namespace, source.alloc_id, source.task, kind=source.kind, follow=True, origin=origin, offset=offset
        ) as stream:
            self._stream = stream
            if self._stop.is_set():
                return
            for piece in stream:
                self._heard_at = time.monotonic()
                self._received += len(piece)
                self._hand_on(self._splitter.feed(piece))

    def _place(self) -> tuple[str, int]:
        """Return where to read on."""
        if self._tail is None:
            return "start", self._received
        if self._received:
            return "end", 0
        return "end", len(read_tail(self._nomad, self.source, self._tail))

    def _hand_on(self, lines: Sequence[str]) -> None:
        if lines:
            self._emit(self.source, lines)
