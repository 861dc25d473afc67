import io

from deployer.report.events import Proved
from deployer.report.plain import PlainReport


class ClosedPipe(io.StringIO):
    """A stream whose reader has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise BrokenPipeError


def test_a_reader_that_went_away_stops_no_release() -> None:
    stream = ClosedPipe()
    report = PlainReport(stream)
    for name in ("api", "web"):
        report.emit(Proved(app=name, statement="is private", problem=""))

    assert stream.tries == 1
