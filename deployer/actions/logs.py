"""`nomadeploy logs`: what the allocations of an app have written, and go on to write."""

from collections.abc import Callable, Sequence
from contextlib import closing

from deployer.cluster.ports import NomadPort
from deployer.errors import NotFound
from deployer.operate.choice import logged_allocations
from deployer.operate.follow import NOT_DEPLOYED, Follower, LogWish, sources_of
from deployer.operate.lines import LineSplitter, LogLine, LogSource
from deployer.operate.reader import read_tail, read_whole

Write = Callable[[LogLine], None]


def print_logs(nomad: NomadPort, wish: LogWish, write: Write) -> int:
    """
    Hand on the logs as they are now, one after the other, and return how many were read.

    Raises:
        NotFound: the app has no allocation.
    """
    count = 0
    for source in _sources(nomad, wish):
        try:
            _print_one(nomad, source, wish.tail, write)
            count += 1
        except NotFound:
            continue  # the task has not started: it has no log yet
    return count


def follow_logs(nomad: NomadPort, wish: LogWish, write: Write, say: Callable[[str], None]) -> None:
    """Hand on lines as they come, of new allocations too, until the job is dead or the caller is interrupted."""
    with closing(Follower(nomad, wish, say)) as follower:
        for line in follower:
            write(line)


def version_of_last_deployment(nomad: NomadPort, namespace: str, job_id: str) -> int:
    """Return the job version of the newest deployment; of a job that has none, its newest version."""
    deployment = nomad.latest_deployment(namespace, job_id).value
    if deployment is not None:
        return deployment.job_version
    job = nomad.read_job(namespace, job_id) or {}
    return int(job.get("Version") or 0)


def _sources(nomad: NomadPort, wish: LogWish) -> list[LogSource]:
    allocations = nomad.job_allocations(wish.namespace, wish.job_id).value
    chosen = logged_allocations(allocations, alloc_id=wish.alloc_id, since_version=wish.since_version)
    if not chosen:
        raise NotFound(f"job {wish.job_id!r} has no allocation", hint=NOT_DEPLOYED)
    sources = sources_of(nomad, wish, chosen)
    if not sources:
        raise NotFound(f"no allocation of job {wish.job_id!r} has a task {wish.task!r}")
    return sources


def _print_one(nomad: NomadPort, source: LogSource, tail: int | None, write: Write) -> None:
    def emit(source: LogSource, lines: Sequence[str]) -> None:
        for text in lines:
            write(LogLine(source=source, text=text))

    if tail is None:
        read_whole(nomad, source, emit)
        return
    splitter = LineSplitter()
    emit(source, splitter.feed(read_tail(nomad, source, tail)) + splitter.end())
