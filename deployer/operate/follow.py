"""
Follows the logs of a job: every allocation that is there, and every one that appears.

One thread watches the job's allocations, one reads each log; the caller's thread prints.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deployer.cluster.model import ObservedAllocation
from deployer.cluster.ports import NomadPort
from deployer.errors import ClusterError, NotFound
from deployer.operate.choice import log_tasks, logged_allocations, roles_of, short
from deployer.operate.lines import LogLine, LogSource
from deployer.operate.reader import LogReader

_WAIT_S = 30.0
_TICK_S = 0.2
_RETRY_S = 1.0
_PATIENCE = 30
# What a slow terminal may lag behind; then the readers wait, and Nomad with them.
_BACKLOG = 1000
NOT_DEPLOYED = "is it deployed? nomadeploy status says"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWish:
    """
    Which logs are wanted.

    Attributes:
        kinds: stdout, stderr or both.
        tail: only so many last lines of what is there already; None for all.
        alloc_id: only the allocation whose id begins so.
        every_task: sidecars and the like too.
        since_version: only allocations of this job version or a later one.
    """

    namespace: str
    job_id: str
    kinds: tuple[str, ...] = ("stdout", "stderr")
    tail: int | None = None
    task: str = ""
    alloc_id: str = ""
    every_task: bool = False
    since_version: int = 0


def sources_of(nomad: NomadPort, wish: LogWish, allocations: Sequence[ObservedAllocation]) -> list[LogSource]:
    """Return the logs of these allocations that are wanted, in the order of their names."""
    roles = roles_of(nomad.read_job(wish.namespace, wish.job_id) or {})
    return [
        LogSource(namespace=wish.namespace, alloc_id=allocation.id, node=allocation.node_name, task=task, kind=kind)
        for allocation in allocations
        for task in log_tasks(roles, allocation.group, task=wish.task, every=wish.every_task)
        for kind in wish.kinds
    ]


class Follower:
    """Owns the threads; iterate it for lines, and `close` it."""

    def __init__(self, nomad: NomadPort, wish: LogWish, say: Callable[[str], None]) -> None:
        self._nomad = nomad
        self._wish = wish
        self._say = say
        self._lines: queue.Queue[LogLine | ClusterError] = queue.Queue(_BACKLOG)
        self._readers: dict[LogSource, LogReader] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[LogLine]:
        """Yield lines until the job is dead and all is read, or until `close`."""
        threading.Thread(target=self._watch, name="allocations", daemon=True).start()
        while not self._closed.is_set():
            try:
                item = self._lines.get(timeout=_TICK_S)
            except queue.Empty:
                if self._finished():
                    return
                continue
            if isinstance(item, ClusterError):
                raise item
            yield item

    def close(self) -> None:
        """End all streams."""
        self._closed.set()
        with self._lock:
            readers = list(self._readers.values())
        for reader in readers:
            reader.close()

    def _finished(self) -> bool:
        with self._lock:
            readers = list(self._readers.values())
        for reader in readers:
            reader.close_if_quiet()
        return self._over.is_set() and self._lines.empty() and all(reader.done for reader in readers)

    def _watch(self) -> None:
        """Read the allocations whenever they move; a cluster that stays away ends it."""
        index, failures, first = 0, 0, True
        while not self._closed.is_set() and not self._over.is_set():
            try:
                index = self._look(index, first=first)
                failures, first = 0, False
            except ClusterError as error:
                failures += 1
                if first or failures > _PATIENCE:
                    self._lines.put(error)
                    return
                self._closed.wait(_RETRY_S)

    def _look(self, index: int, *, first: bool) -> int:
        wish = self._wish
        if first and self._nomad.read_job(wish.namespace, wish.job_id) is None:
            raise NotFound(f"there is no job {wish.job_id!r} in namespace {wish.namespace!r}", hint=NOT_DEPLOYED)
        reading = self._nomad.job_allocations(wish.namespace, wish.job_id, index=index, wait_s=_WAIT_S)
        chosen = logged_allocations(reading.value, alloc_id=wish.alloc_id, since_version=wish.since_version)
        known = {source.alloc_id for source in self._readers}
        fresh = [allocation for allocation in chosen if allocation.id not in known]
        for source in sources_of(self._nomad, wish, fresh) if fresh else []:
            self._open(source, tail=wish.tail if first else None)
        if not first:
            for allocation in fresh:
                self._say(f"+ {short(allocation.id)} on {allocation.node_name}, version {allocation.job_version}")
        self._end_readers({allocation.id: allocation for allocation in reading.value})
        if self._job_is_over(reading.value):
            self._over.set()
        return reading.index

    def _open(self, source: LogSource, *, tail: int | None) -> None:
        reader = LogReader(self._nomad, source, self._put, self._say, tail=tail)
        with self._lock:
            self._readers[source] = reader
        reader.start()

    def _put(self, source: LogSource, lines: Sequence[str]) -> None:
        for text in lines:
            while not self._closed.is_set():
                try:
                    self._lines.put(LogLine(source=source, text=text), timeout=_TICK_S)
                    break
                except queue.Full:
                    continue

    def _end_readers(self, allocations: dict[str, ObservedAllocation]) -> None:
        for source, reader in self._readers.items():
            allocation = allocations.get(source.alloc_id)
            task = allocation.tasks.get(source.task) if allocation else None
            if allocation is None or allocation.ended or (task is not None and task.state == "dead"):
                reader.task_ended()

    def _job_is_over(self, allocations: Sequence[ObservedAllocation]) -> bool:
        if any(not allocation.ended for allocation in allocations):
            return False
        jobs = self._nomad.list_jobs(self._wish.namespace, prefix=self._wish.job_id)
        return all(job.status == "dead" for job in jobs if job.id == self._wish.job_id)
