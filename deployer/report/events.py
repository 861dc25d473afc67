"""What happens during a release, as values; renderers decide how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from deployer.plan.desired import Owner
from deployer.plan.model import Step
from deployer.watch.diagnosis import Diagnosis
from deployer.watch.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStarted:
    """A release was recorded and begins."""

    owner: Owner
    release_id: str
    totals: Mapping[str, int]
    apps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A write is about to be made."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """A registered job moved."""

    step: Step
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step is over, well or not; `seconds` since it started."""

    step: Step
    text: str
    failed: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """Why a job failed."""

    step: Step
    reason: str
    diagnoses: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A statement about the running release was checked; `problem` is empty when it holds."""

    app: str
    statement: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEnded:
    """A release is over."""

    owner: Owner
    release_id: str
    status: str
    seconds: float
    routes: Mapping[str, str] = field(default_factory=dict)


Event: TypeAlias = ReleaseStarted | StepStarted | StepProgress | StepDone | Diagnosed | Proved | ReleaseEnded


class Report(Protocol):
    """Takes events as they happen, from any thread."""

    def emit(self, event: Event) -> None:
        """Show or keep one event."""
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...
