"""This side's terminal while a remote one is shown on it: raw mode, size, and the way back."""

import os
import shutil
import signal
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def is_terminal(*descriptors: int) -> bool:
    """Say whether all of these are terminals."""
    return all(os.isatty(descriptor) for descriptor in descriptors)


def window_size() -> tuple[int, int]:
    """Return (rows, columns)."""
    size = shutil.get_terminal_size()
    return size.lines, size.columns


@contextmanager
def raw_mode(descriptor: int) -> Iterator[None]:
    """Hand every key on as it is, Ctrl-C too; the terminal is put back whatever happens."""
    before = termios.tcgetattr(descriptor)
    try:
        # Keys that were typed while the connection was made are kept.
        tty.setraw(descriptor, termios.TCSANOW)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def resize_wakes(descriptor: int) -> Iterator[None]:
    """Write a byte to `descriptor` whenever the window changes its size."""

    def wake(_number: int, _frame: FrameType | None) -> None:
        os.write(descriptor, b"r")

    before = signal.signal(signal.SIGWINCH, wake)
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
