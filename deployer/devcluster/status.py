"""What does `dev status` show of a cluster?"""

import json
from collections.abc import Sequence
from typing import Any

from deployer.devcluster import ready
from deployer.devcluster.lineage import is_alive
from deployer.devcluster.state import ClusterState


def describe(state: ClusterState) -> dict[str, Any]:
    """Return a JSON-ready picture of the cluster as it is now."""
    listing = ready.ask(state.nomad_address, "/v1/nodes") or []
    stubs = {stub["Name"]: stub for stub in listing}
    healthy = all(is_alive(agent) for agent in state.agents) and state.phase == "running"
    return {
        "name": state.name,
        "status": "running" if healthy and ready.nodes_take_jobs(state) else "broken",
        "nomad": state.nomad_address,
        "consul": state.consul_address,
        "grpc": state.grpc_address,
        "http": f"http://localhost:{state.http_port}",
        "https": f"https://localhost:{state.https_port}",
        "ca_cert": state.ca_cert,
        "docker": state.docker_host or None,
        "docker_note": state.docker_note,
        "platform": state.platform or None,
        "versions": dict(state.versions),
        "directory": state.directory,
        "processes": [
            {"role": agent.role, "node": agent.node, "pid": agent.pid, "alive": is_alive(agent), "log": agent.log}
            for agent in state.agents
        ],
        "nodes": [_node(node.name, node.address, node.pool, stubs.get(node.name, {})) for node in state.nodes],
    }


def _node(name: str, address: str, pool: str, stub: dict[str, Any]) -> dict[str, Any]:
    drivers = stub.get("Drivers") or {}
    return {
        "name": name,
        "address": address,
        "pool": pool,
        "status": stub.get("Status", "unknown"),
        "drivers": sorted(driver for driver, info in drivers.items() if info.get("Healthy")),
    }


def status_text(pictures: Sequence[dict[str, Any]], output: str) -> str:
    """Return the pictures as JSON or as text."""
    if output == "json":
        return json.dumps(pictures, indent=2)
    if not pictures:
        return "no dev cluster; start one with: nomadeploy dev up"
    return "\n\n".join("\n".join(status_lines(picture)) for picture in pictures)


def status_lines(picture: dict[str, Any]) -> list[str]:
    """Return the picture as lines of text."""
    rows = [
        ("cluster", f"{picture['name']} ({picture['status']})"),
        ("nomad", picture["nomad"]),
        ("consul", f"{picture['consul']} (grpc {picture['grpc']})"),
        ("ingress", f"{picture['https']} {picture['http']} ({picture['platform'] or 'not deployed'})"),
        ("ca", picture["ca_cert"]),
        ("docker", picture["docker"] or picture["docker_note"]),
        ("versions", ", ".join(f"{name} {version}" for name, version in picture["versions"].items())),
        ("state", picture["directory"]),
    ]
    rows += [
        ("node", f"{node['name']} {node['address']} {node['pool']} {node['status']}: {' '.join(node['drivers'])}")
        for node in picture["nodes"]
    ]
    rows += [
        ("process", f"{one['role']} on {one['node']}: pid {one['pid']}{'' if one['alive'] else ' (gone)'}")
        for one in picture["processes"]
    ]
    return [f"{label:<9} {text}" for label, text in rows]
