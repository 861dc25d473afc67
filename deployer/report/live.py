"""A table that is redrawn while a release runs, for a terminal; lasting lines are printed above it."""

import threading
import time

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from deployer.plan.model import Kind
from deployer.report.events import Event, ReleaseEnded, StepDone, StepProgress, StepStarted
from deployer.report.words import lines_of, progress

_REDRAWS_PER_S = 8


class _Row:
    def __init__(self, app: str) -> None:
        self.app = app
        self.text = "registering"
        self.started = time.monotonic()
        self.seconds: float | None = None
        self.failed = False


class LiveReport:
    """Shows one row per app of the running release."""

    def __init__(self, *, colour: bool = True, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, no_color=not colour, highlight=False)
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()
        self._live = Live(
            get_renderable=self.table, console=self._console, refresh_per_second=_REDRAWS_PER_S, transient=True
        )
        self._is_drawing = False

    def emit(self, event: Event) -> None:
        """Update the app's row, or print the event's lines above the table."""
        with self._lock:
            match event:
                case StepStarted() if event.step.kind is Kind.JOB:
                    self._rows[event.step.app] = _Row(event.step.app)
                    self._draw()
                    return
                case StepProgress():
                    # After Ctrl-C the rows are gone while a thread may still have one answer to tell.
                    if event.step.app in self._rows:
                        self._rows[event.step.app].text = progress(event.verdict)
                    return
                case StepDone() if event.step.app in self._rows:
                    row = self._rows[event.step.app]
                    row.text, row.seconds, row.failed = event.text, event.seconds, event.failed
                case ReleaseEnded():
                    self._stop()
                case _:
                    pass
            for line in lines_of(event):
                self._console.print(_styled(line))

    def close(self) -> None:
        """Take the table away."""
        with self._lock:
            self._stop()

    def _draw(self) -> None:
        if not self._is_drawing:
            self._is_drawing = True
            self._live.start()

    def _stop(self) -> None:
        self._rows.clear()
        if self._is_drawing:
            self._is_drawing = False
            self._live.stop()

    def table(self) -> Table:
        """Return the rows of what still goes on, as they are now."""
        table = Table.grid(padding=(0, 2))
        for row in list(self._rows.values()):
            if row.seconds is None:
                waited = f"{time.monotonic() - row.started:.1f} s"
                table.add_row("…", row.app, row.text, Text(waited, style="dim"))
        return table


def _styled(line: str) -> Text:
    style = {"✓": "green", "✗": "red"}.get(line.lstrip()[:1], "")
    return Text(line, style=style)
