"""Where the images of the sample applications come from, told by a docker command of our own."""

import os
import stat
from pathlib import Path

import pytest

from deployer.devcluster.images import BASE_IMAGE, FIREWALL_IMAGE, Engine, base_image, build_image, firewall_image
from deployer.errors import MachineUnfit

# Writes down what it was asked; what it holds and what it can pull are files named in $FAKE.
DOCKER = """#!/bin/sh
echo "$*" >> "$FAKE/asked"
case "$1 $2" in
  "image ls") for last; do :; done; grep -qxF "$last" "$FAKE/held" && echo sha256:1 || true ;;
  "image inspect") echo sha256:2 ;;
  "pull --quiet") grep -qxF "$3" "$FAKE/hub" || { echo "no such host" >&2; exit 1; } ;;
  "build --tag") [ "$4" = - ] && cat > "$FAKE/dockerfile"; exit "$(cat "$FAKE/build")" ;;
esac
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(DOCKER)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name, text in {"held": "", "hub": "", "asked": "", "build": "0"}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/bin")
    monkeypatch.setenv("FAKE", str(tmp_path))
    return tmp_path


def asked(fake: Path) -> list[str]:
    return (fake / "asked").read_text().splitlines()


def test_a_base_that_is_there_is_neither_pulled_nor_made(fake: Path) -> None:
    (fake / "held").write_text(BASE_IMAGE)
    assert base_image(Engine()) == BASE_IMAGE
    assert len(asked(fake)) == 1


def test_a_hub_that_answers_gives_the_base(fake: Path) -> None:
    (fake / "hub").write_text(BASE_IMAGE)
    base_image(Engine())
    assert asked(fake)[-1] == f"pull --quiet {BASE_IMAGE}"


def test_the_firewall_image_is_built_once_on_the_base(fake: Path) -> None:
    (fake / "held").write_text(BASE_IMAGE)
    assert firewall_image(Engine()) == FIREWALL_IMAGE
    assert "iptables" in (fake / "dockerfile").read_text()
    (fake / "held").write_text(FIREWALL_IMAGE)
    (fake / "asked").write_text("")
    firewall_image(Engine())
    assert len(asked(fake)) == 1


def test_an_image_on_another_base_is_built_without_ours(fake: Path) -> None:
    (fake / "Dockerfile").write_text("FROM scratch\n")
    assert build_image(Engine(), fake, "shop/x:1") == "sha256:2"
    assert asked(fake)[0] == f"build --tag shop/x:1 {fake}"


def test_a_failed_build_tells_its_last_lines(fake: Path) -> None:
    (fake / "Dockerfile").write_text("FROM scratch\n")
    (fake / "build").write_text("1")
    with pytest.raises(MachineUnfit, match="docker build failed"):
        build_image(Engine(), fake, "shop/x:1")


def test_a_machine_without_docker_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineUnfit, match="docker is not installed"):
        Engine().has("x")
