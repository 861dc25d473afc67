"""Streams, nodes and servers of the in-memory Nomad."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from deployer.cluster.memory_cluster import MemoryCluster
from deployer.cluster.model import AclSelf, ObservedNode
from deployer.cluster.ports import EventBatch
from deployer.errors import NotFound

T = TypeVar("T")


class MemoryStream(Generic[T]):
    """A stream that gives what there is and ends."""

    def __init__(self, pieces: tuple[T, ...]) -> None:
        self._pieces = pieces
        self.closed = False

    def __iter__(self) -> Iterator[T]:
        """Yield the pieces until the stream is closed."""
        for piece in self._pieces:
            if self.closed:
                return
            yield piece

    def close(self) -> None:
        """End the stream."""
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class MemoryServers(MemoryCluster):
    """`StreamsPort` and `ServersPort` in memory; `known_nodes` and `identity` can be set."""

    known_nodes: tuple[ObservedNode, ...] = ()
    identity = AclSelf(enabled=False, name="", accessor_id="", management=False, anonymous=False, policies=())

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
    ) -> MemoryStream[bytes]:
        """See `StreamsPort.logs`; gives `log_lines`, of the allocation or else of its job."""
        del kind, follow
        found = self._allocations.get(alloc_id)
        if found is None or found.namespace != namespace or task not in found.tasks:
            raise NotFound(f"could not read the log of task {task!r} in allocation {alloc_id}: not found")
        text = self.log_lines.get((alloc_id, task)) or self.log_lines.get((found.job_id, task), b"")
        return MemoryStream((text[max(0, len(text) - offset) :] if origin == "end" else text[offset:],))

    def events(
        self, namespace: str = "*", *, topics: tuple[str, ...] = ("*",), index: int = 0
    ) -> MemoryStream[EventBatch]:
        """See `StreamsPort.events`; gives the registers and deployments that are known now."""
        batches: list[EventBatch] = []
        for (place, job_id), stored in self._jobs.items():
            for job in stored.versions if namespace in {"*", place} else ():
                event = {"Topic": "Job", "Type": "JobRegistered", "Key": job_id, "Payload": {"Job": job}}
                batches.append((job["JobModifyIndex"], (event,)))
        wanted = {topic.partition(":")[0] for topic in topics}
        kept = [batch for batch in sorted(batches, key=lambda one: one[0]) if batch[0] > index]
        return MemoryStream(tuple(kept) if wanted & {"*", "Job"} else ())

    def nodes(self) -> tuple[ObservedNode, ...]:
        """See `ServersPort.nodes`."""
        return self.known_nodes

    def node(self, node_id: str) -> ObservedNode:
        """See `ServersPort.node`."""
        for node in self.known_nodes:
            if node.id == node_id:
                return node
        raise NotFound(f"could not read node {node_id}: node not found")

    def namespaces(self) -> tuple[str, ...]:
        """See `ServersPort.namespaces`."""
        return tuple(sorted(self._namespaces))

    def agent_self(self) -> dict[str, Any]:
        """See `ServersPort.agent_self`."""
        return {"config": {"Region": "global", "Datacenter": "dc1"}, "member": {"Name": "memory"}}

    def leader(self) -> str:
        """See `ServersPort.leader`."""
        return "127.0.0.1:4647"

    def regions(self) -> tuple[str, ...]:
        """See `ServersPort.regions`."""
        return ("global",)

    def acl_self(self) -> AclSelf:
        """See `ServersPort.acl_self`."""
        return self.identity
