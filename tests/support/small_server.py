"""A small HTTP server on loopback for what goes over the wire, and the same question to both gateways."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.cluster.consul import ConsulGateway
from deployer.cluster.nomad import NomadGateway

LEADER = (200, {}, b'"10.0.0.1:4647"')
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Server:
    """A server that remembers what it was asked; `replies` are given in turn, the last one for ever."""

    replies: list[Reply] = field(default_factory=lambda: [LEADER])
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""
    connections: int = 0


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            server.connections += 1

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((self.command, self.path, headers))
            status, more, body = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
            self.send_response(status)
            for name, value in (more | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *_args: Any) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_args: Any) -> None:
            """A client that refuses our certificate is what some cases are about."""

    listener = Quiet(("127.0.0.1", 0), Answer)
    scheme = "http"
    if context is not None:
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    server.address = f"{scheme}://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@contextmanager
def both(**how: Any) -> Iterator[list[Callable[[], str]]]:
    """The same question to a Nomad and to a Consul with these connection values."""
    nomad, consul = NomadGateway(NomadConnection(**how)), ConsulGateway(ConsulConnection(**how))
    try:
        yield [nomad.leader, consul.leader]
    finally:
        nomad.close()
        consul.close()
