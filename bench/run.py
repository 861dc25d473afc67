"""
``python bench/run.py``: measure, compare, and write docs/benchmarks.md.

Everything runs on this machine alone, against a dev cluster of its own named ``bench``. Ends with 1
where a promise is not kept.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import cluster
import deploys
import offline
import page
from rivals import VERSIONS, rival

JOBS, UNCHANGED_JOBS, SPECS = 20, 200, 1000


def main() -> int:
    """Run everything once and say which promises hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each fast tool (default 5)")
    parser.add_argument("--note", default="", help="what else is to be known of the machine, for the page")
    options = parser.parse_args()
    for name in VERSIONS:
        rival(name)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures = measure(Path(folder), options.repeats, options.note)
    targets = page.write(figures)
    for target in targets:
        print(f"{'✓' if target.holds else '✗'} {target.promise}: {target.measured}")
    return 0 if all(target.holds for target in targets) else 1


def measure(folder: Path, repeats: int, note: str) -> page.Figures:
    """Measure what needs no cluster, then the cluster's start, then deploys on it."""
    env = cluster.clean_environment()
    nowhere = deploys.Place("", "", env, folder)
    say("commands that do next to nothing")
    beginnings = offline.beginnings(nowhere, repeats=repeats * 6)
    say(f"{SPECS} jobs offline")
    specs = offline.thousand_specs(nowhere, number=SPECS, repeats=max(3, repeats // 2))
    say("dev up")
    starts: list[cluster.Start] = []
    with cluster.running(env, starts, repeats=3) as state:
        addresses = {"NOMAD_ADDR": state.nomad_address, "CONSUL_HTTP_ADDR": state.consul_address}
        place = deploys.Place(state.nomad_address, state.nomad, env | addresses, folder)
        say(f"{JOBS} new jobs")
        new = deploys.deploy_new(place, number=JOBS, repeats=repeats)
        say(f"{UNCHANGED_JOBS} unchanged jobs")
        unchanged = deploys.deploy_unchanged(place, number=UNCHANGED_JOBS, repeats=repeats)
        versions = f"Nomad {state.versions['nomad']}, Consul {state.versions['consul']}"
    rivals = ", ".join(f"{name} {version}" for name, version in VERSIONS.items())
    return page.Figures(
        machine=", ".join(filter(None, [cluster.machine(), note])),
        versions=f"Python {sys.version.split()[0]}, {versions}, {rivals}",
        jobs=JOBS,
        unchanged_jobs=UNCHANGED_JOBS,
        specs=SPECS,
        deploys=new,
        unchanged=unchanged,
        offline=specs,
        beginnings=beginnings,
        starts=starts,
    )


def say(text: str) -> None:
    sys.stderr.write(f"measuring: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
