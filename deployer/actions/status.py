"""`nomadeploy status` and `history`: the records and the live numbers, side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployer.actions.connect import Cluster, public_url
from deployer.cluster.model import ObservedJob
from deployer.plan.desired import Owner, is_autoscaled
from deployer.project.model import App, Environment
from deployer.project.resolve import Resolved
from deployer.release.model import RecordedJob, Release
from deployer.release.record import ReleaseRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStatus:
    """
    How one app is.

    Attributes:
        state: ``running``, ``succeeded``, ``degraded``, ``stopped``, ``pending`` or ``absent``.
        healthy, wanted: allocations.
        release: of its stack, or empty before the first.
        note: what is odd about it, or empty.
    """

    stack: str
    app: str
    job_id: str
    state: str
    healthy: int
    wanted: int
    url: str
    image: str
    release: str
    note: str = ""


def read_status(resolved: Resolved, cluster: Cluster) -> list[AppStatus]:
    """Return the status of every app of the environment."""
    jobs = {(job.namespace, job.id): job for job in cluster.nomad.list_jobs("*")}
    stacks = sorted({app.stack for app in resolved.apps})
    releases = {name: _head(resolved, name, cluster) for name in stacks}
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(
            pool.map(
                lambda app: _status(app, jobs.get((app.namespace, app.job_id)), releases[app.stack], cluster),
                resolved.apps,
            )
        )


def _head(resolved: Resolved, stack: str, cluster: Cluster) -> Release | None:
    return records_of(resolved.project.name, stack, resolved.environment, cluster).head().release


def records_of(project: str, stack: str, environment: Environment, cluster: Cluster) -> ReleaseRecords:
    """Return the records of one stack in an environment."""
    owner = Owner(project=project, stack=stack, environment=environment.name)
    return ReleaseRecords(cluster.nomad, environment.nomad.namespace or "default", owner)


def _status(app: App, job: ObservedJob | None, release: Release | None, cluster: Cluster) -> AppStatus:
    recorded = release.job(app.namespace, app.job_id) if release else None
    healthy = wanted = 0
    if job is not None and not job.stop and job.type == "service":
        scale = cluster.nomad.scale_status(app.namespace, app.job_id).values()
        healthy, wanted = sum(group.running for group in scale), sum(group.desired for group in scale)
    return AppStatus(
        stack=app.stack,
        app=app.name,
        job_id=app.job_id,
        state=_state(job, healthy, wanted, succeeded=bool(recorded and recorded.succeeded)),
        healthy=healthy,
        wanted=wanted,
        url=public_url(cluster.ingress, app.public) if app.public else "",
        image=recorded.image if recorded else "",
        release=release.id if release else "",
        note=_note(app, job, recorded),
    )


def _note(app: App, job: ObservedJob | None, recorded: RecordedJob | None) -> str:
    if job is None or job.stop:  # the state says so already, whoever stopped it
        return ""
    if recorded is None:
        return "no release of this project made it"
    if recorded.job_modify_index == 0:
        return "its release has not finished it; see `nomadeploy plan`"
    # Each scaling moves the index of a job whose counts belong to the autoscaler.
    if is_autoscaled(app) or recorded.job_modify_index == job.job_modify_index:
        return ""
    return "changed since its release; see `nomadeploy plan`"


def _state(job: ObservedJob | None, healthy: int, wanted: int, *, succeeded: bool) -> str:
    if succeeded:
        return "succeeded"
    if job is None:
        return "absent"
    if job.stop:
        return "stopped"
    if job.type == "service" and healthy < wanted:
        return "degraded" if healthy else "pending"
    return job.status


def read_history(project: str, stacks: Sequence[str], environment: Environment, cluster: Cluster) -> list[Release]:
    """Return the kept releases of the stacks, newest first."""
    found: list[Release] = []
    for stack in stacks:
        records = records_of(project, stack, environment, cluster)
        head = records.head()
        with ThreadPoolExecutor(max_workers=8) as pool:
            older = list(pool.map(records.release, head.ids[:-1]))
        found += [*older, *([head.release] if head.release else [])]
    return sorted(found, key=lambda release: (release.started_at, release.number), reverse=True)
