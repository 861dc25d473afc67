"""When does the cluster take jobs? Asked of the agents' own HTTP endpoints, every 20 ms."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deployer.devcluster.lineage import is_alive
from deployer.devcluster.state import Agent, ClusterState
from deployer.errors import MachineUnfit

_POLL_S = 0.02


def ask(address: str, path: str, *, timeout_s: float = 2.0) -> Any:
    """Return a JSON answer of Nomad, Consul or Docker; None while there is none (yet)."""
    connection = open_connection(address, timeout_s=timeout_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        return json.loads(body) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def open_connection(address: str, *, timeout_s: float) -> http.client.HTTPConnection:
    """Return a connection to ``http://host:port`` or ``unix:///path``."""
    url = urlsplit(address)
    if url.scheme == "unix":
        return _UnixConnection(url.path, timeout_s)
    return http.client.HTTPConnection(url.netloc, timeout=timeout_s)


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket, as the Docker engine speaks it."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket instead of a host and port."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def wait_for(agent: Agent, what: str, check: Callable[[], bool], *, limit_s: float = 30.0) -> None:
    """
    Poll until the check holds.

    Raises:
        MachineUnfit: the agent ended, or the limit passed; with the end of its log.
    """
    deadline = time.monotonic() + limit_s
    while not check():
        if not is_alive(agent):
            raise MachineUnfit(f"{agent.role} ended before {what}:\n{log_end(agent)}", hint=f"see {agent.log}")
        if time.monotonic() > deadline:
            raise MachineUnfit(
                f"{what}: not within {limit_s:g} s; the end of {agent.role}'s log:\n{log_end(agent)}",
                hint=f"see {agent.log}",
            )
        time.sleep(_POLL_S)


def log_end(agent: Agent, lines: int = 15) -> str:
    """Return the last lines of an agent's log, indented."""
    try:
        text = Path(agent.log).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "  (no log)"
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])


def consul_answers(address: str) -> bool:
    """Tell whether Consul's agent answers, which is all that Nomad's fingerprint needs."""
    return ask(address, "/v1/agent/self") is not None


def consul_leads(state: ClusterState) -> bool:
    """Tell whether Consul has a leader and the default deny is in force."""
    return bool(ask(state.consul_address, "/v1/status/leader")) and (
        ask(state.consul_address, "/v1/config/service-intentions/*") is not None
    )


def nomad_registers(state: ClusterState) -> bool:
    """Tell whether Nomad has a leader and the key that signs node identities (/.well-known/jwks.json)."""
    return bool(ask(state.nomad_address, "/v1/status/leader")) and bool(
        (ask(state.nomad_address, "/.well-known/jwks.json") or {}).get("keys")
    )


def docker_answers(docker_host: str) -> bool:
    """Tell whether a Docker engine answers at the address (GET /version)."""
    return docker_host.startswith("unix://") and ask(docker_host, "/version", timeout_s=5.0) is not None


def nodes_take_jobs(state: ClusterState) -> bool:
    """Tell whether every node is ready and eligible, its drivers healthy, Consul seen (GET /v1/nodes)."""
    listing = ask(state.nomad_address, "/v1/nodes") or []
    by_name = {stub["Name"]: stub for stub in listing if stub["Status"] != "down"}
    drivers = ("raw_exec", "exec", "docker") if state.docker_host else ("raw_exec", "exec")
    return all(
        node.name in by_name and _takes_jobs(by_name[node.name], drivers) and _sees_consul(state, by_name[node.name])
        for node in state.nodes
    )


def _takes_jobs(stub: dict[str, Any], drivers: tuple[str, ...]) -> bool:
    known = stub.get("Drivers") or {}
    healthy = all(known.get(driver, {}).get("Healthy", False) for driver in drivers)
    return stub["Status"] == "ready" and stub["SchedulingEligibility"] == "eligible" and healthy


def _sees_consul(state: ClusterState, stub: dict[str, Any]) -> bool:
    node = ask(state.nomad_address, f"/v1/node/{stub['ID']}") or {}
    attributes = node.get("Attributes") or {}
    return attributes.get("consul.connect") == "true" and attributes.get("consul.grpc", "-1") != "-1"
