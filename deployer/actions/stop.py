"""`nomadeploy stop`: stop what this project's releases own, and nothing else."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

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

    Args:
        apps: ``app`` or ``stack/app``; none means all.

    Raises:
        UnknownEnvironment: a named app is in no release of this environment, or in those of several stacks; or
            there is no such stack.
    """
    namespace = environment.nomad.namespace or "default"
    recorded = recorded_stacks(cluster.nomad, namespace, project.name, environment.name)
    if stack:
        _check_stack(stack, [*recorded, *(known.name for known in project.stacks)], environment)
    heads: dict[str, Head] = {}
    for name in sorted(recorded, key=lambda name: (name == "platform", name)):
        if stack in ("", name):
            owner = Owner(project=project.name, stack=name, environment=environment.name)
            heads[name] = ReleaseRecords(cluster.nomad, namespace, owner).head()
    owned = {(name, job.app) for name, head in heads.items() if head.release for job in head.release.jobs}
    chosen = _chosen(apps, owned, environment)
    observed = observe(cluster.nomad, cluster.consul, Scope())
    return [
        _plan(
            Owner(project=project.name, stack=name, environment=environment.name),
            environment,
            head,
            observed,
            apps=None if chosen is None else {app for owner, app in chosen if owner == name},
        )
        for name, head in heads.items()
        if head.release is not None
    ]


def _check_stack(name: str, known: Sequence[str], environment: Environment) -> None:
    if name in known:
        return
    raise UnknownEnvironment(
        f"no release of {environment.name!r} has a stack {name!r}{did_you_mean(name, known)}",
        hint=f"it has {', '.join(sorted(set(known))) or 'none'}",
    )


def _chosen(
    names: Sequence[str], owned: AbstractSet[tuple[str, str]], environment: Environment
) -> frozenset[tuple[str, str]] | None:
    """Return the recorded apps, as (stack, app), that the names mean; None where nothing is named."""
    if not names:
        return None
    found = {name: sorted(pair for pair in owned if name in (pair[1], "/".join(pair))) for name in names}
    known = {app for _, app in owned} | {"/".join(pair) for pair in owned}
    unknown = [name for name, pairs in found.items() if not pairs]
    problems = [f"no release of {environment.name!r} has an app {name!r}" for name in unknown]
    hints = [hint for name in unknown if (hint := did_you_mean(name, known).lstrip("; "))]
    for name, pairs in found.items():
        if len(pairs) > 1:
            choices = " or ".join(repr("/".join(pair)) for pair in pairs)
            problems.append(f"several stacks have an app {name!r}; write {choices}")
    if problems:
        hint = " ".join(hints) or ("`nomadeploy status` lists what is released" if unknown else "")
        raise UnknownEnvironment("; ".join(problems), hint=hint)
    return frozenset(pairs[0] for pairs in found.values())


def _plan(
    owner: Owner, environment: Environment, head: Head, observed: ObservedState, *, apps: AbstractSet[str] | None
) -> StackPlan:
    """Plan to stop these apps of a stack, or with None the whole of it."""
    release = head.release or Release(id="", number=0, status="", started_at="")
    named = [job for job in release.jobs if apps is None or job.app in apps]
    steps = _stops(named, observed)
    if apps is None:
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
    return StackPlan(plan=Plan(owner=owner, steps=tuple(steps)), desired=desired, head=head, partial=apps is not None)


def _stops(jobs: Sequence[RecordedJob], observed: ObservedState) -> list[Step]:
    found = [stop_step(job, observed.jobs.get((job.namespace, job.job_id)), wave=1, cause="asked for") for job in jobs]
    return [step for step in found if step is not None]
