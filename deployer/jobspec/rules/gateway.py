"""
Consul gateways that Nomad runs.

Source: Nomad 1.11.3, ``nomad/structs/services.go`` (the Validate methods of ConsulGateway and its parts).
"""

from collections.abc import Iterator

from deployer.jobspec.node import Complaint, Node

_PROTOCOLS = ("tcp", "http", "http2", "grpc")
_FILLED_IN_BY_NOMAD = -1


def gateway_holds(node: Node) -> Iterator[Complaint]:
    """Yield a gateway that is not exactly one of ingress, terminating and mesh."""
    kinds = [name for name in ("ingress", "terminating", "mesh") if node.first(name) is not None]
    if len(kinds) != 1:
        yield node.complain("a gateway needs exactly one of ingress { }, terminating { } and mesh { }")
    service = node.up("service")
    if kinds == ["mesh"] and service is not None and service.text("port") == "":
        yield service.complain("port is missing; a mesh gateway is reached there from other datacenters", "port")


def ingress_holds(node: Node) -> Iterator[Complaint]:
    """Yield an ingress gateway without listeners."""
    if node.first("listener") is None:
        yield node.complain("an ingress gateway needs at least one listener block")


def listener_holds(node: Node) -> Iterator[Complaint]:
    """Yield what ConsulIngressListener.Validate and ConsulIngressService.Validate refuse."""
    port, protocol = node.whole("port", 0), node.text("protocol")
    protocol = "tcp" if protocol == "" else protocol
    if port is not None and port <= 0:
        yield node.complain("port is missing; a listener needs one", "port")
    if protocol is not None and protocol not in _PROTOCOLS:
        yield node.complain(f"protocol must be one of {', '.join(_PROTOCOLS)}, not {protocol!r}", "protocol")
    if node.first("service") is None:
        yield node.complain("a listener needs at least one service block")
    for service in node.all("service"):
        yield from _service_complaints(service, protocol)


def _service_complaints(service: Node, protocol: str | None) -> Iterator[Complaint]:
    name, hosts = service.text("name"), service.items("hosts")
    if name == "":
        yield service.complain("name is missing; it names the service behind the listener", "name")
    elif name == "*" and protocol == "tcp":
        yield service.complain('a tcp listener leads to one service; name it instead of "*"', "name")
    elif name == "*" and hosts:
        yield service.complain('hosts are not possible with the name "*"', "hosts")
    if hosts and protocol == "tcp":
        yield service.complain("hosts are not possible with tcp, which carries no host name", "hosts")


def terminating_holds(node: Node) -> Iterator[Complaint]:
    """Yield a terminating gateway without services."""
    if node.first("service") is None:
        yield node.complain("a terminating gateway needs at least one service block")


def linked_service_holds(node: Node) -> Iterator[Complaint]:
    """Yield what ConsulLinkedService.Validate refuses."""
    if node.text("name") == "":
        yield node.complain("name is missing; it names the service outside the mesh", "name")
    has = {name: node.text(name) != "" for name in ("ca_file", "cert_file", "key_file", "sni")}
    if not has["ca_file"]:
        for name in ("cert_file", "key_file", "sni"):
            if has[name]:
                yield node.complain(f"{name} needs ca_file", name)
    if has["cert_file"] != has["key_file"]:
        given = "cert_file" if has["cert_file"] else "key_file"
        yield node.complain("cert_file and key_file go together; set both", given)


def bind_address_holds(node: Node) -> Iterator[Complaint]:
    """Yield what ConsulGatewayBindAddress.Validate refuses."""
    if node.text("address") == "":
        yield node.complain("address is missing; the gateway listens there", "address")
    port = node.whole("port", 0)
    if port is not None and port <= 0 and port != _FILLED_IN_BY_NOMAD:
        yield node.complain("port is missing; the gateway listens there", "port")
