"""Judges the client nodes: ready, versions, drivers, network plugins, Envoy, and room for each app; pure."""

from collections.abc import Callable, Sequence
from functools import partial

from deployer.cluster.model import ObservedNode
from deployer.devcluster.versions import at_least, version_in
from deployer.doctor.model import Attempt, Check, fails, not_read, ok, warning
from deployer.doctor.needs import AppNeed, Needs
from deployer.doctor.servers import Minimum
from deployer.errors import AccessDenied

# What Nomad's bridge network calls (client/allocrunner/networking_bridge_linux.go).
CNI_PLUGINS = ("bridge", "firewall", "host-local", "loopback", "portmap")
# Nomad's fingerprint of the bridge sets it (client/fingerprint/bridge_linux.go).
_BRIDGE = "nomad.bridge.hairpin_mode"
_PLUGIN = "plugins.cni.version."


def check_nodes(attempt: Attempt[tuple[ObservedNode, ...]], needs: Needs, minimum: Minimum, server: str) -> list[Check]:
    """
    Judge the nodes.

    Args:
        server: Nomad's version, empty where it is not known.
    """
    if isinstance(attempt.error, AccessDenied):
        return []  # said where the token is judged
    if attempt.value is None:
        return [not_read("nodes", attempt)]
    ready = [node for node in attempt.value if node.ready]
    if not ready:
        return [fails("nodes", "no node is ready and eligible", "nomad node status; nomad node eligibility -enable ID")]
    return [
        *_ready(attempt.value, ready),
        *_versions(ready, minimum, server),
        *_drivers(ready, needs),
        *(_mesh(ready, needs) if needs.mesh else ()),
        *(_room(app, ready) for app in needs.apps),
    ]


def _ready(nodes: Sequence[ObservedNode], ready: Sequence[ObservedNode]) -> list[Check]:
    others = [node for node in nodes if not node.ready]
    checks = [ok("nodes", f"{_counted(ready)} ready: {_names(ready)}")]
    if others:
        told = ", ".join(
            f"{node.name} ({node.status}, {'draining' if node.drain else node.eligibility})" for node in others
        )
        checks.append(warning("nodes", f"takes no allocations: {told}", "nomad node eligibility -enable ID"))
    return checks


def _versions(ready: Sequence[ObservedNode], minimum: Minimum, server: str) -> list[Check]:
    old = [node for node in ready if not at_least(version_in(node.version), minimum.version)]
    newer = [node for node in ready if server and not at_least(server, version_in(node.version))]
    checks = [
        fails("nodes", f"{node.name} runs Nomad {node.version}, older than {minimum.version}", minimum.because)
        for node in old
    ]
    checks += [
        warning(
            "nodes",
            f"{node.name} runs Nomad {node.version}, newer than its servers ({server})",
            "upgrade the servers first",
        )
        for node in newer
    ]
    return checks


def _drivers(ready: Sequence[ObservedNode], needs: Needs) -> list[Check]:
    checks = []
    for driver in sorted({driver for app in needs.apps for driver in app.drivers}):
        able = [node for node in ready if node.drivers.get(driver) == (True, True)]
        users = [app.name for app in needs.apps if driver in app.drivers]
        hint = f"{', '.join(users)} want{'s' if len(users) == 1 else ''} it: enable its plugin on a client"
        checks.append(_shared(able, ready, f"driver {driver} is healthy", f"driver {driver}", hint))
    return checks


def _mesh(ready: Sequence[ObservedNode], needs: Needs) -> list[Check]:
    meta = sorted({key for app in needs.apps for key in app.meta})
    return [
        _where(ready, _has_bridge, "Nomad's bridge network", "load the kernel modules bridge and br_netfilter"),
        *_plugins(ready),
        _where(
            ready, _has_connect, "a Consul agent with Connect", "connect { enabled = true } in Consul's configuration"
        ),
        _where(ready, _has_xds, "Consul's xDS port", "ports { grpc = 8502 } (or grpc_tls) in Consul's configuration"),
        *(_where(ready, partial(_has_meta, key), f"meta {key}", _META_HINT.format(key)) for key in meta),
    ]


