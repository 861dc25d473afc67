"""Can this machine run a dev cluster, and what does it offer?"""

import os
import platform
import shutil
from pathlib import Path

from deployer.errors import MachineUnfit

_CNI_PLACES = ("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni")
_CNI_PLUGINS = ("bridge", "firewall", "host-local", "loopback", "portmap")
_PROGRAMS = {"ip": "iproute2", "iptables": "iptables", "nsenter": "util-linux", "umount": "util-linux"}
_ELSEWHERE = "use the Vagrant cluster: cd vagrant && vagrant up"
_WORKS_ANYWAY = "render, validate, and plan against a remote cluster work here all the same"


def require_fit_machine() -> None:
    """
    Refuse a machine that cannot carry a dev cluster, with what to do instead.

    Raises:
        MachineUnfit: not Linux, not root, or a program is missing.
    """
    refusal = judge_machine(
        system=platform.system(),
        user_id=os.geteuid() if hasattr(os, "geteuid") else -1,
        missing=tuple(name for name in _PROGRAMS if shutil.which(name) is None),
    )
    if refusal is not None:
        raise refusal


def judge_machine(*, system: str, user_id: int, missing: tuple[str, ...]) -> MachineUnfit | None:
    """Return the refusal for a machine with these properties; None if it is fit."""
    if system != "Linux":
        return MachineUnfit(
            f"a dev cluster needs Linux (network namespaces, cgroups), this is {system}; {_WORKS_ANYWAY}",
            hint=_ELSEWHERE,
        )
    if user_id != 0:
        return MachineUnfit(
            f"a dev cluster needs root (bridges, iptables, mounts, cgroups); {_WORKS_ANYWAY}",
            hint=f"run it as root (sudo -E nomadeploy dev up), or {_ELSEWHERE}",
        )
    if missing:
        packages = sorted({_PROGRAMS[name] for name in missing})
        return MachineUnfit(
            f"a dev cluster needs {', '.join(missing)}; {_WORKS_ANYWAY}",
            hint=f"install {' '.join(packages)}, or {_ELSEWHERE}",
        )
    return None


def system_cni_path() -> str:
    """Return the system's directory that holds every CNI plugin Nomad's bridge needs, or nothing."""
    return next((place for place in _CNI_PLACES if has_cni_plugins(Path(place))), "")


def has_cni_plugins(directory: Path) -> bool:
    """Tell whether all plugins of Nomad's bridge network are there (Nomad: cni/bridge.go)."""
    return all(os.access(directory / name, os.X_OK) for name in _CNI_PLUGINS)


def has_systemd() -> bool:
    """Tell whether systemd runs this machine (sd_booted(3)): then services are its business."""
    return Path("/run/systemd/system").is_dir()
