"""Jobs of the in-memory Nomad."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from deployer.cluster.memory_cluster import (
    MemoryCluster,
    Outcome,
    StoredJob,
    count_of,
    group_state,
    running_task,
)
from deployer.cluster.model import (
    DesiredUpdates,
    GroupScale,
    JobPlan,
    JobValidation,
    ObservedAllocation,
    ObservedDeployment,
    ObservedEvaluation,
    ObservedJob,
    PlacementFailure,
    Registered,
)
from deployer.cluster.nomad_read import job_of
from deployer.errors import JobRejected, NotFound, StalePlan

__all__ = ["MemoryJobs", "Outcome"]

Job = Mapping[str, Any]
_OURS = {"Version", "Stable", "Stop", "Status", "CreateIndex", "ModifyIndex", "JobModifyIndex"}
_NO_GROUPS = "Missing job task groups"


class MemoryJobs(MemoryCluster):
    """`JobsPort` in memory."""

    def list_jobs(self, namespace: str = "*", *, prefix: str = "") -> tuple[ObservedJob, ...]:
        """See `JobsPort.list_jobs`."""
        return tuple(
            job_of(_stub(stored.current))
            for (place, job_id), stored in sorted(self._jobs.items())
            if namespace in {"*", place} and job_id.startswith(prefix)
        )

    def read_job(self, namespace: str, job_id: str) -> dict[str, Any] | None:
        """See `JobsPort.read_job`."""
        stored = self._jobs.get((namespace, job_id))
        return deepcopy(stored.current) if stored else None

    def job_versions(self, namespace: str, job_id: str) -> tuple[dict[str, Any], ...]:
        """See `JobsPort.job_versions`."""
        stored = self._jobs.get((namespace, job_id))
        return tuple(deepcopy(stored.versions[::-1][:6])) if stored else ()

    def parse_job(self, hcl: str, *, namespace: str = "default", variables: str = "") -> dict[str, Any]:
        """See `JobsPort.parse_job`; it takes the parser that the twin was given."""
        del namespace, variables
        if self._parse is None:
            raise JobRejected("could not parse the jobspec: this Nomad in memory was given no parser")
        return self._parse(hcl)

    def validate_job(self, job: Job) -> JobValidation:
        """See `JobsPort.validate_job`."""
        return JobValidation(errors=() if job.get("TaskGroups") else (_NO_GROUPS,), warnings="")

    def plan_job(self, job: Job, *, diff: bool = True) -> JobPlan:
        """See `JobsPort.plan_job`; its diff tells the job's changed keys, not what is in them."""
        self._check(job, "plan")
        stored = self._jobs.get(_key(job))
        keys = _changed(stored.current, job) if stored else []
        change = "Added" if stored is None else "Edited" if keys else "None"
        fields = [{"Type": "Edited", "Name": key, "Old": "", "New": "", "Annotations": None} for key in keys]
        return JobPlan(
            diff={"Type": change, "ID": job["ID"], "Fields": fields or None, "Objects": None, "TaskGroups": None}
            if diff
            else None,
            updates={group["Name"]: _updates(change, count_of(group)) for group in job["TaskGroups"]},
            job_modify_index=stored.current["JobModifyIndex"] if stored else 0,
            failed_groups={},
            warnings="",
            next_periodic="",
        )

    def register_job(self, job: Job, *, expected_index: int, preserve_counts: bool = False) -> Registered:
        """See `JobsPort.register_job`."""
        with self._guard:
            self._check(job, "register")
            stored = self._jobs.get(_key(job))
            _enforce(job["ID"], expected_index, stored)
            wanted = deepcopy(dict(job))
            if preserve_counts and stored:
                _keep_counts(wanted, stored.current)
            if stored and not stored.current["Stop"] and not _changed(stored.current, wanted):
                evaluation = self._evaluate(stored.current, "job-register", {})
                return Registered(eval_id=evaluation, job_modify_index=stored.current["JobModifyIndex"], warnings="")
            return self._store(wanted, stored)

    def stop_job(self, namespace: str, job_id: str, *, expected_index: int, purge: bool = False) -> str:
        """See `JobsPort.stop_job`."""
        with self._guard:
            stored = self._jobs.get((namespace, job_id))
            if stored is None or stored.current["JobModifyIndex"] != expected_index:
                raise StalePlan(f"could not stop job {job_id!r}: it moved from index {expected_index}")
            index = self._next_index()
            stopped = stored.current | {"Stop": True, "Status": "dead"}
            stopped |= {"JobModifyIndex": index, "ModifyIndex": index, "Version": stopped["Version"] + 1}
            stored.versions.append(stopped)
            if purge:
                del self._jobs[namespace, job_id]
            self._stop_allocations(namespace, job_id)
            return self._evaluate(stopped, "job-deregister", {})

    def evaluate_job(self, namespace: str, job_id: str, *, force_reschedule: bool = False) -> str:
        """See `JobsPort.evaluate_job`."""
        del force_reschedule
        stored = self._jobs.get((namespace, job_id))
        if stored is None:
            raise NotFound(f"could not evaluate job {job_id!r}: job not found")
        return self._evaluate(stored.current, "job-register", {})

    def dispatch_job(
        self, namespace: str, job_id: str, *, meta: Mapping[str, str], payload: bytes = b"", token: str = ""
    ) -> tuple[str, str]:
        """See `JobsPort.dispatch_job`."""
        del payload
        parent = self._jobs.get((namespace, job_id))
        if parent is None:
            raise NotFound(f"could not dispatch job {job_id!r}: job not found")
        child = f"{job_id}/dispatch-{token or self._new_id()[-8:]}"
        if (namespace, child) in self._jobs:
            return child, ""
        spec = {key: value for key, value in parent.current.items() if key not in _OURS}
        spec |= {"ID": child, "ParentID": job_id, "Meta": {**(spec.get("Meta") or {}), **meta}}
        return child, self._store(deepcopy(spec) | {"ParameterizedJob": None}, None).eval_id

    def scale_status(self, namespace: str, job_id: str) -> Mapping[str, GroupScale]:
        """See `JobsPort.scale_status`."""
        stored = self._jobs.get((namespace, job_id))
        groups = stored.current["TaskGroups"] if stored else ()
        return {
            group["Name"]: GroupScale(
                desired=count_of(group), placed=count_of(group), running=count_of(group), healthy=0, unhealthy=0
            )
            for group in groups
        }

    def scale(self, namespace: str, job_id: str, group: str, *, count: int) -> None:
        """Set a group's count as the autoscaler does: a new version and a new JobModifyIndex."""
        with self._guard:
            current = self._jobs[namespace, job_id].current
            spec = deepcopy({key: value for key, value in current.items() if key not in _OURS})
            next(one for one in spec["TaskGroups"] if one["Name"] == group)["Count"] = count
            self.register_job(spec, expected_index=current["JobModifyIndex"])

    def _check(self, job: Job, verb: str) -> None:
        namespace, job_id = _key(job)
        if namespace not in self._namespaces:
            raise NotFound(
                f"could not {verb} job {job_id!r}: job {job_id!r} is in nonexistent namespace {namespace!r}",
                hint="create it: nomad namespace apply NAME",
            )
        if not job.get("TaskGroups"):
            raise JobRejected(f"could not {verb} job {job_id!r}: {_NO_GROUPS}")

    def _store(self, job: dict[str, Any], stored: StoredJob | None) -> Registered:
        index = self._next_index()
        version = stored.current["Version"] + 1 if stored else 0
        job |= {"Namespace": _key(job)[0], "Name": job.get("Name") or job["ID"], "Type": job.get("Type") or "service"}
        job |= {"Version": version, "Stop": False, "Status": "running", "Stable": False}
        job |= {"CreateIndex": stored.current["CreateIndex"] if stored else index}
        job |= {"JobModifyIndex": index, "ModifyIndex": index}
        self._jobs.setdefault(_key(job), StoredJob()).versions.append(job)
        if job.get("Periodic") or job.get("ParameterizedJob"):
            return Registered(eval_id="", job_modify_index=index, warnings="")
        return Registered(eval_id=self._roll_out(job), job_modify_index=index, warnings="")

    def _roll_out(self, job: dict[str, Any]) -> str:
        if self._outcome_of(job["ID"]) is Outcome.UNPLACEABLE:
            why = PlacementFailure(
                nodes_evaluated=1, nodes_filtered=0, nodes_exhausted=1, dimension_exhausted={"memory": 1}
            )
            return self._evaluate(job, "job-register", {group["Name"]: why for group in job["TaskGroups"]})
        deployment_id = self._deploy(job) if job["Type"] == "service" else ""
        eval_id = self._evaluate(job, "job-register", {}, deployment_id)
        self._stop_allocations(*_key(job))
        for group in job["TaskGroups"]:
            for number in range(count_of(group)):
                self._place(job, group, number, (eval_id, deployment_id))
        return eval_id

    def _deploy(self, job: Job) -> str:
        deployment_id, index = self._new_id(), self._next_index()
        first = job["Version"] == 0
        self._deployments[deployment_id] = ObservedDeployment(
            id=deployment_id,
            namespace=job["Namespace"],
            job_id=job["ID"],
            status="running",
            status_description="Deployment is running",
            job_version=job["Version"],
            job_spec_modify_index=job["JobModifyIndex"],
            groups={group["Name"]: group_state(group, first=first) for group in job["TaskGroups"]},
            create_index=index,
            modify_index=index,
        )
        return deployment_id

    def _evaluate(self, job: Job, trigger: str, failed: Mapping[str, PlacementFailure], deployment_id: str = "") -> str:
        eval_id, index = self._new_id(), self._next_index()
        self._evaluations[eval_id] = ObservedEvaluation(
            id=eval_id,
            namespace=job["Namespace"],
            status="complete",
            status_description="",
            triggered_by=trigger,
            type=job["Type"],
            job_id=job["ID"],
            job_modify_index=job["JobModifyIndex"],
            blocked_eval=self._new_id() if failed else "",
            next_eval="",
            previous_eval="",
            failed_groups=failed,
            queued=dict.fromkeys(failed, 1),
            deployment_id=deployment_id,
            create_index=index,
            modify_index=index,
        )
        return eval_id

    def _place(self, job: Job, group: Job, number: int, cause: tuple[str, str]) -> None:
        alloc_id, index = self._new_id(), self._next_index()
        is_service = job["Type"] in {"service", "system"}
        self._allocations[alloc_id] = ObservedAllocation(
            id=alloc_id,
            name=f"{job['ID']}.{group['Name']}[{number}]",
            namespace=job["Namespace"],
            job_id=job["ID"],
            job_version=job["Version"],
            group=group["Name"],
            node_id="",
            node_name="node-1",
            client_status="running" if is_service else "complete",
            desired_status="run",
            deployment_healthy=None,
            create_index=index,
            modify_index=index,
            tasks={task["Name"]: running_task() for task in group.get("Tasks") or ()},
            next_allocation="",
            eval_id=cause[0],
            deployment_id=cause[1],
        )

    def _stop_allocations(self, namespace: str, job_id: str) -> None:
        for one in list(self._allocations.values()):
            if (one.namespace, one.job_id) == (namespace, job_id) and one.desired_status == "run":
                self._allocations[one.id] = replace(
                    one, desired_status="stop", client_status="complete", modify_index=self._next_index()
                )


