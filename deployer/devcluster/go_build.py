"""The way without the vendor's site: build from the Go module registry, exact by go.sum."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deployer.devcluster.binaries import ask_version
from deployer.devcluster.versions import TOOLS, Pin, at_least
from deployer.errors import MachineUnfit

_COMPILERS = ("gcc", "cc", "clang")


class GoBuild:
    """Builds programs from the go.mod and go.sum under tools/ with a Go toolchain it looks for once."""

    def __init__(self, toolchain: Callable[[], Path], progress: Callable[[str], None]) -> None:
        self._toolchain = toolchain
        self._progress = progress

    def fetch(self, pin: Pin, target: Path) -> None:
        """
        Build the pinned program, or its tree, into the target.

        Raises:
            MachineUnfit: no module, no toolchain, no C compiler, or the build failed.
        """
        folder = TOOLS / pin.name
        if not pin.module or not folder.is_dir():
            raise MachineUnfit("not published there")
        if pin.needs_c and not any(shutil.which(name) for name in _COMPILERS):
            raise MachineUnfit("no C compiler (Debian package gcc)")
        go = self._toolchain()
        self._progress(f"{pin.name} {pin.version}: building from {pin.module}; the first time takes some minutes")
        self._build(go, pin, target)

    def _build(self, go: Path, pin: Pin, target: Path) -> None:
        output = f"{target}/" if pin.tree else str(target)
        argv = [str(go), "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", output]
        done = subprocess.run(
            [*argv, "tool"],
            cwd=TOOLS / pin.name,
            env=_environment(needs_c=pin.needs_c),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if not line.startswith("go: downloading")]
            raise MachineUnfit(f"go build {pin.module}: " + "; ".join(lines[-3:]))


def go_on_path(pin: Pin) -> tuple[Path | None, str]:
    """Return the machine's Go if it is new enough, or why not."""
    place = shutil.which("go")
    if place is None:
        return None, "no go on PATH"
    version = ask_version(Path(place))
    if not at_least(version, pin.minimum):
        return None, f"{place} is {version or 'of an unknown version'}, {pin.minimum} or newer is needed"
    return Path(place), ""


def _environment(*, needs_c: bool) -> dict[str, str]:
    """The user's proxies and caches, but no setting of theirs that changes what is built."""
    return os.environ | {
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-buildvcs=false",
        "CGO_ENABLED": "1" if needs_c else "0",
    }
