"""What did `dev up` make, and where is it written down so that `dev down` finds it after a crash?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

DATA_ROOT = Path("/var/lib/nomadeploy")
"""
Agents' data. Not under the home directory: Nomad binds a unix socket inside the allocation
directory, and a socket path may have at most 107 characters.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """
    One process that was started.

    Attributes:
        role: ``consul``, ``nomad-server``, ``nomad-client`` or ``dockerd``.
        node: name of the node it belongs to.
        pid: its process id.
        started: its start time in clock ticks since boot (/proc/<pid>/stat, field 22); a
            process with the same id and another start time is somebody else's.
        log: path of its log file.
    """

    role: str
    node: str
    pid: int
    started: int
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """
    One Nomad client (with its Consul agent).

    Attributes:
        name: the node's name in Nomad and Consul.
        address: its IPv4 address on the cluster's bridge; services are registered with it.
        pool: its Nomad node pool.
        netns: name of its network namespace, or empty for the host's own.
        data: directory of its agents' data.
        index: 0 is the host; workers count from 1.
    """

    name: str
    address: str
    pool: str
    netns: str
    data: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """
    One thing on the machine that must be removed again, written down before it is made.

    Attributes:
        kind: ``bridge``, ``netns``, ``rule`` or ``directory``.
        name: the interface, namespace or path; for a rule the table, the chain and the
            rule's own words, separated by blanks.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterState:
    """
    A dev cluster on this machine.

    Attributes:
        name: the cluster's name, also the value of its processes' environment marker.
        phase: ``starting`` until every node is ready, then ``running``.
        directory: where this state and the agents' configuration and logs are.
        subnet: the cluster's own IPv4 network; nodes have addresses in its first 256.
        bridge: interface that carries `subnet` on the host.
        nomad_address, consul_address: HTTP addresses on the loopback interface.
        grpc_address: Consul's xDS address (``host:port``), what Envoy bootstraps name.
        http_port, https_port: what Traefik listens on.
        metrics_port: where Traefik tells its metrics, on the loopback address alone.
        ca_cert, certificate, certificate_key: PEM files for Traefik; the CA is the user's own.
        nomad, consul, envoy, traefik: programs used.
        versions: their versions by name.
        cni_path: directory of the CNI plugins.
        docker_host: address of the Docker engine (``unix:///…``), or empty.
        docker_note: why there is no Docker engine, or whose it is.
        firewall_image: image that closes an allocation's ports, or empty where none can be made.
        nodes: all nodes; the first is on the host.
        agents: processes started, in order.
        made: things to remove, in the order they were made.
        before: shared things that were there before any dev cluster, so they stay: ``chain TABLE
            NAME``, ``path DIRECTORY``, ``mount DIRECTORY``.
        platform: what became of the platform's deployment, or empty before it.
    """

    name: str
    phase: str = "starting"
    directory: str = ""
    subnet: str = ""
    bridge: str = ""
    nomad_address: str = ""
    consul_address: str = ""
    grpc_address: str = ""
    http_port: int = 0
    https_port: int = 0
    metrics_port: int = 0
    ca_cert: str = ""
    certificate: str = ""
    certificate_key: str = ""
    nomad: str = ""
    consul: str = ""
    envoy: str = ""
    traefik: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    cni_path: str = ""
    docker_host: str = ""
    docker_note: str = ""
    firewall_image: str = ""
    nodes: tuple[Node, ...] = ()
    agents: tuple[Agent, ...] = ()
    made: tuple[Made, ...] = ()
    before: tuple[str, ...] = ()
    platform: str = ""

    def with_made(self, kind: str, name: str) -> "ClusterState":
        """Return the state with one more thing to remove."""
        return replace(self, made=(*self.made, Made(kind=kind, name=name)))

    def with_agent(self, agent: Agent) -> "ClusterState":
        """Return the state with one more process."""
        return replace(self, agents=(*self.agents, agent))


def engine_directory() -> Path:
    """Return where the state and the log of our own Docker engine are."""
    return state_root() / "engine"


def load_everything() -> tuple[ClusterState, ...]:
    """Read the states of this user's clusters and of our own Docker engine."""
    engine = read_state(engine_directory())
    return (*load_all(), engine) if engine else load_all()


def state_root() -> Path:
    """Return this user's state directory (platformdirs: ~/.local/state/nomadeploy)."""
    from platformdirs import user_state_dir

    return Path(user_state_dir("nomadeploy"))


def cluster_directory(name: str) -> Path:
    """Return where the cluster's state, configuration and logs are."""
    return state_root() / "clusters" / name


def load_state(name: str) -> ClusterState | None:
    """Read a cluster's state; None if there is no such cluster."""
    return read_state(cluster_directory(name))


def read_state(directory: Path) -> ClusterState | None:
    """Read the state in a directory; None if there is none."""
    import msgspec

    try:
        text = (directory / "state.json").read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(text, type=ClusterState)


def load_all() -> tuple[ClusterState, ...]:
    """Read the states of this user's clusters, by name."""
    names = sorted(path.parent.name for path in (state_root() / "clusters").glob("*/state.json"))
    return tuple(state for name in names if (state := load_state(name)) is not None)


def save_state(state: ClusterState) -> ClusterState:
    """Write the state so that a crash leaves either the old or the new one; return it."""
    import msgspec

    directory = Path(state.directory)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = directory / "state.json.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=2))
    fresh.replace(directory / "state.json")
    return state
