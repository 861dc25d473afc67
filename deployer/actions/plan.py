"""`nomadeploy plan`: read the cluster once, decide, and let Nomad judge what differs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from deployer.actions.checked import checked_jobs
from deployer.actions.compare import job_steps
from deployer.actions.connect import Cluster, public_url
from deployer.cluster.model import ObservedIntention, ObservedServiceDefaults
from deployer.cluster.observe import ObservedState, Scope, observe
from deployer.mesh.entries import plan_intentions, plan_service_defaults
from deployer.plan.desired import DesiredIntention, DesiredState, Owner, desired_state
from deployer.plan.model import Action, Kind, Plan, Step
from deployer.plan.order import stack_order
from deployer.plan.planner import stop_step
from deployer.project.choose import chosen_apps
from deployer.project.model import App
from deployer.project.resolve import Resolved
from deployer.release.model import Release
from deployer.release.record import Head, ReleaseRecords, recorded_stacks

CALLS_AT_ONCE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPlan:
    """
    The plan of one stack with what it was made from.

    Attributes:
        head: the release record it was planned on.
        partial: only some apps were asked for, so nothing is stopped.
    """

    plan: Plan
    desired: DesiredState
    head: Head
    partial: bool


def plan_stacks(
    resolved: Resolved,
    cluster: Cluster,
    *,
    apps: Sequence[str] = (),
    stack: str = "",
) -> list[StackPlan]:
    """
    Plan every stack of the environment, the platform first.

    Args:
        apps: only these apps (``app`` or ``stack/app``); all where empty.
        stack: only this stack.

    Raises:
        FilesInvalid: a rendered job breaks a rule.
        UnknownEnvironment: no such app or stack.
        ClusterError: the cluster could not be read.
        JobRejected: Nomad does not take a job.
    """
    chosen, names = _chosen(resolved, apps, stack)
    gone = () if apps or stack else _gone(resolved, names, cluster)
    rendered = checked_jobs(resolved, chosen)
    wanted = {
        name: desired_state(
            Owner(project=resolved.project.name, stack=name, environment=resolved.environment.name),
            resolved.environment,
            [item for item in rendered if item.app.stack == name],
            within=[item.app for item in rendered if item.app.stack == name],
        )
        for name in (*names, *gone)
    }
    with ThreadPoolExecutor(max_workers=CALLS_AT_ONCE, thread_name_prefix="plan") as pool:
        reading = pool.submit(observe, cluster.nomad, cluster.consul, Scope(mesh=True))
        heads = dict(zip(wanted, pool.map(lambda state: _head(cluster, state), wanted.values()), strict=True))
        observed = reading.result()
        return [
            plan_stack(state, observed, heads[name], cluster, pool, partial=bool(apps))
            for name, state in wanted.items()
            if name in names or _owns_anything(heads[name])
        ]


def _gone(resolved: Resolved, names: Sequence[str], cluster: Cluster) -> list[str]:
    """Return the stacks that releases made here and the files no longer have here."""
    environment = resolved.environment
    namespace = environment.nomad.namespace or "default"
    known = recorded_stacks(cluster.nomad, namespace, resolved.project.name, environment.name)
    return sorted(known - set(names))


def _owns_anything(head: Head) -> bool:
    release = head.release
    return release is not None and bool(release.jobs or release.intentions or release.protocols)


def _chosen(resolved: Resolved, apps: Sequence[str], stack: str) -> tuple[Sequence[App], list[str]]:
    """
    Return the apps that are meant, and the stacks to plan, the platform first.

    A stack whose apps are all gone from the files is planned too: what it had has to be stopped.
    """
    declared = {s.name for s in resolved.project.stacks if s.is_in(resolved.environment.name)}
    is_empty = stack in declared and not any(app.stack == stack for app in resolved.apps)
    chosen = () if is_empty and not apps else chosen_apps(resolved, apps, stack or None)
    names = {app.stack for app in chosen} if apps else {name for name in declared if stack in ("", name)}
    calls = {name: {call.stack for app in chosen if app.stack == name for call in app.calls} for name in names}
    return chosen, stack_order(calls)


def _head(cluster: Cluster, state: DesiredState) -> Head:
    return ReleaseRecords(cluster.nomad, state.namespace, state.owner).head()


def plan_stack(
    desired: DesiredState,
    observed: ObservedState,
    head: Head,
    cluster: Cluster,
    pool: ThreadPoolExecutor,
    *,
    partial: bool,
) -> StackPlan:
    """
    Plan one stack; Nomad is asked only about the jobs that may differ.

    Args:
        pool: makes those calls side by side.
        partial: `desired` holds some of the stack's apps only, so nothing is stopped or taken away.
    """
    release = head.release
    steps = job_steps(desired, observed, release, cluster, pool)
    steps += _mesh_steps(desired, observed.intentions, observed.service_defaults, release, partial=partial)
    if release is not None and not partial:
        steps += _stops(desired, observed, release, _last_wave(desired))
    return StackPlan(
        plan=Plan(owner=desired.owner, steps=tuple(sorted(steps, key=_order)), routes=_routes(desired, cluster)),
        desired=desired,
        head=head,
        partial=partial,
    )


def with_fresh_mesh(planned: StackPlan, cluster: Cluster) -> StackPlan:
    """Plan the config entries again: an earlier stack of this run may have written the same ones."""
    intentions = {entry.destination: entry for entry in cluster.consul.intentions()}
    defaults = {entry.name: entry for entry in cluster.consul.service_defaults()}
    jobs = [step for step in planned.plan.steps if step.kind is Kind.JOB]
    mesh = _mesh_steps(planned.desired, intentions, defaults, planned.head.release, partial=planned.partial)
    return replace(planned, plan=replace(planned.plan, steps=tuple(sorted(jobs + mesh, key=_order))))


def _mesh_steps(
    desired: DesiredState,
    intentions: Mapping[str, ObservedIntention],
    defaults: Mapping[str, ObservedServiceDefaults],
    release: Release | None,
    *,
    partial: bool,
) -> list[Step]:
    last = _last_wave(desired)
    owned = frozenset(DesiredIntention(source=s, destination=d) for s, d in (release.intentions if release else ()))
    protocols = dict(release.protocols) if release else {}
    if partial:
        owned, protocols = owned & desired.intentions, {}
    steps = plan_service_defaults(desired.protocols, defaults, protocols, last_wave=last)
    return steps + plan_intentions(desired.intentions, intentions, owned, last_wave=last)


def _last_wave(desired: DesiredState) -> int:
    return max((job.wave for job in desired.jobs), default=0) + 1


def _order(step: Step) -> tuple[int, str, str]:
    return (step.wave, step.kind.value, step.name)


def _routes(desired: DesiredState, cluster: Cluster) -> Mapping[str, str]:
    return {
        job.app.name: public_url(cluster.ingress, job.app.public) for job in desired.jobs if job.app.public is not None
    }


def _stops(desired: DesiredState, observed: ObservedState, release: Release, wave: int) -> list[Step]:
    wanted = {job.key for job in desired.jobs}
    gone = [job for job in release.jobs if (job.namespace, job.job_id) not in wanted]
    steps = [
        stop_step(job, observed.jobs.get((job.namespace, job.job_id)), wave=wave, cause="no longer declared")
        for job in gone
    ]
    return [step for step in steps if step is not None]


def refusal_hint(steps: Sequence[Step]) -> str:
    """Return what to do about objects that belong to somebody else."""
    names = ", ".join(step.name for step in steps if step.action is Action.REFUSE)
    return f"rename the app, stop {names} yourself, or take over what runs with the project that owns it"
