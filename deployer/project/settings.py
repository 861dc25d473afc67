"""The environments of nomadeploy.hcl, and which of them share a Consul or a Nomad namespace; pure."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployer.finding import Finding
from deployer.hcl.body import is_literal
from deployer.project.flatten import Tree, leaves_of, top_leaves
from deployer.project.model import Endpoint, Environment, Ingress, Leaf

_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_FILES = ("ca_cert", "ca_path", "client_cert", "client_key", "token_file")


def seconds(duration: str) -> float:
    """Return the seconds of a Go duration such as ``1m30s``."""
    return sum(float(number) * _UNITS_S[unit] for number, unit in re.findall(r"([\d.]+)(ns|us|µs|ms|s|m|h)", duration))


def environments_of(
    values: Mapping[str, Any], trees: Tree, lines: Mapping[str, int], root: Path, findings: list[Finding]
) -> dict[str, Environment]:
    """Return the environments by name; `values` conform to the schema already."""
    consuls = Counter(_consul_of(value) for value in values.values())
    nomads = Counter(_namespace_of(value) for value in values.values())
    result = {}
    for name, value in values.items():
        tree = trees.get(name, {})
        findings += _expressions(name, tree if isinstance(tree, dict) else {})
        result[name] = Environment(
            name=name,
            line=lines.get(name, 1),
            protected=value["protected"],
            dev_cluster=value["dev_cluster"] or "",
            nomad=_endpoint(value["nomad"], root),
            consul=_endpoint(value["consul"], root),
            ingress=_ingress(value["ingress"], root),
            variables=_variables(tree if isinstance(tree, dict) else {}),
            own_consul=consuls[_consul_of(value)] == 1,
            own_namespace=nomads[_namespace_of(value)] == 1,
            timeout_s=seconds(value["timeout"]),
        )
    return result


def _consul_of(value: Mapping[str, Any]) -> str:
    """Name the Consul an environment uses; those without an address may all use CONSUL_HTTP_ADDR's."""
    if value["dev_cluster"]:
        return f"dev:{value['dev_cluster']}"
    return str((value["consul"] or {}).get("address") or "from the shell's environment")


def _namespace_of(value: Mapping[str, Any]) -> str:
    nomad = value["nomad"] or {}
    where = f"dev:{value['dev_cluster']}" if value["dev_cluster"] else nomad.get("address") or "from the shell"
    return f"{where} {nomad.get('region') or ''} {nomad.get('namespace') or 'default'}"


def _expressions(name: str, tree: Tree) -> list[Finding]:
    return [
        Finding(
            path=leaf.source.path,
            line=leaf.source.line,
            key=f"environment/{name}/{'/'.join(key)}",
            message="an environment's settings are plain values; expressions belong into app files",
        )
        for key, leaf in leaves_of(tree).items()
        if not is_literal(leaf.value)
    ]


def _variables(tree: Tree) -> Mapping[str, Leaf]:
    branch = tree.get("variables", {})
    return top_leaves(branch) if isinstance(branch, dict) else {}


def _endpoint(value: Mapping[str, Any] | None, root: Path) -> Endpoint:
    if value is None:
        return Endpoint()
    given: dict[str, Any] = {key: item for key, item in value.items() if item is not None}
    # Files are named from the project's root, wherever the command is run.
    files: dict[str, Any] = {key: str(root / given[key]) for key in _FILES if key in given}
    return Endpoint(**(given | files))


def _ingress(value: Mapping[str, Any] | None, root: Path) -> Ingress:
    if value is None:
        return Ingress()
    return Ingress(
        address=value["address"] or "",
        service=value["service"],
        https_port=value["https_port"],
        ca_cert=str(root / value["ca_cert"]) if value["ca_cert"] else "",
    )
