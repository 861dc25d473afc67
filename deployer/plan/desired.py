"""What the project wants of the cluster for one stack in one environment; frozen values, pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deployer.pack.render import Rendered
from deployer.plan.order import waves_of
from deployer.project.links import dependencies
from deployer.project.model import App, Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose objects these are: a release, its record and its ownership belong to a stack in an environment."""

    project: str
    stack: str
    environment: str

    def __str__(self) -> str:
        return f"{self.project}/{self.stack}/{self.environment}"

    def meta(self) -> dict[str, str]:
        """Return the constant job meta; never more, since a change of meta replaces every allocation."""
        return {
            "nomadeploy_project": self.project,
            "nomadeploy_stack": self.stack,
            "nomadeploy_environment": self.environment,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredJob:
    """
    A job that should run.

    Attributes:
        text: the rendered jobspec.
        fingerprint: sha256 of the jobspec and the namespace it goes to.
        kind: ``service``, ``batch`` or ``platform``.
        wave: jobs of one wave go in parallel, after all of the wave before are healthy.
        autoscaled: its counts belong to a scaling policy.
    """

    app: App
    namespace: str
    job_id: str
    text: str
    fingerprint: str
    kind: str
    wave: int
    autoscaled: bool

    @property
    def key(self) -> tuple[str, str]:
        """The job's namespace and id."""
        return (self.namespace, self.job_id)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DesiredIntention:
    """`source` may call `destination`; both are Consul service names."""

    source: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """
    Everything one stack wants in one environment.

    Attributes:
        namespace: the Nomad namespace of the environment, where the release record is kept.
        protocols: service → protocol, only where it is not the mesh's own default (tcp).
    """

    owner: Owner
    namespace: str
    jobs: tuple[DesiredJob, ...]
    intentions: frozenset[DesiredIntention]
    protocols: Mapping[str, str]


def desired_state(
    owner: Owner, environment: Environment, rendered: Sequence[Rendered], *, within: Sequence[App]
) -> DesiredState:
    """
    Build the desired state of a stack.

    Args:
        rendered: the stack's rendered jobs.
        within: the same apps, for the order among them.
    """
    waves = waves_of(dependencies(within))
    jobs = tuple(_job(item, waves[item.app.name]) for item in rendered)
    intentions = [intention for item in rendered for intention in _intentions(item.app, environment)]
    return DesiredState(
        owner=owner,
        namespace=environment.nomad.namespace or "default",
        jobs=tuple(sorted(jobs, key=lambda job: (job.wave, job.app.name))),
        intentions=frozenset(intentions),
        protocols={
            item.app.service: str(item.app.values["protocol"])
            for item in rendered
            if item.app.values.get("protocol") not in (None, "tcp")
        },
    )


def _job(item: Rendered, wave: int) -> DesiredJob:
    app = item.app
    return DesiredJob(
        app=app,
        namespace=app.namespace,
        job_id=app.job_id,
        text=item.text,
        fingerprint=hashlib.sha256(f"{app.namespace}\n{item.text}".encode()).hexdigest(),
        kind=item.kind,
        wave=wave,
        autoscaled=is_autoscaled(app),
    )


def is_autoscaled(app: App) -> bool:
    """Say whether the counts of the app's job belong to a scaling policy that is in force."""
    scaling = app.values.get("scaling")
    return bool(scaling and scaling.get("enabled", True))


def _intentions(app: App, environment: Environment) -> list[DesiredIntention]:
    found = [DesiredIntention(source=app.service, destination=call.service) for call in app.calls]
    if app.public is not None:
        found.append(DesiredIntention(source=environment.ingress.service, destination=app.service))
    return found
