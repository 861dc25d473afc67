"""Runs programs and takes their time, processor time and memory from the operating system."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """
    One finished program.

    Attributes:
        wall_s, cpu_s: seconds.
        peak_mb: largest resident memory of the process itself.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass
class Series:
    """All runs of one subject; the median is quoted."""

    name: str
    runs: list[Run] = field(default_factory=list)

    @property
    def wall_s(self) -> float:
        return statistics.median(run.wall_s for run in self.runs)

    @property
    def cpu_s(self) -> float:
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return max(run.peak_mb for run in self.runs)

    @property
    def span(self) -> str:
        walls = [run.wall_s for run in self.runs]
        return f"{min(walls):.3g}–{max(walls):.3g}"


def run(argv: Sequence[str], env: Mapping[str, str], folder: Path, log: Path) -> Run:
    """Run a program to its end; raises `RuntimeError` with the end of its output where it fails."""
    with log.open("wb") as output:
        started = time.monotonic()
        program = subprocess.Popen(
            list(argv), env=dict(env), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, used = os.wait4(program.pid, 0)
        wall = time.monotonic() - started
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode != 0:
        raise RuntimeError(f"{argv[:3]} ended with {program.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
    return Run(wall_s=wall, cpu_s=used.ru_utime + used.ru_stime, peak_mb=used.ru_maxrss / 1024)


def interleaved(subjects: Mapping[str, Callable[[], Run]], repeats: int) -> dict[str, Series]:
    """Run every subject in turn, again and again, so that a drift of the machine meets all of them."""
    series = {name: Series(name) for name in subjects}
    for _ in range(repeats):
        for name, subject in subjects.items():
            series[name].runs.append(subject())
    return series


def median_ratio(one: Series, other: Series) -> float:
    """Return the median of the ratios pair by pair: what stands when the machine's speed drifts."""
    return statistics.median(a.wall_s / b.wall_s for a, b in zip(one.runs, other.runs, strict=True))