def _plugins(ready: Sequence[ObservedNode]) -> list[Check]:
    """Name each plugin that is nowhere; otherwise say in one line where all of them are."""
    have = [partial(_has_plugin, plugin) for plugin in CNI_PLUGINS]
    missing = [plugin for plugin, has in zip(CNI_PLUGINS, have, strict=True) if not any(map(has, ready))]
    if missing:
        return [fails("nodes", f"no ready node has the CNI plugin {plugin}", _CNI_HINT) for plugin in missing]
    return [_where(ready, lambda node: all(has(node) for has in have), "every CNI plugin", _CNI_HINT)]


_CNI_HINT = "install the CNI plugins and name their directory in the client's cni_path"
_META_HINT = "client {{ meta {{ {} = … }} }} on the nodes, or the pack's own variable"


def _has_bridge(node: ObservedNode) -> bool:
    return _BRIDGE in node.attributes


def _has_plugin(plugin: str, node: ObservedNode) -> bool:
    return f"{_PLUGIN}{plugin}" in node.attributes


def _has_connect(node: ObservedNode) -> bool:
    return node.attributes.get("consul.connect") == "true"


def _has_xds(node: ObservedNode) -> bool:
    return int(node.attributes.get("consul.grpc") or 0) > 0


def _has_meta(key: str, node: ObservedNode) -> bool:
    return bool(node.meta.get(key))


def _where(ready: Sequence[ObservedNode], has: Callable[[ObservedNode], bool], what: str, hint: str) -> Check:
    return _shared([node for node in ready if has(node)], ready, f"{what} is there", what, hint)


def _shared(able: Sequence[ObservedNode], ready: Sequence[ObservedNode], good: str, what: str, hint: str) -> Check:
    """All nodes is well, some is worth knowing, none fails."""
    if not able:
        return fails("nodes", f"no ready node has {what}", hint)
    if len(able) < len(ready):
        return ok("nodes", f"{good} on {len(able)} of {len(ready)} nodes: {_names(able)}")
    return ok("nodes", f"{good} on every node" if len(ready) > 1 else good)


def _room(app: AppNeed, ready: Sequence[ObservedNode]) -> Check:
    """Judge whether any node could take one allocation at all, were it empty."""
    pooled = [node for node in ready if app.pool in ("all", node.pool)]
    if not pooled:
        return fails("apps", f"{app.name}: no ready node is in pool {app.pool!r}", "start one, or change node_pool")
    willing = [node for node in pooled if _takes(node, app)]
    if not willing:
        wanted = (
            *sorted(app.drivers),
            *(f"meta {key}" for key in sorted(app.meta)),
            *(f"volume {volume}" for volume in sorted(app.volumes)),
        )
        return fails("apps", f"{app.name}: no node has all of {', '.join(wanted)}", "put them on one node")
    fitting = [node for node in willing if node.cpu_mhz >= app.cpu_mhz and node.memory_mb >= app.memory_mb]
    if fitting:
        return ok("apps", f"{app.name} fits on {_counted(fitting)}")
    cpu, memory = max(node.cpu_mhz for node in willing), max(node.memory_mb for node in willing)
    message = f"{app.name} wants {app.cpu_mhz} MHz and {app.memory_mb} MB, its sidecar included; nodes have at most"
    return fails("apps", f"{message} {cpu} MHz and {memory} MB", "make resources smaller, or add a larger node")


def _takes(node: ObservedNode, app: AppNeed) -> bool:
    return (
        all(node.drivers.get(driver) == (True, True) for driver in app.drivers)
        and all(node.meta.get(key) for key in app.meta)
        and app.volumes <= set(node.host_volumes)
    )


def _counted(nodes: Sequence[ObservedNode]) -> str:
    return f"{len(nodes)} node{'s' if len(nodes) != 1 else ''}"


def _names(nodes: Sequence[ObservedNode]) -> str:
    names = sorted(node.name for node in nodes)
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")  # noqa: PLR2004 - a line's worth
