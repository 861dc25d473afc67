import io
import re

import pytest
from golden import Golden
from releases import OWNER, a_step
from rich.console import Console

from deployer.plan.model import Action, Kind
from deployer.report.events import (
    Diagnosed,
    Event,
    Proved,
    ReleaseEnded,
    ReleaseStarted,
    StepDone,
    StepProgress,
    StepStarted,
)
from deployer.report.live import LiveReport
from deployer.report.plain import PlainReport
from deployer.report.words import lines_of
from deployer.watch.diagnosis import Diagnosis, FailedCheck
from deployer.watch.verdict import State, Verdict

API = a_step("api")
WEB = a_step("web", Action.REPLACE)
LINK = a_step("web -> api", kind=Kind.INTENTION)
STARTING = Verdict(state=State.PROGRESS, reason="Deployment is running", placed=2, healthy=1, total=2)
HEALTHY = Verdict(state=State.HEALTHY, reason="deployment successful", placed=2, healthy=2, total=2)
DIAGNOSIS = Diagnosis(
    app="web",
    group="web",
    task="server",
    allocation="0000abcd",
    node="node-1",
    driver_error="failed to pull image",
    exit_code=137,
    signal=9,
    restarts=2,
    events=("Terminated: Exit Code: 137", "Not Restarting: Exceeded allowed attempts"),
    checks=(FailedCheck(name="alive", status="critical", output="connection refused"),),
    log=("Traceback (most recent call last):", "KeyError: 'DATABASE_URL'"),
)
EVENTS: tuple[Event, ...] = (
    ReleaseStarted(owner=OWNER, release_id="4-20261123T180000", totals={"create": 1}, apps=("api", "web")),
    StepStarted(step=LINK),
    StepDone(step=LINK, text="done", failed=False, seconds=0.01),
    StepStarted(step=API),
    StepStarted(step=WEB),
    StepProgress(step=API, verdict=Verdict(state=State.PROGRESS, reason="starting")),
    StepProgress(step=API, verdict=STARTING),
    StepProgress(step=WEB, verdict=STARTING),
    StepProgress(step=API, verdict=HEALTHY),
    Proved(app="api", statement="smoke test through the public route", problem=""),
    StepDone(step=API, text="deployment successful", failed=False, seconds=3.14),
    StepDone(step=WEB, text="an allocation is unhealthy", failed=True, seconds=4.0),
    Proved(app="api", statement="traefik may not call it", problem="Consul lets 'traefik' call it"),
    Diagnosed(step=WEB, reason="an allocation is unhealthy", diagnoses=(DIAGNOSIS,)),
    ReleaseEnded(owner=OWNER, release_id="4-20261123T180000", status="failed", seconds=4.56),
)


def test_every_event_has_its_words(golden: Golden) -> None:
    stream = io.StringIO()
    report = PlainReport(stream)
    for event in EVENTS:
        report.emit(event)
    report.close()

    golden("plain.txt", re.sub(r"^ +\d+\.\d+s", "    0.0s", stream.getvalue(), flags=re.MULTILINE))


def test_the_plain_report_writes_the_same_line_once() -> None:
    stream = io.StringIO()
    report = PlainReport(stream)
    for _ in range(3):
        report.emit(StepProgress(step=API, verdict=STARTING))

    assert stream.getvalue().count("1/2 healthy, 2 placed") == 1


@pytest.mark.parametrize(
    ("action", "verb"),
    [
        (Action.CREATE, "start"),
        (Action.REPLACE, "update"),
        (Action.IN_PLACE, "update in place"),
        (Action.STOP, "stop"),
        (Action.REMOVE, "remove"),
    ],
)
def test_a_step_that_starts_is_told_by_its_verb(action: Action, verb: str) -> None:
    assert lines_of(StepStarted(step=a_step("api", action))) == [f"api: {verb}"]


def live() -> tuple[LiveReport, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, highlight=False, color_system="standard")
    return LiveReport(console=console), stream


def test_the_live_report_keeps_lasting_lines_and_takes_its_table_away() -> None:
    report, stream = live()
    for event in EVENTS:
        report.emit(event)
    report.close()
    text = stream.getvalue()

    assert "\x1b[32m✓ api: deployment successful (3.1 s)" in text
    assert "\x1b[31m✗ web: an allocation is unhealthy (4.0 s)" in text
    assert "KeyError: 'DATABASE_URL'" in text
    assert "release 4-20261123T180000 failed in 4.6 s" in text.splitlines()[-1]


def test_the_live_table_shows_what_still_goes_on() -> None:
    report, stream = live()
    report.emit(StepStarted(step=API))
    report.emit(StepStarted(step=WEB))
    report.emit(StepProgress(step=API, verdict=STARTING))
    report.emit(StepDone(step=WEB, text="deployment successful", failed=False, seconds=1.0))
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(report.table())
    report.close()
    (row,) = console.export_text().splitlines()

    assert re.fullmatch(r"…  api  1/2 healthy, 2 placed  \d\.\d s *", row)
    assert "\x1b[?25h" in stream.getvalue(), "the cursor is shown again"


def test_the_live_report_takes_answers_that_come_after_the_end() -> None:
    report, stream = live()
    report.emit(StepStarted(step=LINK))
    report.emit(StepDone(step=LINK, text="done", failed=False, seconds=0.0))
    report.emit(StepStarted(step=API))
    report.emit(EVENTS[-1])
    report.emit(StepProgress(step=API, verdict=STARTING))
    report.close()

    assert "✓ intention web -> api: done (0.0 s)" in stream.getvalue()
