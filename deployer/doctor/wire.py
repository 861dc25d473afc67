"""
What the ports do not tell: certificates, the servers' clocks, and Consul's own word on our rights.

Reads only; every failure is one of our errors.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from deployer.cluster.connection import Connection, ConsulConnection
from deployer.cluster.failures import unreachable
from deployer.cluster.session import CONNECT_S, open_session
from deployer.doctor.model import Certificate, ConsulRight, Wire
from deployer.errors import AccessDenied, ClusterUnreachable, ServerFailed
from deployer.project.model import Ingress


def read_wire(connection: Connection, name: str) -> Wire:
    """
    Ask an address for its leader, which needs no token, and look at what comes with the answer.

    Args:
        name: Nomad or Consul.

    Raises:
        ClusterUnreachable: no answer, or its certificate is not trusted.
    """
    session = open_session(connection)
    try:
        before = time.time()
        with session.get(
            f"{connection.address}/v1/status/leader", timeout=(CONNECT_S, CONNECT_S), stream=True
        ) as reply:
            middle = (before + time.time()) / 2
            certificate = _certificate_of(reply)
            said = reply.headers.get("Date")
    except requests.RequestException as error:
        raise unreachable(f"reach {name}", error, connection) from error
    finally:
        session.close()
    # The header has whole seconds, cut off: half a second is the likeliest rest.
    ahead_s = parsedate_to_datetime(said).timestamp() + 0.5 - middle if said else 0.0
    return Wire(
        address=connection.address, certificate=certificate, verified=not connection.skip_verify, ahead_s=ahead_s
    )


def _certificate_of(reply: requests.Response) -> Certificate | None:
    pooled = getattr(reply.raw, "connection", None)
    plain = getattr(pooled, "sock", None)
    if not isinstance(plain, ssl.SSLSocket):
        return None
    return _parsed(plain.getpeercert(binary_form=True))


def _parsed(der: bytes | None) -> Certificate | None:
    from cryptography import x509

    if not der:
        return None
    found = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=found.subject.rfc4514_string(), issuer=found.issuer.rfc4514_string(), ends=found.not_valid_after_utc
    )


def read_door(ingress: Ingress, host: str) -> Certificate:
    """
    Shake hands with the public route of a host, as a browser would, and return its certificate.

    Raises:
        ClusterUnreachable: nobody listens.
        ServerFailed: the certificate does not hold for that host.
    """
    address = ingress.address or host
    place = f"{address}:{ingress.https_port}"
    try:
        context = ssl.create_default_context(cafile=ingress.ca_cert or None)
        with (
            socket.create_connection((address, ingress.https_port), timeout=CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = _parsed(secure.getpeercert(binary_form=True))
    except ssl.SSLCertVerificationError as error:
        raise ServerFailed(
            f"{place} answers for {host!r} with a certificate that does not hold: {error.verify_message}",
            hint="give Traefik a certificate for the host, or name its authority in ingress { ca_cert }",
        ) from error
    except OSError as error:
        raise ClusterUnreachable(
            f"{place}, where {host!r} is served, cannot be reached: {error.strerror or error}",
            hint="is Traefik running with that entrypoint? ingress { address, https_port } says where it listens",
        ) from error
    return certificate or Certificate(subject="", issuer="", ends=datetime.now(tz=UTC))


def read_consul_rights(connection: ConsulConnection, wanted: Sequence[ConsulRight]) -> dict[ConsulRight, bool]:
    """
    Ask Consul which rights our token has (``POST /v1/internal/acl/authorize``, as its own UI does).

    Returns an empty mapping where it has no access control.

    Raises:
        AccessDenied: Consul does not know the token.
        ClusterUnreachable, ServerFailed: no answer, or none that we understand.
    """
    attempt = "ask Consul for our rights"
    asked = [{"Resource": right.resource, "Access": right.access, "Segment": right.name} for right in wanted]
    headers = {"X-Consul-Token": connection.token.reveal()} if connection.token else {}
    session = open_session(connection)
    try:
        url = f"{connection.address}/v1/internal/acl/authorize"
        reply = session.post(url, json=asked, headers=headers, timeout=(CONNECT_S, 2 * CONNECT_S))
    except requests.RequestException as error:
        raise unreachable(attempt, error, connection) from error
    finally:
        session.close()
    if "ACL support disabled" in reply.text:
        return {}
    if reply.status_code == requests.codes.forbidden:
        raise AccessDenied(
            f"could not {attempt}: {reply.text}", hint="set CONSUL_HTTP_TOKEN to a token of this cluster"
        )
    if not reply.ok:
        raise ServerFailed(f"could not {attempt}: {connection.redact(reply.text)}")
    return {right: bool(answer.get("Allow")) for right, answer in zip(wanted, reply.json(), strict=True)}
