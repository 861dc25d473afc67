"""Joins a remote command to this side's streams: input in a thread of its own, output in the caller's."""

import os
import select
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from deployer.cluster.exec import ExecSession
from deployer.operate.terminal import raw_mode, resize_wakes, window_size

HEARTBEAT_S = 10.0
_PIECE = 16 * 1024
_OVER = b"q"


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """
    This side's file descriptors.

    Attributes:
        stdin: None closes the command's input at once.
        tty: they are a terminal, and the command has one too.
    """

    stdin: int | None = 0
    stdout: int = 1
    stderr: int = 2
    tty: bool = False


def relay(session: ExecSession, streams: Streams) -> int:
    """
    Pass input and output on until the command ends, and return its exit code.

    Raises:
        ClusterError: the session ended before the command did.
        KeyboardInterrupt: Ctrl-C without a terminal on the other side; the command gets a hang-up.
    """
    code = 0
    with ExitStack() as stack:
        stack.callback(session.close)
        if streams.tty and streams.stdin is not None:
            stack.enter_context(raw_mode(streams.stdin))
        wake = stack.enter_context(_input_thread(session, streams))
        if streams.tty:
            stack.enter_context(resize_wakes(wake))
        for output in session:
            _write(streams.stdout, output.stdout)
            _write(streams.stderr, output.stderr)
            code = output.exit_code or 0
    return code


@contextmanager
def _input_thread(session: ExecSession, streams: Streams) -> Iterator[int]:
    """Run the input's thread; the descriptor that is given wakes it up."""
    reading, writing = os.pipe()
    thread = threading.Thread(target=_send_input, args=(session, streams, reading), name="stdin", daemon=True)
    thread.start()
    try:
        yield writing
    finally:
        os.write(writing, _OVER)
        # It may be inside a write that nobody reads any more; the session's end frees it.
        thread.join(timeout=2)
        os.close(writing)
        if not thread.is_alive():
            os.close(reading)


def _send_input(session: ExecSession, streams: Streams, wake: int) -> None:
    source = streams.stdin
    if streams.tty:
        session.resize(*window_size())
    if source is None:
        session.end_input()
    while True:
        waited = [wake] if source is None else [wake, source]
        ready, _, _ = select.select(waited, [], [], HEARTBEAT_S)
        if not ready:
            session.heartbeat()
        if wake in ready:
            if _OVER in os.read(wake, _PIECE):
                return
            session.resize(*window_size())
        if source is not None and source in ready:
            source = _pass_on(session, source)


def _pass_on(session: ExecSession, source: int) -> int | None:
    """Send what can be read; return None at the end of the input."""
    data = os.read(source, _PIECE)
    if data:
        session.send(data)
        return source
    session.end_input()
    return None


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
