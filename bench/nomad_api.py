"""Nomad over http.client: what the floor is made of, and how every run is checked and cleaned up."""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

AT_ONCE = 32
_END_S = 120.0


class Connection:
    """One kept-alive connection; not shared between threads."""

    def __init__(self, address: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(address).netloc, timeout=90)

    def call(self, method: str, path: str, body: object = None) -> tuple[Any, int]:
        """Return the decoded answer and its index; raises `RuntimeError` for an error reply."""
        self._http.request(method, path, body=json.dumps(body) if body is not None else None)
        reply = self._http.getresponse()
        text = reply.read()
        if reply.status >= http.client.MULTIPLE_CHOICES:
            raise RuntimeError(f"{method} {path}: {reply.status} {text[:200]!r}")
        return json.loads(text) if text else None, int(reply.headers.get("X-Nomad-Index") or 0)


def side_by_side(address: str, jobs: Sequence[str], work: Any) -> list[Any]:
    """Call ``work(connection, job)`` for every job, some at a time, each thread with a connection of its own."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(lambda job: work(Connection(address), job), jobs))


def wait_successful(address: str, jobs: Sequence[str]) -> None:
    """Return when the newest deployment of every job is successful; raises `RuntimeError` for any other end."""

    def wait(connection: Connection, job: str) -> None:
        index = 0
        while True:
            deployment, index = connection.call("GET", f"/v1/job/{job}/deployment?index={index}&wait=30s")
            status = deployment["Status"] if deployment else "none yet"
            if status == "successful":
                return
            if status not in {"running", "pending", "none yet", "initializing"}:
                raise RuntimeError(f"{job}: {status}")

    side_by_side(address, jobs, wait)


def purge(address: str, jobs: Sequence[str]) -> None:
    """Remove the jobs and return when none of their allocations runs, so that runs do not disturb each other."""

    def end(connection: Connection, job: str) -> None:
        connection.call("DELETE", f"/v1/job/{job}?purge=true")
        deadline = time.monotonic() + _END_S
        index = 0
        while time.monotonic() < deadline:
            allocs, index = connection.call("GET", f"/v1/job/{job}/allocations?all=true&index={index}&wait=10s")
            if all(alloc["ClientStatus"] in {"complete", "failed", "lost"} for alloc in allocs):
                return
        raise RuntimeError(f"{job} does not end")

    listed, _ = Connection(address).call("GET", "/v1/jobs?prefix=bench-")
    present = {job["ID"] for job in listed}
    side_by_side(address, [job for job in jobs if job in present], end)


def forget_releases(address: str) -> None:
    """Delete the release records of the benchmark's own project."""
    connection = Connection(address)
    for item in connection.call("GET", "/v1/vars?prefix=nomadeploy/bench/")[0]:
        connection.call("DELETE", f"/v1/var/{item['Path']}")


def light_driver(address: str) -> str:
    """Return mock_driver where the node has it, else raw_exec."""
    connection = Connection(address)
    (node, *_), _ = connection.call("GET", "/v1/nodes")
    drivers, _ = connection.call("GET", f"/v1/node/{node['ID']}")
    return "mock_driver" if (drivers["Drivers"].get("mock_driver") or {}).get("Healthy") else "raw_exec"
