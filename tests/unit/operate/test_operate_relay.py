import os
import queue
import termios
import threading
from collections.abc import Iterator

import pytest

from deployer.cluster.exec import ExecOutput
from deployer.errors import ClusterUnreachable
from deployer.operate.relay import Streams, relay


class Echo:
    """A remote command that writes back what it reads, and ends with its input."""

    def __init__(self, *, lost: bool = False) -> None:
        self.said: list[object] = []
        self.closed = threading.Event()
        self._lost = lost
        self._outputs: queue.Queue[ExecOutput] = queue.Queue()

    def __iter__(self) -> Iterator[ExecOutput]:
        while True:
            output = self._outputs.get(timeout=5)
            if self._lost:
                raise ClusterUnreachable("the connection to Nomad was lost")
            yield output
            if output.exit_code is not None:
                return

    def send(self, data: bytes) -> None:
        self._outputs.put(ExecOutput(stdout=data, stderr=data.upper()))

    def end_input(self) -> None:
        self.said.append("end")
        self._outputs.put(ExecOutput(exit_code=3))

    def resize(self, rows: int, columns: int) -> None:
        self.said.append((rows, columns))

    def heartbeat(self) -> None:
        self.said.append("heartbeat")

    def close(self) -> None:
        self.closed.set()


def test_input_output_and_exit_code_pass_through() -> None:
    session = Echo()
    given, give = os.pipe()
    out, stdout = os.pipe()
    err, stderr = os.pipe()
    os.write(give, b"one two")
    os.close(give)

    code = relay(session, Streams(stdin=given, stdout=stdout, stderr=stderr))

    assert (code, os.read(out, 99), os.read(err, 99)) == (3, b"one two", b"ONE TWO")
    assert session.said == ["end"]
    assert session.closed.is_set()
    for descriptor in (given, out, stdout, err, stderr):
        os.close(descriptor)


def test_without_input_the_commands_input_is_closed_at_once() -> None:
    session = Echo()

    assert relay(session, Streams(stdin=None)) == 3
    assert session.said == ["end"]


def test_a_lost_session_is_closed_and_told() -> None:
    session = Echo(lost=True)

    with pytest.raises(ClusterUnreachable):
        relay(session, Streams(stdin=None))
    assert session.closed.is_set()


class Typist(Echo):
    """Types Ctrl-D once the terminal's size is known, and ends when it comes back."""

    def __init__(self, keyboard: int) -> None:
        super().__init__()
        self._keyboard = keyboard

    def resize(self, rows: int, columns: int) -> None:
        super().resize(rows, columns)
        os.write(self._keyboard, b"\x04")

    def send(self, data: bytes) -> None:
        super().send(data)
        self.end_input()


def test_a_terminal_is_raw_while_it_lasts_and_tells_its_size() -> None:
    outer, inner = os.openpty()
    session = Typist(outer)
    before = termios.tcgetattr(inner)
    out, stdout = os.pipe()

    relay(session, Streams(stdin=inner, stdout=stdout, stderr=stdout, tty=True))

    assert os.read(out, 9) == b"\x04\x04"
    assert isinstance(session.said[0], tuple)
    assert termios.tcgetattr(inner) == before
    for descriptor in (outer, inner, out, stdout):
        os.close(descriptor)
