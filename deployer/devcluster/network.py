"""Which addresses and ports does a cluster take, and how are its bridge and namespaces made?"""

import contextlib
import json
import socket
from collections.abc import Collection, Iterable
from hashlib import blake2b
from ipaddress import IPv4Network, ip_network

from deployer.devcluster.command import run_command
from deployer.devcluster.ledger import Ledger
from deployer.devcluster.state import DATA_ROOT, Node, load_everything
from deployer.errors import MachineUnfit

MAX_WORKERS = 14
"""A cluster's /20 holds one /24 for its nodes and one for each node's allocations."""

_RANGE = IPv4Network("10.96.0.0/11")


def short_id(directory: str) -> str:
    """Return six characters that tell this cluster's interfaces apart (names hold 15 at most)."""
    return blake2b(directory.encode(), digest_size=3).hexdigest()


def busy_networks() -> tuple[IPv4Network, ...]:
    """Return every IPv4 network this machine has a route to, or a cluster has chosen."""
    routes = json.loads(run_command("ip", "-j", "-4", "route", "show", "table", "all"))
    words = (route["dst"] for route in routes if route["dst"] != "default")
    chosen = (state.subnet for state in load_everything())
    return tuple(IPv4Network(word) for word in (*words, *chosen))


def pick_subnet(busy: Collection[IPv4Network]) -> IPv4Network:
    """
    Choose a /20 that overlaps no network in use.

    Raises:
        MachineUnfit: there is none.
    """
    for subnet in _RANGE.subnets(new_prefix=20):
        if not any(subnet.overlaps(network) for network in busy):
            return subnet
    raise MachineUnfit(f"no free /20 network in {_RANGE}: every one overlaps a route of this machine")


def pick_port(preferred: int, taken: Collection[int]) -> int:
    """Choose the preferred port, or the nearest free one in steps of ten above it."""
    for port in range(preferred, 65536, 10):
        if port not in taken and _is_free(port):
            return port
    raise MachineUnfit(f"no free port from {preferred} on")


def plan_nodes(*, name: str, directory: str, subnet: IPv4Network, workers: int) -> tuple[Node, ...]:
    """Lay out the nodes: the host first, then workers in namespaces of their own."""
    data = DATA_ROOT / f"{name[:10]}-{short_id(directory)}"
    host = Node(
        name=f"{name}-host" if workers else name,
        address=str(subnet[1]),
        pool="ingress" if workers else "default",
        netns="",
        data=str(data / "0"),
        index=0,
    )
    return (host, *(_worker(name, data=str(data), subnet=subnet, index=i) for i in range(1, workers + 1)))


def allocation_subnet(subnet: str, index: int) -> str:
    """Return the /24 of a node's allocations inside the cluster's network."""
    return str(list(IPv4Network(subnet).subnets(new_prefix=24))[1 + index])


def allocation_bridge(bridge: str, index: int) -> str:
    """Return the name of the bridge Nomad makes on a node for its allocations."""
    return f"{bridge}a{index}"


def make_bridge(ledger: Ledger) -> None:
    """Make the bridge that carries the nodes' addresses, the host's own among them."""
    state = ledger.state
    ledger.note("bridge", state.bridge)
    run_command("ip", "link", "add", state.bridge, "type", "bridge")
    run_command("ip", "addr", "add", f"{state.nodes[0].address}/24", "dev", state.bridge)
    run_command("ip", "link", "set", state.bridge, "up")


def make_namespaces(ledger: Ledger) -> None:
    """Make a network namespace for every worker, joined to the bridge, with a way out."""
    workers = [node for node in ledger.state.nodes if node.netns]
    if not workers:
        return
    _open_forwarding(ledger)
    for node in workers:
        _make_namespace(ledger, node)


def _open_forwarding(ledger: Ledger) -> None:
    """Docker sets the FORWARD policy to DROP, and bridged frames pass that chain as well."""
    bridge, nodes = ledger.state.bridge, ledger.state.nodes[0].address + "/24"
    ledger.make_rule("filter", "FORWARD", f"-i {bridge} -j ACCEPT")
    ledger.make_rule("filter", "FORWARD", f"-o {bridge} -j ACCEPT")
    network = str(ip_network(nodes, strict=False))
    ledger.make_rule("nat", "POSTROUTING", f"-s {network} ! -d {ledger.state.subnet} -j MASQUERADE")


def _make_namespace(ledger: Ledger, node: Node) -> None:
    state = ledger.state
    outer = f"{state.bridge}v{node.index}"
    ledger.note("netns", node.netns)
    run_command("ip", "netns", "add", node.netns)
    ledger.note("bridge", outer)
    run_command("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", node.netns)
    run_command("ip", "link", "set", outer, "master", state.bridge, "up")
    inside = ("ip", "-n", node.netns)
    run_command(*inside, "link", "set", "lo", "up")
    run_command(*inside, "addr", "add", f"{node.address}/24", "dev", "eth0")
    run_command(*inside, "link", "set", "eth0", "up")
    run_command(*inside, "route", "add", "default", "via", state.nodes[0].address)
    run_command(*enter(node), "sysctl", "-qw", "net.ipv4.ip_forward=1")


def enter(node: Node) -> tuple[str, ...]:
    """
    Return the words that start a program on the node. Not `ip netns exec`: that makes a mount
    namespace too, in which a Nomad client does not see Docker's network namespaces.
    """
    return ("nsenter", f"--net=/var/run/netns/{node.netns}") if node.netns else ()


def _worker(name: str, *, data: str, subnet: IPv4Network, index: int) -> Node:
    return Node(
        name=f"{name}-{index}",
        address=str(subnet[1 + index]),
        pool="default",
        netns=f"nomadeploy-{name}-{index}",
        data=f"{data}/{index}",
        index=index,
    )


def _is_free(port: int) -> bool:
    return all(_can_bind(kind, port) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))


def _can_bind(kind: socket.SocketKind, port: int) -> bool:
    with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True


def ports_of(addresses: Iterable[str]) -> set[int]:
    """Return the port numbers at the end of addresses."""
    return {int(address.rpartition(":")[2]) for address in addresses if address}
