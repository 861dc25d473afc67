"""`nomadeploy exec`: run a command inside an app's allocation."""

from collections.abc import Sequence
from dataclasses import dataclass

from deployer.cluster.exec import ExecPort
from deployer.cluster.ports import NomadPort
from deployer.errors import NotFound
from deployer.operate.choice import command_allocation, command_task, roles_of
from deployer.operate.relay import Streams, relay


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecWish:
    """
    Where a command shall run.

    Attributes:
        app: the app's name, whose task is meant where none is named.
        alloc_id: the beginning of an allocation's id, or empty for any running one.
        task: empty for the app's own.
    """

    namespace: str
    job_id: str
    app: str
    alloc_id: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecPlace:
    """Where a command runs."""

    alloc_id: str
    node: str
    task: str


def find_place(nomad: NomadPort, wish: ExecWish) -> ExecPlace:
    """Return the running task that is meant; raises `NotFound`."""
    job = nomad.read_job(wish.namespace, wish.job_id)
    if job is None:
        raise NotFound(
            f"there is no job {wish.job_id!r} in namespace {wish.namespace!r}",
            hint="is it deployed? nomadeploy status says",
        )
    allocations = nomad.job_allocations(wish.namespace, wish.job_id).value
    allocation = command_allocation(allocations, wish.alloc_id, wish.app)
    task = command_task(roles_of(job), allocation, wish.task, wish.app)
    return ExecPlace(alloc_id=allocation.id, node=allocation.node_name, task=task)


def run_command(port: ExecPort, namespace: str, place: ExecPlace, command: Sequence[str], streams: Streams) -> int:
    """Run a command there, joined to these streams, and return its exit code; raises `ClusterError`."""
    session = port.run(namespace, place.alloc_id, place.task, command, tty=streams.tty)
    return relay(session, streams)