def _key(job: Job) -> tuple[str, str]:
    return job.get("Namespace") or "default", job["ID"]


def _stub(job: Job) -> dict[str, Any]:
    stub = {key: value for key, value in job.items() if key != "Version"}
    return stub | {"Periodic": bool(job.get("Periodic")), "ParameterizedJob": bool(job.get("ParameterizedJob"))}


def _changed(current: Job, wanted: Job) -> list[str]:
    return [key for key in wanted if key not in _OURS and (key not in current or current[key] != wanted[key])]


def _keep_counts(wanted: dict[str, Any], current: Job) -> None:
    live = {group["Name"]: count_of(group) for group in current["TaskGroups"]}
    for group in wanted["TaskGroups"]:
        group["Count"] = live.get(group["Name"], count_of(group))


def _enforce(job_id: str, expected_index: int, stored: StoredJob | None) -> None:
    index = stored.current["JobModifyIndex"] if stored else 0
    if index == expected_index:
        return
    fact = (
        "job already exists" if not expected_index else f"job is at index {index}" if stored else "job does not exist"
    )
    raise StalePlan(f"could not register job {job_id!r}: Enforcing job modify index {expected_index}: {fact}")


def _updates(change: str, count: int) -> DesiredUpdates:
    if change == "Added":
        return DesiredUpdates(create=count)
    return DesiredUpdates(destructive_update=count) if change == "Edited" else DesiredUpdates(ignore=count)
