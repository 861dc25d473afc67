"""What needs no cluster: a thousand job specifications, and how long a command takes to begin."""

import shutil
import tempfile
from pathlib import Path

import specs
from deploys import NOMADEPLOY, PYTHON, Place
from rivals import rival
from timing import Run, Series, interleaved


def thousand_specs(place: Place, *, number: int, repeats: int) -> dict[str, Series]:
    """Render and check `number` jobs, with an empty cache and with a filled one; nomad-pack renders them alone."""
    with tempfile.TemporaryDirectory(dir=place.folder) as name:
        folder = Path(name)
        names = specs.names(number)
        project = specs.write_project(folder / "project", names, "one", driver="raw_exec")
        pack = specs.write_pack(folder / "pack", names, "one", driver="raw_exec")
        cache = folder / "cache"
        apart = Place(place.nomad_address, place.nomad, place.env | {"XDG_CACHE_HOME": str(cache)}, folder)
        nomad_pack = str(rival("nomad-pack"))

        def validate() -> Run:
            return apart.run(NOMADEPLOY, "--project", str(project), "validate", "bench")

        def cold() -> Run:
            shutil.rmtree(cache, ignore_errors=True)
            cache.mkdir()
            return validate()

        def render_only() -> Run:
            shutil.rmtree(folder / "out", ignore_errors=True)
            return apart.run(nomad_pack, "render", "--to-dir", str(folder / "out"), "--auto-approve", str(pack))

        return interleaved({"cold": cold, "warm": validate, "nomad-pack": render_only}, repeats)


def beginnings(place: Place, *, repeats: int) -> dict[str, Series]:
    """Time commands that do next to nothing, in turn with Python that does nothing at all."""
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        project = specs.write_project(Path(folder), specs.names(1), "one", driver="raw_exec")
        subjects = {
            "python": lambda: place.run(PYTHON, "-c", "pass"),
            "help": lambda: place.run(NOMADEPLOY, "--help"),
            "render": lambda: place.run(NOMADEPLOY, "--project", str(project), "render", "bench"),
        }
        interleaved(subjects, 2)  # the first ones fill caches
        return interleaved(subjects, repeats)
