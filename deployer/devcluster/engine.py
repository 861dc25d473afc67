"""Which Docker engine does the cluster use: the machine's, one started here, or none?"""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deployer.devcluster.agents import environment_for, spawn
from deployer.devcluster.binaries import cache_root
from deployer.devcluster.command import run_command
from deployer.devcluster.ledger import Ledger
from deployer.devcluster.lineage import start_time
from deployer.devcluster.machine import has_systemd
from deployer.devcluster.network import busy_networks, pick_subnet, short_id
from deployer.devcluster.ready import docker_answers
from deployer.devcluster.remains import list_paths
from deployer.devcluster.state import Agent, ClusterState, engine_directory, read_state

ENGINE_DIRECTORIES = tuple(
    Path(place) for place in ("/run/containerd/s", "/run/containerd", "/run/docker/plugins", "/run/docker")
)
"""dockerd and containerd make these whatever their directories are set to."""

_DEFAULT_HOST = "unix:///var/run/docker.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    """
    The Docker engine of a cluster.

    Attributes:
        host: its address, or empty if there is none.
        note: whose it is, or why there is none, for the user.
        started: the process to wait for, if it was started just now.
    """

    host: str
    note: str
    started: Agent | None = None


def choose_engine() -> EngineChoice:
    """
    Take the engine that answers; start our own where dockerd is installed and nothing runs it.
    The caller holds the lock on the state root: all clusters of a user share one engine, because
    a data directory (with its images) takes only one.
    """
    host = os.environ.get("DOCKER_HOST", _DEFAULT_HOST)
    if docker_answers(host):
        return EngineChoice(host=host, note=f"the machine's engine at {host}")
    if shutil.which("dockerd") is None:
        return EngineChoice(host="", note="Docker is not installed; raw_exec and exec work without it")
    if has_systemd():
        return EngineChoice(host="", note="Docker does not run; start it with: systemctl start docker")
    own = own_engine()
    is_running = is_in_use(engine_data())
    if own is not None and (is_running or docker_answers(own.docker_host)):
        return EngineChoice(host=own.docker_host, note="our own engine")
    if is_running:
        note = f"an engine of another state directory uses {engine_data()}; set XDG_CACHE_HOME too"
        return EngineChoice(host="", note=note)
    return start_engine()


def own_engine() -> ClusterState | None:
    """Return the state of the engine that `dev up` started, if there is one."""
    return read_state(engine_directory())


def engine_data() -> Path:
    """Return our own engine's data directory; it stays, so that images are made once."""
    return cache_root().parent / "docker"


def is_in_use(data: Path) -> bool:
    """Tell whether a Docker engine runs on a data directory: it must never be touched then."""
    word = f"--data-root={data}".encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            if word in path.read_bytes().split(b"\0"):
                return True
    return False


def start_engine() -> EngineChoice:
    """
    Start dockerd with a socket, directories and a bridge of its own. It may touch no firewall
    rule: it would flush those of another engine; the few it needs are made and recorded here.
    """
    directory = str(engine_directory())
    run = Path(f"/run/nomadeploy-docker-{short_id(directory)}")
    ledger = Ledger(
        ClusterState(
            name="docker",
            directory=directory,
            subnet=str(pick_subnet(busy_networks())),
            bridge=f"nd{short_id(directory)}d",
            docker_host=f"unix://{run}/docker.sock",
            before=list_paths(ENGINE_DIRECTORIES),
        )
    )
    ledger.note("directory", str(run))
    run.mkdir(mode=0o700, exist_ok=True)
    # dockerd would give the bridge the addresses it had the last time.
    shutil.rmtree(engine_data() / "network", ignore_errors=True)
    _make_docker_bridge(ledger)
    agent = _spawn_dockerd(ledger, run)
    return EngineChoice(host=ledger.state.docker_host, note="our own engine", started=agent)


def _make_docker_bridge(ledger: Ledger) -> None:
    bridge, subnet = ledger.state.bridge, ledger.state.subnet
    gateway = subnet.replace(".0/20", ".1/20")
    ledger.note("bridge", bridge)
    run_command("ip", "link", "add", bridge, "type", "bridge")
    run_command("ip", "addr", "add", gateway, "dev", bridge)
    run_command("ip", "link", "set", bridge, "up")
    ledger.make_rule("filter", "FORWARD", f"-i {bridge} -j ACCEPT")
    ledger.make_rule("filter", "FORWARD", f"-o {bridge} -j ACCEPT")
    ledger.make_rule("nat", "POSTROUTING", f"-s {subnet} ! -o {bridge} -j MASQUERADE")


def _spawn_dockerd(ledger: Ledger, run: Path) -> Agent:
    state = ledger.state
    options = {
        "host": state.docker_host,
        "data-root": str(engine_data()),
        "exec-root": str(run / "exec"),
        "pidfile": str(run / "docker.pid"),
        "bridge": state.bridge,
        "iptables": "false",
        "ip6tables": "false",
        "log-level": "warn",
    }
    log = Path(state.directory) / "logs" / "dockerd.log"
    argv = ("dockerd", *(f"--{name}={value}" for name, value in options.items()))
    pid = spawn(argv, log=log, environment=environment_for(state.directory))
    agent = Agent(role="dockerd", node="docker", pid=pid, started=start_time(pid), log=str(log))
    ledger.add_agent(agent)
    return agent
