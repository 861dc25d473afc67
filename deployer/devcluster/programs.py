"""Which programs does a cluster run with?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deployer.devcluster.binaries import Binary, Finder, Way, cache_root
from deployer.devcluster.machine import system_cni_path
from deployer.devcluster.versions import read_pins


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """
    What a cluster needs on disk.

    Attributes:
        nomad, consul, traefik, envoy: the programs.
        cni_path: directory of the CNI plugins.
    """

    nomad: Binary
    consul: Binary
    traefik: Binary
    envoy: Binary
    cni_path: Path

    def versions(self) -> dict[str, str]:
        """Return the programs' versions by name."""
        return {binary.name: binary.version for binary in (self.nomad, self.consul, self.traefik, self.envoy)}


def find_programs(progress: Callable[[str], None]) -> Programs:
    """
    Find every program of a cluster, fetching what is missing.

    Raises:
        MachineUnfit: one cannot be had; the message names every way tried.
    """
    pins = read_pins()
    ways: tuple[Way, ...] = ()
    finder = Finder(cache_root(), ways, progress)
    return Programs(
        nomad=finder.find(pins["nomad"]),
        consul=finder.find(pins["consul"]),
        traefik=finder.find(pins["traefik"]),
        envoy=finder.find(pins["envoy"]),
        cni_path=Path(system_cni_path()),
    )
