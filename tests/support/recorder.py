"""A proxy before an agent's API that writes down every request, in the order they came."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Recorded(list[str]):
    """``METHOD /path`` of each request, without its query."""

    def writes(self) -> list[str]:
        """Return the requests that change something; Nomad's dry runs and parsing do not."""
        harmless = ("/plan", "/jobs/parse", "/validate/job")
        return [line for line in self if not line.startswith("GET ") and not line.endswith(harmless)]


@contextmanager
def recording(address: str, recorded: Recorded) -> Iterator[str]:
    """Yield the address of a proxy in front of `address`; several may write into one `recorded`."""
    place = urlsplit(address)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            recorded.append(f"{self.command} {urlsplit(self.path).path}")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            agent = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
            try:
                agent.request(self.command, self.path, body=body or None, headers=dict(self.headers))
                answer = agent.getresponse()
                content = answer.read()
            finally:
                agent.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = forward  # noqa: N815 - names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
