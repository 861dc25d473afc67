"""Runs calls side by side in threads that never keep the process alive after Ctrl-C."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class _Result(Generic[T]):
    __slots__ = ("error", "value")

    def __init__(self) -> None:
        self.value: T | None = None
        self.error: BaseException | None = None


def run_all(calls: Sequence[Callable[[], T]], *, at_once: int) -> list[T]:
    """
    Return the calls' results in order; the first error in order is raised after all have ended.

    The calling thread waits in short steps, so that it can be interrupted at any time; calls that have
    not begun by then never do, and threads that still wait for an answer end with the process.
    """
    if len(calls) == 1:
        return [calls[0]()]
    results: list[_Result[T]] = [_Result() for _ in calls]
    room = threading.Semaphore(at_once)
    interrupted = threading.Event()

    def work(call: Callable[[], T], result: _Result[T]) -> None:
        with room:
            if interrupted.is_set():
                return
            try:
                result.value = call()
            except BaseException as error:  # noqa: BLE001 - it is raised in the calling thread
                result.error = error

    threads = [
        threading.Thread(target=work, args=pair, daemon=True, name="apply") for pair in zip(calls, results, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except BaseException:
        interrupted.set()
        raise
    for result in results:
        if result.error is not None:
            raise result.error
    return [result.value for result in results]  # type: ignore[misc]  # no error, so it has its value
