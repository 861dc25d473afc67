"""A recording proxy in front of Nomad: counts what a tool asks, and how often it registers a job."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Recorded:
    """What passed: all requests, and those that register a job."""

    address: str
    requests: int = 0
    registers: int = 0


@contextmanager
def recording(upstream: str) -> Iterator[Recorded]:
    """Forward to `upstream` and count, until the block ends."""
    guard = threading.Lock()

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with guard:
                recorded.requests += 1
                recorded.registers += _is_register(self.command, urlsplit(self.path).path)
            connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=90)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            connection.request(self.command, self.path, body=body or None, headers=headers)
            reply = connection.getresponse()
            answer = reply.read()
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in {"transfer-encoding", "content-length", "connection", "date"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            connection.close()

        do_GET = do_PUT = do_POST = do_DELETE = forward  # noqa: N815 - the names http.server looks for

        def log_message(self, *_words: object) -> None:
            """Nothing is logged: it would be measured."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    server.daemon_threads = True
    recorded = Recorded(address=f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield recorded
    finally:
        server.shutdown()
        server.server_close()


def _is_register(method: str, path: str) -> bool:
    parts = path.strip("/").split("/")
    if method not in {"PUT", "POST"}:
        return False
    return parts == ["v1", "jobs"] or (parts[:2] == ["v1", "job"] and len(parts) == 3)
