"""Builders of what a release is made of, with defaults a test need not care about."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployer.actions.connect import Cluster
from deployer.actions.plan import StackPlan, plan_stack
from deployer.cluster.consul_read import intention_of, service_defaults_of
from deployer.cluster.memory import MemoryConsul, MemoryNomad
from deployer.cluster.model import (
    DesiredUpdates,
    JobPlan,
    ObservedAllocation,
    ObservedConfigEntry,
    ObservedIntention,
    ObservedJob,
    ObservedServiceDefaults,
    TaskEvent,
    TaskState,
)
from deployer.cluster.observe import Scope, observe
from deployer.plan.desired import DesiredIntention, DesiredJob, DesiredState, Owner
from deployer.plan.model import Action, Kind, Step
from deployer.project.model import App, Environment, Ingress, Project
from deployer.project.resolve import Resolved
from deployer.release.model import RecordedJob, Release
from deployer.release.record import ReleaseRecords
from deployer.report.events import Event

OWNER = Owner(project="shop", stack="board", environment="dev")
OTHER_OWNER = Owner(project="shop", stack="billing", environment="dev")


def an_app(name: str = "api", **changes: Any) -> App:
    """An app of a pack, private and without calls."""
    plain: dict[str, Any] = {
        "stack": OWNER.stack,
        "environment": OWNER.environment,
        "kind": "pack",
        "pack": "service",
        "job_id": name,
        "service": name,
        "namespace": "default",
        "path": f"jobs/{OWNER.stack}/{name}.hcl",
        "line": 1,
        "values": {},
        "leaves": {},
    }
    return App(name=name, **(plain | changes))


def job_text(job_id: str, *, version: str = "1", count: int = 1, **changes: Any) -> str:
    """A job as the twin's parser reads it: Nomad's JSON."""
    task = {"Name": "server", "Driver": "raw_exec", "Env": {"VERSION": version}}
    group = {"Name": "web", "Count": count, "Tasks": [task]}
    return json.dumps({"ID": job_id, "Name": job_id, "Type": "service", "TaskGroups": [group]} | changes)


def a_desired_job(name: str = "api", *, version: str = "1", app: App | None = None, **changes: Any) -> DesiredJob:
    """A job that should run; its fingerprint is its text."""
    app = app or an_app(name)
    text = job_text(app.job_id, version=version)
    plain: dict[str, Any] = {"namespace": app.namespace, "job_id": app.job_id, "text": text, "fingerprint": text}
    return DesiredJob(app=app, **(plain | {"kind": "service", "wave": 1, "autoscaled": False} | changes))


def a_desired_state(*jobs: DesiredJob, owner: Owner = OWNER, **changes: Any) -> DesiredState:
    """What a stack wants; without intentions where none are given."""
    plain: dict[str, Any] = {"namespace": "default", "intentions": frozenset(), "protocols": {}}
    return DesiredState(owner=owner, jobs=jobs, **(plain | changes))


def an_observed_job(job_id: str = "api", **changes: Any) -> ObservedJob:
    """A running service at index 40."""
    plain: dict[str, Any] = {
        "namespace": "default",
        "name": job_id,
        "type": "service",
        "status": "running",
        "stop": False,
        "version": None,
        "modify_index": 41,
        "job_modify_index": 40,
        "meta": {},
        "periodic": False,
        "parameterized": False,
        "parent_id": "",
    }
    return ObservedJob(id=job_id, **(plain | changes))


def a_recorded_job(name: str = "api", *, version: str = "1", **changes: Any) -> RecordedJob:
    """A job as a successful release at index 40 left it."""
    plain: dict[str, Any] = {"app": name, "namespace": "default", "job_id": name, "kind": "service"}
    plain |= {"fingerprint": job_text(name, version=version), "job_modify_index": 40}
    return RecordedJob(**(plain | changes))


def a_release(*jobs: RecordedJob, **changes: Any) -> Release:
    """A successful first release."""
    plain: dict[str, Any] = {
        "id": "1-20261123T180000",
        "number": 1,
        "status": "successful",
        "started_at": "2026-11-23T18:00:00+00:00",
        "ended_at": "2026-11-23T18:00:09+00:00",
    }
    return Release(jobs=jobs, **(plain | changes))


def a_job_plan(kind: str = "Edited", **changes: Any) -> JobPlan:
    """Nomad's dry run of a register; what is edited is the priority."""
    priority = {"Type": kind, "Name": "Priority", "Old": "50", "New": "60", "Annotations": None}
    plain: dict[str, Any] = {
        "diff": {"Type": kind, "ID": "api", "Fields": None if kind == "None" else [priority]},
        "updates": {"web": DesiredUpdates(destructive_update=1)},
        "job_modify_index": 40,
        "failed_groups": {},
        "warnings": "",
        "next_periodic": "",
    }
    return JobPlan(**(plain | changes))


