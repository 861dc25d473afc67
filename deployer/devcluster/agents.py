"""How are Consul and Nomad started?"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from deployer.devcluster.config import Ports, consul_config, nomad_client_config, nomad_server_config
from deployer.devcluster.ledger import Ledger
from deployer.devcluster.lineage import MARKER, start_time
from deployer.devcluster.network import enter
from deployer.devcluster.state import Agent, ClusterState, Node

_INHERITED = frozenset({"HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "DOCKER_CONFIG"})
_INHERITED_ENDS = ("_PROXY", "_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "CA_BUNDLE", "EXTRA_CA_CERTS")


def start_consul(ledger: Ledger, node: Node, ports: Ports) -> Agent:
    """Start the node's Consul agent; it joins by itself."""
    config = _write_config(ledger.state, "consul", node, consul_config(ledger.state, node, ports))
    return _start(ledger, "consul", node, (ledger.state.consul, "agent", f"-config-file={config}"))


def start_nomad_server(ledger: Ledger, ports: Ports) -> Agent:
    """Start the Nomad server, on the host."""
    host = ledger.state.nodes[0]
    config = _write_config(ledger.state, "nomad-server", host, nomad_server_config(ledger.state, ports))
    return _start(ledger, "nomad-server", host, (ledger.state.nomad, "agent", f"-config={config}"))


def start_nomad_client(ledger: Ledger, node: Node, ports: Ports) -> Agent:
    """Start the node's Nomad client, once the server takes registrations."""
    Path(node.data, "cni").mkdir(exist_ok=True)
    config = _write_config(ledger.state, "nomad-client", node, nomad_client_config(ledger.state, node, ports))
    return _start(ledger, "nomad-client", node, (ledger.state.nomad, "agent", f"-config={config}"))


def spawn(argv: Sequence[str], *, log: Path, environment: dict[str, str]) -> int:
    """
    Start a program in a session of its own (no Ctrl-C from our terminal) and return its pid.
    Its output goes to the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), writing, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawnp(argv[0], list(argv), environment, file_actions=actions, setsid=True)


def environment_for(marker: str, *programs: str) -> dict[str, str]:
    """
    Return what agents see of the user's environment: tasks inherit it, so tokens and cloud keys
    stay out. The programs' directories come first on PATH: Nomad runs `consul` for sidecars.
    """
    ours = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(("LC_", "PIP_")) or name.endswith(_INHERITED_ENDS)
    }
    ours.pop("AWS_CA_BUNDLE", None)
    directories = [str(Path(program).parent) for program in programs]
    path = os.pathsep.join([*directories, os.environ.get("PATH", os.defpath)])
    return ours | {"PATH": path, MARKER: marker}


def _start(ledger: Ledger, role: str, node: Node, argv: Sequence[str]) -> Agent:
    state = ledger.state
    log = Path(state.directory) / "logs" / f"{role}-{node.name}.log"
    environment = environment_for(state.directory, state.consul, state.nomad)
    pid = spawn((*enter(node), *argv), log=log, environment=environment)
    agent = Agent(role=role, node=node.name, pid=pid, started=start_time(pid), log=str(log))
    ledger.add_agent(agent)
    return agent


def _write_config(state: ClusterState, role: str, node: Node, config: dict[str, object]) -> Path:
    path = Path(state.directory) / "config" / f"{role}-{node.name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return path
