"""Which certificates does the ingress of a dev cluster show, host by host? Files that Traefik watches."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deployer.devcluster.certificate import host_certificate
from deployer.devcluster.state import ClusterState


def dynamic_directory(state: ClusterState) -> Path:
    """Return the directory that Traefik's file provider watches."""
    return Path(state.directory) / "ingress"


def cover_hosts(state: ClusterState, hosts: Iterable[str]) -> None:
    """Add certificates for these hosts to those that are there; nothing is written where all are."""
    directory = dynamic_directory(state)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = Path(state.ca_cert).parent
    for host in hosts:
        host_certificate(authority, directory, host)
    pairs = [
        {"certFile": str(key.with_name(key.name.replace("-key.pem", ".pem"))), "keyFile": str(key)}
        for key in sorted(directory.glob("*-key.pem"))
    ]
    default = {"certFile": state.certificate, "keyFile": state.certificate_key}
    tls: dict[str, Any] = {"stores": {"default": {"defaultCertificate": default}}}
    if pairs:
        tls["certificates"] = pairs
    # JSON is YAML; a key that did not change wakes nobody.
    text = json.dumps({"tls": tls}, indent=2)
    path = directory / "certificates.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        fresh = directory / "certificates.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
