"""Jobs in Nomad: reads, dry runs, and writes bound to an index."""

import base64
import time
from collections.abc import Mapping
from typing import Any

from deployer.cluster.model import GroupScale, JobPlan, JobValidation, ObservedJob, Registered
from deployer.cluster.nomad_read import job_of, plan_of, scale_of
from deployer.cluster.transport import Transport
from deployer.errors import JobRejected, ServerFailed, StalePlan

Job = Mapping[str, Any]
# How long a purge waits for the scheduler to be done with the stopped job.
PURGE_S = 30.0


class NomadJobs:
    """`JobsPort` over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def list_jobs(self, namespace: str = "*", *, prefix: str = "") -> tuple[ObservedJob, ...]:
        """See `JobsPort.list_jobs`."""
        params = {"meta": "true"} | ({"prefix": prefix} if prefix else {})
        stubs, _ = self._http.get(
            "list the jobs", ("jobs",), namespace=namespace, params=params, needs=_right("list-jobs", namespace)
        )
        return tuple(job_of(stub) for stub in stubs or ())

    def read_job(self, namespace: str, job_id: str) -> dict[str, Any] | None:
        """See `JobsPort.read_job`."""
        found = self._find(f"read job {job_id!r}", ("job", job_id), namespace)
        return found if isinstance(found, dict) else None

    def job_versions(self, namespace: str, job_id: str) -> tuple[dict[str, Any], ...]:
        """See `JobsPort.job_versions`."""
        found = self._find(f"read the versions of job {job_id!r}", ("job", job_id, "versions"), namespace)
        return tuple((found or {}).get("Versions") or ())

    def parse_job(self, hcl: str, *, namespace: str = "default", variables: str = "") -> dict[str, Any]:
        """See `JobsPort.parse_job`."""
        # Not canonicalized: register does that, and a filled-in default namespace or region would
        # look as if the file had named it.
        job = self._http.send(
            "parse the jobspec",
            ("jobs", "parse"),
            method="post",
            body={"JobHCL": hcl, "Variables": variables, "Canonicalize": False},
            namespace=namespace,
            needs=_right("parse-job", namespace),
            judges_job=True,
        )
        if not isinstance(job, dict):
            raise JobRejected("could not parse the jobspec: it holds no job")
        return job

    def validate_job(self, job: Job) -> JobValidation:
        """See `JobsPort.validate_job`."""
        reply = self._hand_in("validate", ("validate", "job"), job, {"Job": job})
        errors = tuple(reply.get("ValidationErrors") or ())
        return JobValidation(errors=errors, warnings=reply.get("Warnings") or "")

    def plan_job(self, job: Job, *, diff: bool = True) -> JobPlan:
        """See `JobsPort.plan_job`."""
        body = {"Job": job, "Diff": diff}
        return plan_of(self._hand_in("plan", ("job", job["ID"], "plan"), job, body))

    def register_job(self, job: Job, *, expected_index: int, preserve_counts: bool = False) -> Registered:
        """See `JobsPort.register_job`."""
        body = {
            "Job": job,
            "EnforceIndex": True,
            "JobModifyIndex": expected_index,
            "PreserveCounts": preserve_counts,
        }
        reply = self._hand_in("register", ("jobs",), job, body)
        return Registered(
            eval_id=reply.get("EvalID") or "",
            job_modify_index=reply.get("JobModifyIndex") or 0,
            warnings=reply.get("Warnings") or "",
        )

    def stop_job(self, namespace: str, job_id: str, *, expected_index: int, purge: bool = False) -> str:
        """See `JobsPort.stop_job`."""
        current = self.read_job(namespace, job_id)
        if current is None or current["JobModifyIndex"] != expected_index:
            raise StalePlan(f"could not stop job {job_id!r}: {_moved(current, expected_index)}")
        if not purge:
            return self._delete(namespace, job_id, purge=False)
        return self._purge(namespace, job_id, stopped=bool(current.get("Stop")))

    def evaluate_job(self, namespace: str, job_id: str, *, force_reschedule: bool = False) -> str:
        """See `JobsPort.evaluate_job`."""
        reply = self._http.send(
            f"evaluate job {job_id!r}",
            ("job", job_id, "evaluate"),
            body={"JobID": job_id, "EvalOptions": {"ForceReschedule": force_reschedule}},
            namespace=namespace,
            needs=_right("submit-job", namespace),
        )
        return str(reply.get("EvalID") or "")

    def dispatch_job(
        self, namespace: str, job_id: str, *, meta: Mapping[str, str], payload: bytes = b"", token: str = ""
    ) -> tuple[str, str]:
        """See `JobsPort.dispatch_job`."""
        reply = self._http.send(
            f"dispatch job {job_id!r}",
            ("job", job_id, "dispatch"),
            body={"Meta": dict(meta), "Payload": base64.b64encode(payload).decode()},
            namespace=namespace,
            # In the body, where python-nomad puts it, the server ignores it.
            params={"idempotency_token": token} if token else None,
            needs=_right("dispatch-job", namespace),
        )
        return str(reply["DispatchedJobID"]), str(reply.get("EvalID") or "")

    def scale_status(self, namespace: str, job_id: str) -> Mapping[str, GroupScale]:
        """See `JobsPort.scale_status`."""
        found = self._find(f"read the counts of job {job_id!r}", ("job", job_id, "scale"), namespace)
        groups = (found or {}).get("TaskGroups") or {}
        return {name: scale_of(group) for name, group in groups.items()}

    def _purge(self, namespace: str, job_id: str, *, stopped: bool) -> str:
        # Nomad 1.11.3's leader crashes when the scheduler hands in a plan for a job that was purged
        # meanwhile (nomad/plan_apply.go reads it from the state and finds nil). So the job is stopped
        # first, and removed when the scheduler is done with it.
        if not stopped:
            self._delete(namespace, job_id, purge=False)
        self._wait_for_the_scheduler(namespace, job_id)
        current = self.read_job(namespace, job_id)
        if current is None or not current.get("Stop"):
            raise StalePlan(f"could not purge job {job_id!r}: somebody else moved it after its stop")
        return self._delete(namespace, job_id, purge=True)

    def _wait_for_the_scheduler(self, namespace: str, job_id: str) -> None:
        attempt, path = f"purge job {job_id!r}", ("job", job_id, "evaluations")
        index, deadline = 0, time.monotonic() + PURGE_S
        while (left_s := deadline - time.monotonic()) > 0:
            raws, index = self._http.get(
                attempt, path, namespace=namespace, index=index, wait_s=left_s, needs=_right("read-job", namespace)
            )
            if not any(raw["Status"] in {"pending", "blocked"} for raw in raws or ()):
                return
        raise ServerFailed(
            f"could not {attempt}: it is stopped, but its evaluations were still open after {PURGE_S:.0f} s",
            hint="try again; the job does not run any more",
        )

    def _delete(self, namespace: str, job_id: str, *, purge: bool) -> str:
        reply = self._http.send(
            f"{'purge' if purge else 'stop'} job {job_id!r}",
            ("job", job_id),
            method="delete",
            namespace=namespace,
            params={"purge": "true" if purge else "false"},
            needs=_right("submit-job", namespace),
        )
        return str(reply.get("EvalID") or "")

    def _find(self, attempt: str, path: tuple[str, ...], namespace: str) -> Any:
        found = self._http.find(attempt, path, namespace=namespace, needs=_right("read-job", namespace))
        return found[0] if found else None

    def _hand_in(self, verb: str, path: tuple[str, ...], job: Job, body: Mapping[str, Any]) -> dict[str, Any]:
        namespace = job.get("Namespace") or "default"
        reply = self._http.send(
            f"{verb} job {job['ID']!r}",
            path,
            body=body,
            namespace=namespace,
            needs=_right("submit-job", namespace),
            judges_job=True,
        )
        return reply if isinstance(reply, dict) else {}


def _right(capability: str, namespace: str) -> str:
    place = "every namespace" if namespace == "*" else f"namespace {namespace!r}"
    return f"the capability {capability!r} in {place}"


def _moved(current: Mapping[str, Any] | None, expected_index: int) -> str:
    if current is None:
        return "it is gone"
    return f"it moved from index {expected_index} to {current['JobModifyIndex']}"
