from hypothesis import given
from hypothesis import strategies as st

from deployer.operate.lines import LineSplitter, LogLine, LogSource, last_lines, shown

SOURCE = LogSource(namespace="default", alloc_id="3f2c19d0-1111", node="n", task="app-a", kind="stdout")


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_lines_are_the_same_however_the_stream_is_cut(pieces: list[bytes]) -> None:
    splitter, at_once = LineSplitter(), LineSplitter()

    cut = [line for piece in pieces for line in splitter.feed(piece)] + splitter.end()

    assert cut == at_once.feed(b"".join(pieces)) + at_once.end()


def test_a_line_waits_for_its_end() -> None:
    splitter = LineSplitter()

    assert splitter.feed(b"a\r\nb\xc3") == ["a"]
    assert splitter.feed(b"\xa4\nc") == ["bä"]
    assert splitter.end() == ["c"]
    assert splitter.end() == []


@given(st.lists(st.sampled_from([b"", b"a", b"bc", b"\r"]), max_size=8), st.integers(0, 9), st.booleans())
def test_the_end_of_a_log_holds_the_last_lines(lines: list[bytes], count: int, whole: bool) -> None:  # noqa: FBT001
    text = b"".join(line + b"\n" for line in lines) + (b"" if whole else b"rest")
    everything = LineSplitter()

    end = LineSplitter()

    assert end.feed(last_lines(text, count)) + end.end() == (everything.feed(text) + everything.end())[-count or 99 :]


def test_a_line_is_shown_behind_its_allocation_and_task() -> None:
    line = LogLine(source=SOURCE, text="hello")

    assert shown(line, width=16, colours=False) == "3f2c19d0/app-a   | hello"


def test_an_allocation_keeps_its_colour() -> None:
    line = LogLine(source=SOURCE, text="hello")

    assert shown(line, width=0, colours=True) == shown(line, width=0, colours=True)
    assert shown(line, width=0, colours=True).endswith("3f2c19d0/app-a |\x1b[0m hello")
