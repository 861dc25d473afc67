"""Figures → docs/benchmarks.md and its plot."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster import Start
from deploys import Unchanged
from timing import Series, median_ratio

DOCS = Path(__file__).resolve().parent.parent / "docs"
COMMAND = "make bench"


@dataclass(frozen=True)
class Figures:
    """Everything that one run measured."""

    machine: str
    versions: str
    jobs: int
    unchanged_jobs: int
    specs: int
    deploys: Mapping[str, Series]
    unchanged: Mapping[str, Unchanged]
    offline: Mapping[str, Series]
    beginnings: Mapping[str, Series]
    starts: Sequence[Start]


@dataclass(frozen=True)
class Target:
    """One promise and what was measured."""

    promise: str
    measured: str
    holds: bool


def write(figures: Figures) -> list[Target]:
    """Write the page and the plot; return the targets for the exit code."""
    targets = targets_of(figures)
    (DOCS / "benchmarks.md").write_text(page(figures, targets), encoding="utf-8")
    plot(figures, DOCS / "benchmarks.svg")
    return targets


def targets_of(figures: Figures) -> list[Target]:
    """Compare the figures with what is promised."""
    ratio = median_ratio(figures.deploys["nomadeploy"], figures.deploys["floor"])
    unchanged = figures.unchanged["nomadeploy"]
    warm, cold = figures.offline["warm"], figures.offline["cold"]
    extra_ms = (figures.beginnings["help"].wall_s - figures.beginnings["python"].wall_s) * 1000
    ready = statistics.median(start.jobs_s for start in figures.starts)
    peak = max(warm.peak_mb, cold.peak_mb)
    return [
        Target(f"deploy {figures.jobs} jobs in at most 1.10 × the floor", f"{ratio:.2f} ×", ratio <= 1.10),
        Target(
            f"{figures.unchanged_jobs} unchanged jobs in at most 0.5 s, nothing registered",
            f"{unchanged.series.wall_s:.2f} s, {unchanged.registers} registers",
            unchanged.series.wall_s <= 0.5 and not unchanged.registers,
        ),
        Target(f"render and check {figures.specs:,} jobs in at most 3 s", f"{warm.wall_s:.2f} s", warm.wall_s <= 3),
        Target("with at most 200 MB", f"{peak:.0f} MB", peak <= 200),
        Target("`--help` at most 45 ms after bare Python", f"{extra_ms:.0f} ms", extra_ms <= 45),
        Target("`dev up` takes jobs in less than 6 s", f"{ready:.1f} s", ready < 6),
    ]


def page(figures: Figures, targets: Sequence[Target]) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# Benchmarks",
            "",
            f"<!-- Made by `{COMMAND}`; edit bench/page.py instead. -->",
            "",
            f"- one run of `{COMMAND}` (Python with the `dev` extra, Go to build the rivals, root for the cluster)",
            f"- the machine: {figures.machine}",
            f"- {figures.versions}",
            "",
            "Every tool gets the same jobs on the same cluster, in turn, and its whole process is timed; medians are",
            "quoted, with the smallest and largest in brackets. The machine's load moves all times, so compare within",
            "a table; the processor seconds move less.",
            "",
            *_table(("promise", "measured", ""), [(t.promise, t.measured, "✓" if t.holds else "✗") for t in targets]),
            "",
            "![deploy times](benchmarks.svg)",
            "",
            f"## {figures.jobs} new jobs, to all deployments successful",
            "",
            "raw_exec, `min_healthy_time = 0s`. The floor is bench/floor.py: parse, register and watch each job on a",
            "connection of its own, with nothing planned, recorded or proved. nomadeploy also reads the cluster, asks",
            "Nomad for a plan of each job, writes the release record twice and proves each app's isolation.",
            "levant and `nomad job run` take one job at a time, as a CI job would call them; they ran once.",
            "",
            *_deploy_rows(figures),
            "",
            f"## {figures.unchanged_jobs} jobs that need nothing",
            "",
            "Run a second time without a change; a proxy counted the requests to Nomad in a further run.",
            "nomad-pack got packs of 50 jobs: with 200 in one it opens more connections than an agent takes from one",
            "client. levant is called once for each job.",
            "",
            *_table(
                ("tool", "time", "processor", "requests", "registers"),
                [
                    (name, _time(one.series), f"{one.series.cpu_s:.2f} s", str(one.requests), str(one.registers))
                    for name, one in figures.unchanged.items()
                ],
            ),
            "",
            f"## {figures.specs:,} jobs, offline",
            "",
            "`nomadeploy validate` renders every job and checks it by Nomad's rules; nomad-pack only renders, since it",
            "leaves the checks to a server.",
            "",
            *_offline_rows(figures),
            "",
            "## To begin",
            "",
            *_table(
                ("command", "time", "after bare Python"),
                [
                    (label, _ms(figures.beginnings[name]), _after(figures, name))
                    for name, label in (
                        ("python", "`python -c pass`"),
                        ("help", "`nomadeploy --help`"),
                        ("render", "`nomadeploy render ENV`, one app"),
                    )
                ],
            ),
            "",
            "## `nomadeploy dev up`, programs in the cache",
            "",
            *_table(
                ("until", "time"),
                [
                    ("the cluster takes jobs", _seconds([start.jobs_s for start in figures.starts])),
                    ("the command ends, Traefik released", _seconds([start.whole_s for start in figures.starts])),
                ],
            ),
            "",
        ]
    )


def _deploy_rows(figures: Figures) -> list[str]:
    floor = figures.deploys["floor"]
    rows = []
    for name, series in figures.deploys.items():
        same = len(series.runs) == len(floor.runs)
        ratio = median_ratio(series, floor) if same else series.wall_s / floor.wall_s
        rows.append((name, _time(series), f"{ratio:.2f}", f"{series.cpu_s:.2f} s", f"{series.peak_mb:.0f} MB"))
    return _table(("tool", "time", "× floor", "processor", "memory"), rows)


def _offline_rows(figures: Figures) -> list[str]:
    names = {"cold": "nomadeploy, empty cache", "warm": "nomadeploy, filled cache", "nomad-pack": "nomad-pack render"}
    return _table(
        ("tool", "time", "processor", "memory"),
        [
            (label, _time(figures.offline[name]), f"{figures.offline[name].cpu_s:.2f} s", _mb(figures.offline[name]))
            for name, label in names.items()
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _time(series: Series) -> str:
    return f"{series.wall_s:.2f} s ({series.span})" if len(series.runs) > 1 else f"{series.wall_s:.2f} s"


def _ms(series: Series) -> str:
    return f"{series.wall_s * 1000:.0f} ms"


def _mb(series: Series) -> str:
    return f"{series.peak_mb:.0f} MB"


def _after(figures: Figures, name: str) -> str:
    extra = figures.beginnings[name].wall_s - figures.beginnings["python"].wall_s
    return f"+{extra * 1000:.0f} ms" if name != "python" else ""


def _seconds(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} s ({min(values):.1f}–{max(values):.1f})"


def plot(figures: Figures, path: Path) -> None:
    """Draw the deploy times of all tools."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "nomadeploy"
    import matplotlib.pyplot as plt

    names = list(figures.deploys)[::-1]
    values = [figures.deploys[name].wall_s for name in names]
    colours = ["#1f7a5c" if name == "nomadeploy" else "#b9b2a3" if name == "floor" else "#5b6b7f" for name in names]
    figure, axes = plt.subplots(figsize=(7.5, 2.8))
    bars = axes.barh(names, values, color=colours)
    axes.bar_label(bars, [f"{value:.1f} s" for value in values], padding=4)
    axes.set_xlabel(f"seconds until {figures.jobs} new jobs are healthy; shorter is better")
    axes.set_xlim(0, max(values) * 1.12)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
