"""
A machine within the machine: network, mounts and processes of its own, so that a test can compare
everything that is there before and after, whatever else runs beside it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from deployer.devcluster.binaries import cache_root

_FIRST_PROCESS = """
ip link set lo up
awk '{print $5}' /proc/self/mountinfo | grep -vE '^/($|proc|sys|dev|mnt)' | xargs -r umount --lazy --quiet
for place in /run /var/lib/cni /var/lib/nomadeploy; do mkdir -p "$place" && mount -t tmpfs tmpfs "$place"; done
echo ready
while :; do sleep 1 & wait; done
"""
"""Also reaps orphans, as the first process of a machine must."""


class QuietMachine:
    """Namespaces held open by one process; when it is ended, everything inside ends with it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        cache = home / "cache" / "nomadeploy"
        cache.mkdir(parents=True)
        (cache / "bin").symlink_to(cache_root())
        flags = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private")
        self._holder = subprocess.Popen(
            ["/usr/bin/unshare", *flags, "/bin/sh", "-c", _FIRST_PROCESS], stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "ready\n"
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children")
        self._first = children.read_text(encoding="ascii").split()[0]

    def close(self) -> None:
        """End the machine."""
        self._holder.kill()
        with self._holder:
            pass

    def argv(self, argv: Sequence[str]) -> list[str]:
        """Return the words that run a program inside."""
        return ["/usr/bin/nsenter", f"--target={self._first}", "--net", "--mount", "--pid", *argv]

    def environment(self) -> dict[str, str]:
        """Return the environment of programs inside: another home, the same programs."""
        places = {"XDG_STATE_HOME": str(self.home / "state"), "XDG_CACHE_HOME": str(self.home / "cache")}
        hidden = {"DOCKER_HOST", "NOMAD_ADDR", "CONSUL_HTTP_ADDR"}
        return {name: value for name, value in os.environ.items() if name not in hidden} | places

    def run(self, *argv: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program inside to its end."""
        done = subprocess.run(
            self.argv(argv), env=self.environment(), capture_output=True, text=True, check=False, timeout=120
        )
        assert not check or done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done

    def start(self, *argv: str) -> subprocess.Popen[str]:
        """Start a program inside."""
        return subprocess.Popen(
            self.argv(argv), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def cluster(self, verb: str, name: str, *options: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `up` or `down` of a cluster inside, without the platform."""
        return self.run(*dev(verb, name, *options), check=check)

    def status(self) -> list[dict[str, object]]:
        """Return what `dev status` says of the clusters inside."""
        done = self.run(sys.executable, "-m", "deployer", "dev", "status", "--output", "json")
        pictures: list[dict[str, object]] = json.loads(done.stdout)
        return pictures

    def request(self, method: str, url: str, body: object = None) -> object:
        """Send a JSON request inside and return the JSON answer."""
        data = () if body is None else ("--data", json.dumps(body))
        done = self.run("curl", "--silent", "--fail", "--max-time", "10", "--request", method, *data, url)
        return json.loads(done.stdout or "null")

    def snapshot(self) -> Mapping[str, frozenset[str]]:
        """Return everything inside that `dev down` must put back, by kind."""
        mounts = self.run("cat", "/proc/self/mountinfo").stdout.splitlines()
        saved = self.run("iptables-save").stdout.splitlines()
        return {
            "processes": frozenset(self._processes()),
            "links": frozenset(link["ifname"] for link in json.loads(self.run("ip", "-j", "link").stdout)),
            "addresses": frozenset(self.run("ip", "-br", "addr").stdout.splitlines()),
            "namespaces": frozenset(self.run("ip", "netns", "list").stdout.splitlines()),
            "mounts": frozenset(line.split()[4] for line in mounts),
            "firewall": frozenset(
                line.partition(" [")[0] for line in saved if line[:1] in ":-" and "ACCEPT [" not in line
            ),
            "files": frozenset(self._files()),
        }

    def _files(self) -> Iterator[str]:
        for path in self.run("find", "/run", "/var/lib/cni", "/var/lib/nomadeploy").stdout.splitlines():
            if "/exec/netns/" not in path:  # dockerd clears those away once a minute
                yield path

    def _processes(self) -> Iterator[str]:
        for line in self.run("ps", "-eo", "stat,args").stdout.splitlines():
            state, _, words = line.partition(" ")
            if not state.startswith("Z") and not words.strip().startswith(("ps ", "sleep 1")):
                yield words.strip()


def dev(verb: str, name: str, *options: str) -> tuple[str, ...]:
    """Return the words of `up` without the platform (its release has tests of its own), or of `down`."""
    if verb == "down":
        return (sys.executable, "-m", "deployer", "dev", "down", "--name", name)
    script = (
        "import sys\n"
        "from deployer.devcluster.up import bring_up\n"
        "bring_up(sys.argv[1], workers=int(sys.argv[2]), progress=lambda text: print(text, file=sys.stderr))\n"
    )
    return (sys.executable, "-c", script, name, *(options or ("0",)))


@pytest.fixture
def quiet_machine() -> Iterator[QuietMachine]:
    """A machine of its own for one test; its home is short, because sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="nd-") as home:
        machine = QuietMachine(Path(home))
        try:
            yield machine
        finally:
            machine.close()
            _unmount(Path(home))


def _unmount(home: Path) -> None:
    """The namespaces take a moment to end; then the home holds no mount any more."""
    deadline = time.monotonic() + 10
    while str(home) in Path("/proc/self/mountinfo").read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.05)


def interrupt(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Signal the program that nsenter runs inside."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    with contextlib.suppress(ProcessLookupError):
        for child in children or [str(process.pid)]:
            os.kill(int(child), number)
