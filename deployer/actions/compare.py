"""Compares each job that may differ with what runs; Nomad itself judges the difference."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from deployer.actions.connect import Cluster
from deployer.actions.registrant import foreign_registrant
from deployer.cluster.observe import ObservedState
from deployer.errors import JobRejected
from deployer.plan.desired import DesiredJob, DesiredState, Owner
from deployer.plan.model import Step
from deployer.plan.planner import Judgement, Look, finish_step, judge_job, kept_step
from deployer.release.model import RecordedJob, Release


def job_steps(
    desired: DesiredState, observed: ObservedState, release: Release | None, cluster: Cluster, pool: ThreadPoolExecutor
) -> list[Step]:
    recorded: dict[tuple[str, str], RecordedJob] = (
        {(job.namespace, job.job_id): job for job in release.jobs} if release else {}
    )
    judgements = [judge_job(job, observed.jobs.get(job.key), recorded.get(job.key)) for job in desired.jobs]
    kept = [kept_step(judgement) for judgement in judgements if judgement.look is not Look.COMPARE]
    compared = [judgement for judgement in judgements if judgement.look is Look.COMPARE]
    return kept + list(pool.map(lambda judgement: _compare(judgement, recorded, desired.owner, cluster), compared))


def _compare(judgement: Judgement, jobs: Mapping[tuple[str, str], RecordedJob], owner: Owner, cluster: Cluster) -> Step:
    recorded = jobs.get(judgement.job.key)
    if not judgement.exists and (other := foreign_registrant(judgement.job, jobs, cluster)):
        cause = f"{other} registers the service {judgement.job.app.service!r} already"
        return kept_step(replace(judgement, look=Look.REFUSE, cause=cause))
    body = job_body(judgement.job, owner, cluster)
    if judgement.job.autoscaled and judgement.exists:
        body = _with_live_counts(body, judgement.job, cluster)
    restarts = judgement.exists and recorded is not None and _must_restart(judgement.job, recorded, cluster)
    unfinished = recorded is not None and (recorded.failed or recorded.job_modify_index == 0)
    return finish_step(judgement, body, cluster.nomad.plan_job(body), restarts=restarts, unfinished=unfinished)


def _must_restart(job: DesiredJob, recorded: RecordedJob, cluster: Cluster) -> bool:
    """Say whether the job's newest rollout is still a failure: Nomad goes on trying after we stopped waiting."""
    if not recorded.failed and recorded.job_modify_index:
        return False
    deployment = cluster.nomad.latest_deployment(*job.key).value
    if deployment is None:
        return recorded.failed
    return deployment.status in ("failed", "cancelled") or (recorded.failed and deployment.status != "successful")


def job_body(job: DesiredJob, owner: Owner, cluster: Cluster) -> dict[str, Any]:
    """Return the job as Nomad's JSON, with its namespace and the constant meta."""
    body = cluster.nomad.parse_job(job.text, namespace=job.namespace)
    said = body.get("Namespace") or job.namespace
    if said != job.namespace:
        raise JobRejected(
            f"the job of app {job.app.name!r} says namespace {said!r}, its app file says {job.namespace!r}",
            hint="write namespace = [[ env.namespace | hcl ]] in the template, or take it out",
        )
    meta = {**owner.meta(), **(body.get("Meta") or {})}
    return {**body, "Namespace": job.namespace, "Meta": meta}


def _with_live_counts(body: dict[str, Any], job: DesiredJob, cluster: Cluster) -> dict[str, Any]:
    """Keep the counts that a scaling policy set, within the limits that the files set now."""
    live = cluster.nomad.scale_status(job.namespace, job.job_id)
    groups = []
    for group in body.get("TaskGroups") or ():
        scaling, state = group.get("Scaling") or {}, live.get(group.get("Name", ""))
        if state is None or not scaling:
            groups.append(group)
            continue
        count = max(scaling.get("Min") or 0, state.desired)
        groups.append({**group, "Count": min(count, scaling.get("Max") or count)})
    return {**body, "TaskGroups": groups}
