import json
from collections.abc import Iterator
from typing import Any

import pytest

from deployer.cluster.stream import NomadEventStream, OpenBody
from deployer.errors import AccessDenied, ClusterUnreachable


class Body(OpenBody):
    """A body of known lines; it breaks afterwards where it is told to."""

    def __init__(self, *messages: dict[str, Any], breaks: bool = False) -> None:
        self.messages, self.breaks, self.closed = messages, breaks, False

    def pieces(self) -> Iterator[bytes]:
        text = b"".join(json.dumps(message).encode() + b"\n" for message in self.messages)
        # A line may come in two pieces.
        yield text[:7]
        yield text[7:]
        if self.breaks:
            raise ConnectionResetError

    def close(self) -> None:
        self.closed = True


def batch(index: int) -> dict[str, Any]:
    return {"Index": index, "Events": [{"Topic": "Job", "Key": str(index)}]}


def test_a_broken_event_stream_goes_on_from_its_last_index_without_a_repeat() -> None:
    bodies = [Body(batch(5), {}, batch(7), breaks=True), Body(batch(7), batch(9))]
    asked: list[int] = []

    def connect(index: int) -> OpenBody:
        asked.append(index)
        return bodies.pop(0)

    seen = []
    with NomadEventStream(connect, index=3) as stream:
        for index, _ in stream:
            seen.append(index)
            if index == 9:
                stream.close()

    assert seen == [5, 7, 9]
    assert asked == [3, 7]


def test_a_denied_event_stream_is_not_tried_again() -> None:
    def connect(_index: int) -> OpenBody:
        raise AccessDenied("no")

    with pytest.raises(AccessDenied):
        list(NomadEventStream(connect, index=0))


def test_an_event_stream_that_never_connects_gives_up() -> None:
    def connect(_index: int) -> OpenBody:
        raise ClusterUnreachable("refused")

    with pytest.raises(ClusterUnreachable, match="refused"):
        list(NomadEventStream(connect, index=0, patience_s=-1))


def test_an_event_stream_that_always_ends_at_once_gives_up_with_a_hint() -> None:
    with pytest.raises(ClusterUnreachable, match="without a word"):
        list(NomadEventStream(lambda _index: Body(), index=0, patience_s=-1))
