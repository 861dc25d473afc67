"""Nomad's and Consul's HTTP API asked without nomadeploy, so that a test sees what is really there."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")


@dataclass(frozen=True)
class Api:
    """One agent; every answer is its JSON."""

    address: str

    def get(self, path: str, **query: str) -> Any:
        """Return an answer, or None where there is no such object."""
        try:
            return self._send("GET", path, query, None)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def put(self, path: str, body: Any, **query: str) -> Any:
        return self._send("PUT", path, query, body)

    def delete(self, path: str, **query: str) -> Any:
        return self._send("DELETE", path, query, None)

    def _send(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        url = f"{self.address}/v1/{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - it is always http
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text.strip() else None


def eventually(read: Callable[[], T], holds: Callable[[T], object], *, within_s: float = 20) -> T:
    """Return the first value for which `holds` is true; fails with the last one read."""
    deadline = time.monotonic() + within_s
    while True:
        value = read()
        if holds(value):
            return value
        assert time.monotonic() < deadline, f"still {value!r} after {within_s:g} s"
        time.sleep(0.1)
