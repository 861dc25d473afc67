"""Twenty new jobs to successful deployments, and two hundred jobs where nothing is to be done."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nomad_api
import specs
from proxy import recording
from rivals import rival
from timing import Run, Series, interleaved, run

PYTHON = sys.executable
NOMADEPLOY = str(Path(PYTHON).parent / "nomadeploy")
PACK = 50
"""Jobs in one pack: with 200, nomad-pack opens more connections than an agent takes from one client (100)."""
FLOOR = str(Path(__file__).resolve().parent / "floor.py")


@dataclass(frozen=True)
class Place:
    """Where runs happen: the cluster's addresses, the environment for programs, and a folder for files."""

    nomad_address: str
    nomad: str
    env: dict[str, str]
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "last.log"

    def at(self, address: str) -> "Place":
        """The same place, Nomad reached at another address."""
        return replace(self, env=self.env | {"NOMAD_ADDR": address})

    def run(self, *argv: str) -> Run:
        return run(argv, self.env, self.folder, self.log)


@dataclass(frozen=True)
class Files:
    """The same jobs for every tool."""

    names: Sequence[str]
    plain: Path
    project: Path
    packs: Sequence[Path]

    @classmethod
    def of(cls, folder: Path, number: int, *, driver: str) -> "Files":
        names = specs.names(number)
        return cls(
            names=names,
            plain=specs.write_plain(folder / "plain", names, "one", driver=driver),
            project=specs.write_project(folder / "project", names, "one", driver=driver),
            packs=[
                specs.write_pack(folder / f"pack-{start}", names[start : start + PACK], "one", driver=driver)
                for start in range(0, number, PACK)
            ],
        )


def floor(place: Place, files: Files) -> Run:
    return place.run(PYTHON, FLOOR, place.env["NOMAD_ADDR"], str(files.plain))


def nomadeploy(place: Place, files: Files) -> Run:
    return place.run(NOMADEPLOY, "--project", str(files.project), "run", "bench", "--yes", "--quiet")


def nomad_pack(place: Place, files: Files) -> Run:
    return _together([place.run(str(rival("nomad-pack")), "run", str(pack)) for pack in files.packs])


def levant(place: Place, files: Files) -> Run:
    return _one_by_one(place, files, str(rival("levant")), "deploy", "-ignore-no-changes")


def nomad_job_run(place: Place, files: Files) -> Run:
    return _one_by_one(place, files, place.nomad, "job", "run")


def _one_by_one(place: Place, files: Files, *argv: str) -> Run:
    return _together([place.run(*argv, str(files.plain / f"{name}.nomad.hcl")) for name in files.names])


def _together(runs: Sequence[Run]) -> Run:
    return Run(
        wall_s=sum(one.wall_s for one in runs),
        cpu_s=sum(one.cpu_s for one in runs),
        peak_mb=max(one.peak_mb for one in runs),
    )


Tool = Callable[[Place, Files], Run]
FAST: dict[str, Tool] = {"floor": floor, "nomadeploy": nomadeploy, "nomad-pack": nomad_pack}
SLOW: dict[str, Tool] = {"levant": levant, "nomad job run": nomad_job_run}


def deploy_new(place: Place, *, number: int, repeats: int) -> dict[str, Series]:
    """Deploy `number` new jobs with each tool; the slow ones once, since their time is mostly waiting."""
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        files = Files.of(Path(folder), number, driver="raw_exec")
        series = interleaved({name: _fresh(tool, place, files) for name, tool in FAST.items()}, repeats)
        return series | interleaved({name: _fresh(tool, place, files) for name, tool in SLOW.items()}, 1)


def _fresh(tool: Tool, place: Place, files: Files) -> Callable[[], Run]:
    def once() -> Run:
        _clear(place, files)
        started = time.monotonic()
        measured = tool(place, files)
        # A tool that returned early has not deployed: its time goes on until all of it stands.
        nomad_api.wait_successful(place.nomad_address, files.names)
        late = time.monotonic() - started
        _clear(place, files)
        return measured if late - measured.wall_s < 0.1 else replace(measured, wall_s=late)

    return once


def _clear(place: Place, files: Files) -> None:
    nomad_api.purge(place.nomad_address, files.names)
    nomad_api.forget_releases(place.nomad_address)


@dataclass(frozen=True)
class Unchanged:
    """What a tool did about jobs that need nothing."""

    series: Series
    requests: int
    registers: int


def deploy_unchanged(place: Place, *, number: int, repeats: int) -> dict[str, Unchanged]:
    """
    Deploy `number` jobs that run already, each with its own tool, and count what it asks of Nomad.

    Nothing starts while it is measured; where Nomad has its mock driver, it keeps the machine quiet.
    """
    found = {}
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        files = Files.of(Path(folder), number, driver=nomad_api.light_driver(place.nomad_address))
        for name, (first, tool, times) in {
            "nomadeploy": (nomadeploy, nomadeploy, repeats),
            "nomad-pack": (nomad_pack, nomad_pack, 1),
            "levant": (floor, levant, 1),
        }.items():
            _clear(place, files)
            first(place, files)
            tool(place, files)
            series = interleaved({name: lambda tool=tool: tool(place, files)}, times)  # type: ignore[misc]
            with recording(place.nomad_address) as recorded:
                tool(place.at(recorded.address), files)
            found[name] = Unchanged(series[name], recorded.requests, recorded.registers)
        _clear(place, files)
    return found
