"""
What the program asks of the cluster: two Protocols, each with a gateway and an in-memory twin.

`NomadPort` is made of narrower ones, so that a function says what it needs: `JobsPort` and
`RolloutPort` (ports_jobs.py), `VariablesPort`, `StreamsPort` and `ServersPort` here.
"""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from deployer.cluster.model import AclSelf, ObservedNode, VariableItem, VariableLock
from deployer.cluster.ports_consul import ConsulPort
from deployer.cluster.ports_jobs import Job, JobsPort, RolloutPort

__all__ = [
    "ConsulPort",
    "EventBatch",
    "EventStream",
    "Job",
    "JobsPort",
    "LogStream",
    "NomadPort",
    "RolloutPort",
    "ServersPort",
    "StreamsPort",
    "VariablesPort",
]


class VariablesPort(Protocol):
    """Nomad Variables with check-and-set, and their locks."""

    def variable(self, namespace: str, path: str) -> VariableItem | None:
        """Read a variable, or None when there is none."""
        ...

    def list_variables(self, namespace: str, prefix: str) -> tuple[VariableItem, ...]:
        """List variables under a path prefix, without their items."""
        ...

    def put_variable(
        self, namespace: str, path: str, items: Mapping[str, str], *, cas: int | None, lock_id: str = ""
    ) -> VariableItem:
        """
        Write a variable and return it with its new index.

        Args:
            cas: the ModifyIndex it must still have, 0 to create it, None to write regardless.
            lock_id: needed while the variable's lock is held, and then `cas` must be None.

        Raises:
            StalePlan: it moved, appeared or is gone.
            LockHeld: somebody else holds its lock.
        """
        ...

    def delete_variable(self, namespace: str, path: str, *, cas: int | None) -> None:
        """Delete a variable if it is still at index `cas`; raises `StalePlan`, `LockHeld`."""
        ...

    def acquire_lock(
        self, namespace: str, path: str, *, items: Mapping[str, str], ttl_s: float, delay_s: float
    ) -> VariableLock:
        """
        Take a variable's lock, writing `items` (at least one); raises `LockHeld`.

        Args:
            ttl_s: 10 s to 24 h; the lock is lost when it is not renewed within it.
            delay_s: how long nobody can take a lock that was lost.
        """
        ...

    def renew_lock(self, lock: VariableLock) -> None:
        """Keep a lock for another TTL; raises `LockHeld` when it was lost."""
        ...

    def release_lock(self, lock: VariableLock) -> None:
        """Give a lock back; the variable and its items stay; raises `LockHeld` when it was lost."""
        ...


class LogStream(Protocol):
    """Bytes of a task's log as they arrive; `close` may be called from another thread."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None:
        """End the stream; a thread that waits for its next bytes sees the end."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


EventBatch = tuple[int, tuple[Mapping[str, Any], ...]]


class EventStream(Protocol):
    """Batches (index, events) from Nomad; it connects again by itself from the last index."""

    def __iter__(self) -> Iterator[EventBatch]: ...
    def close(self) -> None:
        """End the stream; a thread that waits for its next batch sees the end."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class StreamsPort(Protocol):
    """Answers that go on."""

    def logs(
        self,
        namespace: str,
        alloc_id: str,
        task: str,
        *,
        kind: str = "stdout",
        follow: bool = False,
        origin: str = "start",
        offset: int = 0,
    ) -> LogStream:
        """
        Stream a task's log (``GET /v1/client/fs/logs/:alloc``).

        Args:
            kind: stdout or stderr.
            origin: start or end: where `offset` (bytes) counts from.

        Raises:
            NotFound: no such allocation, or its task has not started.
        """
        ...

    def events(self, namespace: str = "*", *, topics: tuple[str, ...] = ("*",), index: int = 0) -> EventStream:
        """
        Stream events after `index` (``GET /v1/event/stream``), heartbeats left out.

        Args:
            topics: ``Topic`` or ``Topic:filter``, such as ``Deployment`` or ``Job:app-a``.
        """
        ...


class ServersPort(Protocol):
    """Nodes, namespaces, the servers, and who we are."""

    def nodes(self) -> tuple[ObservedNode, ...]:
        """List every client node with its resources."""
        ...

    def node(self, node_id: str) -> ObservedNode:
        """Read one node with its attributes and meta; raises `NotFound`."""
        ...

    def namespaces(self) -> tuple[str, ...]:
        """List the namespaces our token may see."""
        ...

    def agent_self(self) -> dict[str, Any]:
        """Return the agent's own facts (``GET /v1/agent/self``)."""
        ...

    def leader(self) -> str:
        """Return the leader's address; raises `ServerFailed` while there is none."""
        ...

    def regions(self) -> tuple[str, ...]:
        """List the regions the servers know."""
        ...

    def acl_self(self) -> AclSelf:
        """Say who our token is, with the policies it has."""
        ...


class NomadPort(JobsPort, RolloutPort, VariablesPort, StreamsPort, ServersPort, Protocol):
    """All that the program asks of Nomad."""

    def close(self) -> None:
        """Close the connections."""
        ...
