"""
Services in Consul's mesh.

Source: Nomad 1.11.3, ``nomad/structs/services.go`` (ConsulConnect.Validate), ``nomad/structs/connect.go``,
``nomad/job_endpoint_hook_connect.go`` and ``nomad/job_endpoint_hook_expose_check.go``. What Nomad lets
pass and Consul 1.22 refuses when the sidecar is registered: an upstream without a bind port or name.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from deployer.finding import did_you_mean
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.reading import is_later, networks_of, port_labels

_MOST_UID = 65535


def connect_holds(node: Node) -> Iterator[Complaint]:
    """Yield a connect block that is not exactly one of sidecar, native and gateway."""
    service = node.parent
    sidecar, gateway = node.first("sidecar_service"), node.first("gateway")
    native = node.flag("native")
    chosen = [found is not None for found in (sidecar, gateway)] + [bool(native)]
    if native is not None and sum(chosen) != 1:
        yield node.complain("connect needs exactly one of sidecar_service { }, native = true and gateway { }")
    if service is None or service.parent is None:
        return
    if service.parent.type == "task":
        yield node.complain("connect is for a group's services; move the service from the task to the group")
        return
    if service.text("provider") == "nomad":
        yield node.complain('a service with provider = "nomad" cannot join Consul\'s mesh; use "consul"')
    if native:
        yield from _native_complaints(service)
    if sidecar is not None:
        yield from _sidecar_complaints(service, sidecar)


def _native_complaints(service: Node) -> Iterator[Complaint]:
    tasks = list(service.parent.all("task")) if service.parent is not None else []
    name = service.text("task")
    if name == "" and len(tasks) != 1:
        yield service.complain("task is missing; it says which of the group's tasks is native", "task")
    elif name and not is_later(name) and name not in {task.name for task in tasks}:
        near = did_you_mean(name, [task.name for task in tasks])
        yield service.complain(f"the group has no task {name!r}{near}", "task")
    if service.text("port") == "":
        yield service.complain("port is missing; a native mesh service needs one", "port")


def _sidecar_complaints(service: Node, sidecar: Node) -> Iterator[Complaint]:
    group, name, proxy = service.parent, service.text("name"), sidecar.first("proxy")
    if name and name != name.lower() and not is_later(name):
        yield service.complain(f"a mesh service's name must be lower case, not {name!r}", "name")
    if group is not None and group.name != group.name.lower() and not is_later(group.name):
        yield group.complain(f"a group with a mesh service must have a lower-case name, not {group.name!r}")
    for check in service.all("check"):
        if check.text("type") == "tcp":
            words = "a tcp check cannot reach a mesh service, which listens on loopback; use an exposed http check"
            yield check.complain(words, "type")
    if service.text("port") == "" and not _is_only_a_caller(proxy):
        words = "port is missing; the sidecar passes the mesh's calls on to it"
        yield service.complain(words, "port")


def _is_only_a_caller(proxy: Node | None) -> bool:
    if proxy is None:
        return False
    callers = ("upstreams", "transparent_proxy")
    return proxy.has("local_service_port") or any(proxy.first(name) is not None for name in callers)


def group_is_ready_for_the_mesh(group: Node) -> Iterator[Complaint]:
    """Yield mesh services in a group without the one network they need, and clashes between them."""
    services = [service for service in group.all("service") if service.first("connect") is not None]
    for service in services:
        connect = service.first("connect")
        if connect is None:
            continue
        if connect.first("sidecar_service") is not None:
            yield from _network_complaints(group, connect, ("bridge",))
        elif connect.first("gateway") is not None:
            yield from _network_complaints(group, connect, ("bridge", "host"))
    yield from _expose_complaints(group)
    yield from _listener_complaints(services)
    proxies = [proxy for service in services for proxy in service.all("connect", "sidecar_service", "proxy")]
    transparent = [proxy for proxy in proxies if proxy.first("transparent_proxy") is not None]
    if transparent and len(services) > 1:
        yield transparent[0].complain("with a transparent proxy the group can have only one connect block")


def _network_complaints(group: Node, place: Node, modes: tuple[str, ...]) -> Iterator[Complaint]:
    networks = list(group.all("network"))
    allowed = " or ".join(f'"{mode}"' for mode in (*modes, "cni/…"))
    if len(networks) != 1:
        words = f"a mesh service needs exactly one network block in its group, here are {len(networks)}"
        yield place.complain(f'{words}; add network {{ mode = "bridge" }}')
        return
    mode = networks[0].text("mode")
    if mode is not None and mode not in modes and not mode.startswith("cni/"):
        words = f"a mesh service needs a network of mode {allowed}, not {mode or 'host'!r}"
        yield networks[0].complain(words, "mode")


def _expose_complaints(group: Node) -> Iterator[Complaint]:
    for check in group.all("task", "service", "check"):
        if check.flag("expose"):
            yield check.complain("expose is for a group's services; move the service to the group", "expose")
    for service in group.all("service"):
        for check in service.all("check"):
            if not check.flag("expose"):
                continue
            if not any(True for _ in service.all("connect", "sidecar_service")):
                yield check.complain("expose needs a connect sidecar in the service", "expose")
                yield from _network_complaints(group, check, ("bridge",))
            elif _is_exposed_by_path(check) and not _has_known_port(group, service):
                words = "an exposed check needs the service's port as a number or as a static port's label"
                yield check.complain(words, "expose")


def _is_exposed_by_path(check: Node) -> bool:
    type_, path = check.text("type"), check.text("path")
    return (type_ or "").lower() in ("http", "grpc") and (path or "").startswith("/")


def _has_known_port(group: Node, service: Node) -> bool:
    port = service.text("port")
    if port is None or port.isdigit():
        return True
    ports = [found for found in group.all("network", "port") if found.name == port or is_later(found.name)]
    return any(found.whole("static", 0) != 0 or is_later(found.name) for found in ports)


def _listener_complaints(services: list[Node]) -> Iterator[Complaint]:
    seen: dict[tuple[str | None, str | None], str | None] = {}
    for service in services:
        for upstream in service.all("connect", "sidecar_service", "proxy", "upstreams"):
            socket = upstream.text("local_bind_socket_path")
            port = upstream.text("local_bind_port")
            listener = (socket, "") if socket else (upstream.text("local_bind_address"), port)
            if listener in seen and not any(map(is_later, listener)) and listener != ("", ""):
                words = f"another upstream in this group listens on {port or socket} already"
                yield upstream.complain(words, "local_bind_socket_path" if socket else "local_bind_port")
            seen[listener] = service.text("name")


def upstream_holds(node: Node) -> Iterator[Complaint]:
    """Yield an upstream without a destination or without a place to listen (refused by Consul)."""
    if node.text("destination_name") == "":
        yield node.complain("destination_name is missing; it names the service to call", "destination_name")
    if node.whole("local_bind_port", 0) == 0 and node.text("local_bind_socket_path") == "":
        words = "local_bind_port is missing; the task calls the upstream at 127.0.0.1 and this port"
        yield node.complain(words, "local_bind_port")


def expose_path_holds(node: Node) -> Iterator[Complaint]:
    """Yield an exposed path whose listener_port is no port label (connectProxyExpose, at registration)."""
    label = node.text("listener_port")
    labels = port_labels(networks_of(node))
    if label is None or is_later(label) or any(map(is_later, labels)):
        return
    if label == "":
        yield node.complain("listener_port is missing; it names the port label to listen on", "listener_port")
    elif label not in labels:
        near = did_you_mean(label, labels)
        yield node.complain(f"the group's network has no port labelled {label!r}{near}", "listener_port")


def transparent_proxy_holds(node: Node) -> Iterator[Complaint]:
    """Yield what ConsulTransparentProxy.Validate and the connect hook refuse."""
    for name in ("exclude_outbound_cidrs", "exclude_uids", "exclude_inbound_ports"):
        for index, item in enumerate(node.items(name)):
            if item is not None and not is_later(str(item)) and not _is_possible(node, name, str(item)):
                yield node.complain(f"{item!r} is not possible here; {_EXPECTED[name]}", name, index)
    uid = node.text("uid")
    if uid and not is_later(uid) and not _is_small_number(uid):
        yield node.complain(f"uid must be a number up to {_MOST_UID}, not {uid!r}", "uid")
    if node.flag("no_dns") is False and any(net.first("dns") for net in networks_of(node) if _sets_dns(net)):
        yield node.complain("a transparent proxy and the network's dns block exclude each other; set no_dns = true")


_EXPECTED = {
    "exclude_outbound_cidrs": 'write a network such as "10.0.0.0/8"',
    "exclude_uids": f"write a user ID up to {_MOST_UID}",
    "exclude_inbound_ports": "write a port number or the label of a static port",
}


def _is_possible(node: Node, name: str, item: str) -> bool:
    if name == "exclude_outbound_cidrs":
        return _is_network(item)
    if name == "exclude_uids" or _is_small_number(item):
        return _is_small_number(item)
    ports = [port for network in networks_of(node) for port in network.all("port")]
    return any((port.name == item and port.whole("static", 0) != 0) or is_later(port.name) for port in ports)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _is_small_number(text: str) -> bool:
    return text.isdigit() and int(text) <= _MOST_UID


def _sets_dns(network: Node) -> bool:
    dns = network.first("dns")
    return dns is not None and any(dns.has(name) for name in ("servers", "searches", "options"))
