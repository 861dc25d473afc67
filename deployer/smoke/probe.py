"""
One HTTPS request through the real route: to the ingress's address, with the app's host name in SNI
and Host, and the certificate verified for that name.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from deployer.project.model import Ingress
from deployer.secret import Secret

ATTEMPT_S = 5.0
PAUSE_S = 0.1
_SHOWN = 200
_LONGEST_BODY = 1_000_000
_SECRET_LENGTH = 4
"""Shorter values would be found everywhere in a body and make it unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """
    A request and the answer it must have.

    Attributes:
        timeout_s: how long to try before a wrong answer counts.
        body_equals: None where the body may be anything that holds `body_contains`.
    """

    host: str
    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, Secret] = field(default_factory=dict)
    body: Secret = field(default_factory=lambda: Secret(""))
    status: int = 200
    body_contains: str = ""
    body_equals: str | None = None
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: str


def judge(probe: Probe, answer: Answer) -> str:
    """Return what is wrong with an answer, or an empty string; pure."""
    shown = _shown(probe, answer.body)
    if answer.status != probe.status:
        return f"answered {answer.status}, expected {probe.status}: {shown!r}"
    if probe.body_equals is not None and answer.body != probe.body_equals:
        return f"answered {answer.status} with the body {shown!r}, expected {probe.body_equals!r}"
    if probe.body_contains not in answer.body:
        return f"answered {answer.status}, but {probe.body_contains!r} is not in the body {shown!r}"
    return ""


def _shown(probe: Probe, body: str) -> str:
    """Shorten a body for a message; an app that echoes its request must not bring a secret into a log."""
    for secret in (probe.body, *probe.headers.values()):
        if len(secret.reveal()) >= _SECRET_LENGTH:
            body = body.replace(secret.reveal(), str(secret))
    return body if len(body) <= _SHOWN else body[:_SHOWN] + "…"


def run_probe(probe: Probe, ingress: Ingress) -> str:
    """
    Ask until the answer is right or the time is over; return what is wrong, or an empty string.

    A route takes a moment to appear after its app is healthy, so a wrong answer is not final at once.
    """
    deadline = time.monotonic() + probe.timeout_s
    while True:
        try:
            problem = judge(probe, ask(probe, ingress))
        except (OSError, http.client.HTTPException) as error:
            problem = f"no answer from {ingress.address or probe.host}:{ingress.https_port}: {error}"
        except ValueError:
            # The words of this error quote the header, and a header may be a secret.
            return f"{probe.method} https://{probe.host}: a header, the method or the path is not valid HTTP"
        if not problem or time.monotonic() >= deadline:
            return problem and f"{probe.method} https://{probe.host}{probe.path}: {problem}"
        time.sleep(PAUSE_S)


def ask(probe: Probe, ingress: Ingress) -> Answer:
    """Make the request once; raises `OSError` or `http.client.HTTPException`."""
    context = ssl.create_default_context(cafile=ingress.ca_cert or None)
    connection = _Routed(probe.host, ingress, context)
    try:
        headers = {name: value.reveal() for name, value in probe.headers.items()}
        body = probe.body.reveal().encode() or None
        connection.request(probe.method, probe.path, body=body, headers={"User-Agent": "nomadeploy-smoke", **headers})
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(_LONGEST_BODY).decode(errors="replace"))
    finally:
        connection.close()


class _Routed(http.client.HTTPSConnection):
    """A connection whose address is the ingress's and whose name is the app's."""

    def __init__(self, host: str, ingress: Ingress, context: ssl.SSLContext) -> None:
        super().__init__(host, ingress.https_port, timeout=ATTEMPT_S, context=context)
        self._place = (ingress.address or host, ingress.https_port)
        self._tls = context

    def connect(self) -> None:
        """Open the socket to the ingress and speak TLS for the app's name."""
        plain = socket.create_connection(self._place, timeout=ATTEMPT_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