def a_step(name: str = "api", action: Action = Action.CREATE, kind: Kind = Kind.JOB, **changes: Any) -> Step:
    """A step that creates a job."""
    plain: dict[str, Any] = {"cause": "not in the cluster", "wave": 1}
    if kind is Kind.JOB:
        plain |= {"app": name, "namespace": "default", "body": json.loads(job_text(name))}
    return Step(kind=kind, action=action, name=name, **(plain | changes))


def an_entry(destination: str, *sources: str, index: int = 9, action: str = "allow", **more: Any) -> ObservedIntention:
    """A service-intentions entry with these sources, as Consul gives it."""
    listed = [{"Name": name, "Action": action, "Precedence": 9, "Type": "consul"} for name in sources]
    raw = {"Kind": "service-intentions", "Name": destination, "Sources": listed, "ModifyIndex": index, **more}
    return intention_of(_entry(raw))


def defaults_of(service: str, *, index: int = 7, **more: Any) -> ObservedServiceDefaults:
    """A service-defaults entry, as Consul gives it."""
    return service_defaults_of(_entry({"Kind": "service-defaults", "Name": service, "ModifyIndex": index, **more}))


def _entry(raw: dict[str, Any]) -> ObservedConfigEntry:
    return ObservedConfigEntry(
        kind=raw["Kind"], name=raw["Name"], modify_index=raw["ModifyIndex"], meta=raw.get("Meta") or {}, raw=raw
    )


def an_allocation(number: int = 1, **changes: Any) -> ObservedAllocation:
    """A running allocation of job api."""
    plain: dict[str, Any] = {
        "id": f"{number:08}-0000-0000-0000-000000000000",
        "name": f"api.web[{number}]",
        "namespace": "default",
        "job_id": "api",
        "job_version": 0,
        "group": "web",
        "node_id": "11111111-2222-3333-4444-555555555555",
        "node_name": "node-1",
        "client_status": "running",
        "desired_status": "run",
        "deployment_healthy": None,
        "create_index": 50,
        "modify_index": 51,
        "tasks": {"server": TaskState(state="running", failed=False, restarts=0, events=())},
        "next_allocation": "",
    }
    return ObservedAllocation(**(plain | changes))


def an_event(kind: str, message: str = "", **changes: Any) -> TaskEvent:
    """Something that happened to a task."""
    plain: dict[str, Any] = {"time_ns": 0, "exit_code": None, "signal": None, "driver_error": "", "details": {}}
    return TaskEvent(type=kind, message=message, **(plain | changes))


def intentions(*pairs: str) -> frozenset[DesiredIntention]:
    """Intentions written as ``source -> destination``."""
    found = [pair.split(" -> ") for pair in pairs]
    return frozenset(DesiredIntention(source=source, destination=destination) for source, destination in found)


def an_environment(**changes: Any) -> Environment:
    """An environment named dev."""
    return Environment(name=OWNER.environment, **changes)


def a_resolved(root: Path, *apps: App, timeout_s: float = 600) -> Resolved:
    """A project at `root` whose environment has these apps."""
    environment = an_environment(timeout_s=timeout_s)
    project = Project(
        name=OWNER.project, root=root, pack_directories=(), environments={OWNER.environment: environment}, stacks=()
    )
    return Resolved(project=project, environment=environment, apps=apps, packs={})


@dataclass
class KeptReport:
    """A report that keeps its events."""

    events: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def close(self) -> None:
        """Nothing is open."""

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def twins(*, namespaces: Iterable[str] = ("default",), **settings: Any) -> Cluster:
    """A Nomad and a Consul in memory; the mesh denies by default, as a project needs it."""
    nomad = MemoryNomad(namespaces=namespaces, parse=json.loads, **settings)
    return Cluster(nomad=nomad, consul=MemoryConsul(default_allow=False), ingress=Ingress())


def planned(desired: DesiredState, cluster: Cluster, *, partial: bool = False) -> StackPlan:
    """Plan a state against a cluster as it is now."""
    head = ReleaseRecords(cluster.nomad, desired.namespace, desired.owner).head()
    observed = observe(cluster.nomad, cluster.consul, Scope())
    with ThreadPoolExecutor(max_workers=2) as pool:
        return plan_stack(desired, observed, head, cluster, pool, partial=partial)


def actions_of(plan: StackPlan) -> Mapping[str, Action]:
    """What the plan does, by the steps' names."""
    return {step.name: step.action for step in plan.plan.steps}
