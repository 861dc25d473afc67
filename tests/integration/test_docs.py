"""The documents do what they say: every block marked `sh` is run, every other command exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[Path, str]]:
    return [
        (page, text)
        for page in PAGES
        for name, text in FENCE.findall(page.read_text(encoding="utf-8"))
        if name == language
    ]


@pytest.mark.timeout(600)
def test_every_sh_block_runs_in_an_empty_folder(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    scripts = blocks("sh")
    # A state directory of its own keeps the block's cluster "dev" apart from the user's.
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    request.addfinalizer(
        lambda: subprocess.run(["nomadeploy", "dev", "down", "--all"], env=env, check=False, capture_output=True)
    )

    for number, (page, text) in enumerate(scripts):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{page.name}:\n{text}\n{done.stdout}\n{done.stderr}"
    assert scripts


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = [page.read_text(encoding="utf-8") for page in PAGES]

    named = {target for text in texts for target in re.findall(r"[`$] ?make ([a-z-]+)", text)}

    assert named - targets == set()
    assert {"demo", "test"} <= named


def test_every_nomadeploy_command_in_the_documents_exists() -> None:
    from deployer.cli.table import SUMMARIES

    named = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"`nomadeploy ([a-z]+)", page.read_text(encoding="utf-8"))
    }

    assert {(page, word) for page, word in named if word not in SUMMARIES} == set()
