"""`nomadeploy stop`: stop what this project's releases own, and nothing else."""

from collections.abc import Sequence

from deployer.actions.connect import Cluster
from deployer.actions.plan import StackPlan
from deployer.cluster.observe import ObservedState, Scope, observe
from deployer.errors import UnknownEnvironment
from deployer.finding import did_you_mean
from deployer.mesh.entries import plan_intentions, plan_service_defaults
from deployer.plan.desired import DesiredIntention, DesiredState, Owner
from deployer.plan.model import Plan, Step
from deployer.plan.planner import stop_step
from deployer.project.model import Environment, Project
from deployer.release.model import RecordedJob, Release
from deployer.release.record import Head, ReleaseRecords, recorded_stacks


def plan_stops(
    project: Project, environment: Environment, cluster: Cluster, *, apps: Sequence[str] = (), stack: str = ""
) -> list[StackPlan]:
    """
    Plan to stop apps, or whole stacks with their intentions; the platform goes last.

    Only the release records decide what there is to stop: the files may have changed since.

    Raises:
        UnknownEnvironment: a named app is in no release of this environment.
    """
    namespace = environment.nomad.namespace or "default"
    recorded = recorded_stacks(cluster.nomad, namespace, project.name, environment.name)
    heads: dict[str, Head] = {}
    for name in sorted(recorded, key=lambda name: (name == "platform", name)):
        if stack in ("", name):
            owner = Owner(project=project.name, stack=name, environment=environment.name)
            heads[name] = ReleaseRecords(cluster.nomad, namespace, owner).head()
    owned = {job.app for head in heads.values() if head.release for job in head.release.jobs}
    for app in apps:
        if app not in owned:
            hint = did_you_mean(app, owned).lstrip("; ") or "`nomadeploy status` lists what is released"
            raise UnknownEnvironment(f"no release of {environment.name!r} has an app {app!r}", hint=hint)
    observed = observe(cluster.nomad, cluster.consul, Scope())
    return [
        _plan(Owner(project=project.name, stack=name, environment=environment.name), environment, head, observed, apps)
        for name, head in heads.items()
        if head.release is not None
    ]


def _plan(
    owner: Owner, environment: Environment, head: Head, observed: ObservedState, apps: Sequence[str]
) -> StackPlan:
    release = head.release or Release(id="", number=0, status="", started_at="")
    named = [job for job in release.jobs if not apps or job.app in apps]
    steps = _stops(named, observed)
    if not apps:
        owned = frozenset(DesiredIntention(source=s, destination=d) for s, d in release.intentions)
        steps += plan_intentions((), observed.intentions, owned, last_wave=2)
        steps += plan_service_defaults({}, observed.service_defaults, dict(release.protocols), last_wave=2)
    desired = DesiredState(
        owner=owner,
        namespace=environment.nomad.namespace or "default",
        jobs=(),
        intentions=frozenset(),
        protocols={},
    )
    return StackPlan(plan=Plan(owner=owner, steps=tuple(steps)), desired=desired, head=head, partial=bool(apps))


def _stops(jobs: Sequence[RecordedJob], observed: ObservedState) -> list[Step]:
    found = [stop_step(job, observed.jobs.get((job.namespace, job.job_id)), wave=1, cause="asked for") for job in jobs]
    return [step for step in found if step is not None]
