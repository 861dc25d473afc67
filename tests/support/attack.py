"""Where somebody who should not reach a private app tries it from."""

import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from api import Api
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deployer.devcluster.lineage import start_time
from deployer.devcluster.network import allocation_bridge, allocation_subnet
from deployer.devcluster.state import ClusterState

ANSWERED = "answered: density"
"""What App B says to somebody who reaches it."""


@dataclass(frozen=True)
class Place:
    """A network namespace: the host's own where there are no words."""

    words: tuple[str, ...] = ()

    def knock(self, address: str, port: int, *identity: str) -> str:
        """Ask App B's question from here; see knock.py for what comes back."""
        script = Path(__file__).with_name("knock.py")
        command = [*self.words, sys.executable, str(script), address, str(port), *identity]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


HOST = Place()


@dataclass(frozen=True)
class Allocation:
    """
    A running allocation.

    Attributes:
        address: its own on the node's bridge.
        ports: label → port of the node that leads to it.
        pid: a process of it, whose network namespace it is.
    """

    id: str
    address: str
    ports: dict[str, int]
    pid: int

    @property
    def place(self) -> Place:
        return Place(("nsenter", f"--net=/proc/{self.pid}/ns/net"))

    @property
    def sidecar_port(self) -> int:
        (port,) = (port for label, port in self.ports.items() if label.startswith("connect-proxy-"))
        return port

    def listens_everywhere(self, port: int) -> bool:
        """Say whether a socket inside listens on 0.0.0.0 (/proc/PID/net/tcp)."""
        lines = Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]
        return any(line.split()[1] == f"00000000:{port:04X}" and line.split()[3] == "0A" for line in lines)


def allocation_of(nomad: Api, job: str, namespace: str = "default") -> Allocation:
    """Return the one running allocation of a job."""
    stubs = nomad.get(f"job/{job}/allocations", namespace=namespace)
    (stub,) = (one for one in stubs if one["ClientStatus"] == "running" and one["DesiredStatus"] == "run")
    full = nomad.get(f"allocation/{stub['ID']}", namespace=namespace)
    ports = full["AllocatedResources"]["Shared"]["Ports"] or []
    return Allocation(
        id=stub["ID"],
        address=full["NetworkStatus"]["Address"],
        ports={port["Label"]: port["Value"] for port in ports},
        pid=_process_of(stub["ID"]),
    )


def open_ports(address: str, inside: Place = HOST) -> list[int]:
    """Try every TCP port of an address from somewhere; returns those that take a connection."""
    script = Path(__file__).with_name("scan.py")
    done = subprocess.run(
        [*inside.words, sys.executable, str(script), address], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split()]


@contextmanager
def knocking_at_newcomers(cluster: ClusterState, port: int) -> Iterator[dict[str, set[str]]]:
    """
    Try a port again and again at every address that the bridge gives out meanwhile, from the moment
    it is given out; yields what each told.
    """
    before = _given_out(cluster)
    told: dict[str, set[str]] = {}
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            for address, _ in _given_out(cluster) - before:
                told.setdefault(address, set()).add(_touched(address, port))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join()


def _given_out(cluster: ClusterState) -> set[tuple[str, str]]:
    """Return each address that host-local, the bridge's CNI plugin, has a record of, and whose it is."""
    network = ip_network(allocation_subnet(cluster.subnet, 0))
    found = set()
    for path in Path("/run/cni/nomad").glob("*.*.*.*"):
        with suppress(OSError, ValueError):  # it has just been given back, or is no address
            if ip_address(path.name) in network:
                found.add((path.name, path.read_text()))
    return found


def _touched(address: str, port: int) -> str:
    try:
        with socket.create_connection((address, port), 0.2):
            return "open"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "silent"


def _process_of(allocation: str) -> int:
    """Return the oldest process of the allocation in its own network namespace; checks come and go."""
    mark = f"NOMAD_ALLOC_ID={allocation}\0".encode()
    host = Path("/proc/self/ns/net").readlink()
    found: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            if mark in (path / "environ").read_bytes() and (path / "ns/net").readlink() != host:
                found[int(path.name)] = start_time(int(path.name))
    assert found, f"allocation {allocation} has no process"
    return min(found, key=lambda pid: found[pid])


@contextmanager
def stranger_beside(cluster: ClusterState) -> Iterator[Place]:
    """A network namespace of its own, plugged into the bridge of the node's allocations."""
    name = f"knock{uuid.uuid4().hex[:6]}"
    bridge = allocation_bridge(cluster.bridge, 0)
    network = ip_network(allocation_subnet(cluster.subnet, 0))
    inside = ("ip", "-n", name)
    commands: list[Sequence[str]] = [
        ("ip", "netns", "add", name),
        ("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name),
        # Always the same: allocations remember for a while whose address it was.
        (*inside, "link", "set", "eth0", "address", "02:00:00:00:00:fa"),
        ("ip", "link", "set", name, "master", bridge, "up"),
        (*inside, "addr", "add", f"{network[250]}/{network.prefixlen}", "dev", "eth0"),
        (*inside, "link", "set", "eth0", "up"),
        (*inside, "route", "add", "default", "via", str(network[1])),
    ]
    try:
        for command in commands:
            subprocess.run(command, check=True, timeout=10)
        yield Place(("ip", "netns", "exec", name))
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, timeout=10)


def leaf(consul: Api, service: str, folder: Path) -> tuple[str, str]:
    """Return certificate and key that the mesh itself gives a service."""
    made = consul.get(f"agent/connect/ca/leaf/{service}")
    return _written(folder, service, made["CertPEM"].encode(), made["PrivateKeyPEM"].encode())


def forged_leaf(consul: Api, service: str, folder: Path) -> tuple[str, str]:
    """Return a certificate with the service's name in the mesh, signed by nobody but itself."""
    true = x509.load_pem_x509_certificate(consul.get(f"agent/connect/ca/leaf/{service}")["CertPEM"].encode())
    names = true.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, service)])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names.value, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _written(folder, f"forged-{service}", certificate.public_bytes(serialization.Encoding.PEM), private)


def _written(folder: Path, name: str, certificate: bytes, key: bytes) -> tuple[str, str]:
    paths = folder / f"{name}.pem", folder / f"{name}-key.pem"
    for path, content in zip(paths, (certificate, key), strict=True):
        path.write_bytes(content)
    return str(paths[0]), str(paths[1])
