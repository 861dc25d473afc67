"""
Answers of Nomad that go on: a task's log and the event stream.

python-nomad reads such bodies to their end before it returns; here the raw response is read as it
comes, and `close` from any thread ends a read that waits.
"""

import binascii
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import msgspec
import requests
from urllib3.exceptions import HTTPError

from deployer.cluster.meanings import explained
from deployer.cluster.ports import EventBatch
from deployer.cluster.transport import Transport
from deployer.errors import ClusterUnreachable, ServerFailed

# Heartbeats: a frame every second for logs, a line every 30 s for events (Nomad 1.11.3:
# client/lib/streamframer, nomad/event_endpoint.go). A longer silence means that nobody is there.
LOG_SILENCE_S = 30.0
EVENT_SILENCE_S = 75.0
PATIENCE_S = 60.0
_MOST_PAUSE_S = 5.0
_MOST_AT_ONCE = 65536

# What a read meets when its response is closed under it; RuntimeError: the body was at its end.
_BROKEN = (requests.RequestException, HTTPError, OSError, ValueError, AttributeError, RuntimeError)


class OpenBody:
    """A response whose body is read piece by piece; it can be closed while a read waits."""

    def __init__(self, reply: requests.Response) -> None:
        self._reply = reply
        self.closed = False

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it arrives."""
        raw = self._reply.raw
        if getattr(raw, "chunked", False):
            yield from raw.stream(None, decode_content=True)
            return
        # The event stream ends with its connection and has no chunks (Nomad 1.11.3 takes the socket
        # over); only read1 gives what is there without waiting for more.
        while piece := raw.read1(_MOST_AT_ONCE, decode_content=True):
            yield piece

    def close(self) -> None:
        """End the body; a thread inside `pieces` wakes up."""
        self.closed = True
        # Closing a socket does not wake a reader on Linux; shutting it down does.
        with suppress(*_BROKEN):
            self._reply.raw.shutdown()
        self._reply.close()


class NomadLogStream:
    """`LogStream` over one request; frames are unpacked, so that heartbeats show a dead peer."""

    def __init__(self, transport: Transport, body: OpenBody, attempt: str) -> None:
        self._transport = transport
        self._body = body
        self._attempt = attempt

    def __iter__(self) -> Iterator[bytes]:
        """Yield the log's bytes as they come; raises `ClusterUnreachable` when the stream breaks."""
        try:
            with explained(self._attempt, self._transport.connection):
                for frame in _frames(self._body.pieces()):
                    if data := frame.get("Data"):
                        yield binascii.a2b_base64(data)
        except (ClusterUnreachable, ServerFailed, *_BROKEN):
            if not self._body.closed:
                raise
        finally:
            self.close()

    def close(self) -> None:
        """End the stream."""
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _frames(pieces: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Split JSON objects that follow each other without a separator (``StreamFrame``)."""
    decoder = json.JSONDecoder()
    text = ""
    for piece in pieces:
        # Data is base64 and file names are quoted: a frame is ASCII but for exotic file names.
        text += piece.decode("utf-8", errors="replace")
        while text:
            try:
                frame, end = decoder.raw_decode(text)
            except json.JSONDecodeError:
                break
            text = text[end:].lstrip()
            if isinstance(frame, dict):
                yield frame


class NomadEventStream:
    """
    `EventStream` that connects again from the last index.

    `patience_s` seconds without a connection raise `ClusterUnreachable`. Events that left Nomad's
    buffer in between are missed without a word: read the state again after a long break.
    """

    def __init__(self, connect: Callable[[int], OpenBody], index: int, patience_s: float = PATIENCE_S) -> None:
        self._connect = connect
        self._index = index
        self.patience_s = patience_s
        self._closed = threading.Event()
        self._body: OpenBody | None = None

    def __iter__(self) -> Iterator[EventBatch]:
        """Yield (index, events) for every batch after the index."""
        pause_s, lost_at = 0.0, time.monotonic()
        while not self._closed.wait(pause_s):
            heard = False
            try:
                for batch in self._batches():
                    heard = True
                    if batch is not None:
                        yield batch
            except (ClusterUnreachable, ServerFailed, *_BROKEN):
                if not heard and time.monotonic() - lost_at > self.patience_s:
                    raise
            pause_s, lost_at = (0.1, time.monotonic()) if heard else (min(_MOST_PAUSE_S, pause_s * 2 + 0.1), lost_at)
            if not heard and time.monotonic() - lost_at > self.patience_s:
                raise ClusterUnreachable(
                    "Nomad ends the event stream without a word",
                    hint="the token may lack rights to some of the topics: Nomad does not say so here",
                )

    def close(self) -> None:
        """End the stream."""
        self._closed.set()
        if self._body is not None:
            self._body.close()

    def _batches(self) -> Iterator[EventBatch | None]:
        """Yield batches, and None for a heartbeat, until the connection ends."""
        body = self._body = self._connect(self._index)
        try:
            for line in _lines(body.pieces()):
                message = msgspec.json.decode(line)
                index = message.get("Index", 0)
                # The first batch after a reconnect is the one we had last.
                if index <= self._index or not message.get("Events"):
                    yield None
                    continue
                self._index = index
                yield index, tuple(message["Events"])
        finally:
            body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line for line in whole if line.strip())


class NomadStreams:
    """`StreamsPort` over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def logs(
        self,
        namespace: str,
        alloc_id: str,
        task: str,
        *,
        kind: str = "stdout",
        follow: bool = False,
        origin: str = "start",
        offset: int = 0,
    ) -> NomadLogStream:
        """See `StreamsPort.logs`."""
        attempt = f"read the {kind} of task {task!r} in allocation {alloc_id}"
        reply = self._http.stream(
            attempt,
            ("client", "fs", "logs", alloc_id),
            namespace=namespace,
            params={
                "task": task,
                "type": kind,
                "follow": "true" if follow else "false",
                "origin": origin,
                "offset": offset,
            },
            silence_s=LOG_SILENCE_S,
            needs=f"the capability 'read-logs' in namespace {namespace!r}",
        )
        return NomadLogStream(self._http, OpenBody(reply), attempt)

    def events(self, namespace: str = "*", *, topics: tuple[str, ...] = ("*",), index: int = 0) -> NomadEventStream:
        """See `StreamsPort.events`."""
        needs = f"'list-jobs' and 'read-job' in namespace {namespace!r}"
        # Nomad 1.11.3 answers a denied stream with status 200 and half a minute of silence.
        self._http.get("follow the events", ("jobs",), namespace=namespace, params={"per_page": 1}, needs=needs)

        def connect(after: int) -> OpenBody:
            return OpenBody(
                self._http.stream(
                    "follow the events",
                    ("event", "stream"),
                    namespace=namespace,
                    params={"topic": list(topics), "index": after},
                    silence_s=EVENT_SILENCE_S,
                    needs=needs,
                )
            )

        return NomadEventStream(connect, index)
