"""A plan and its steps; frozen values, pure. A step is one write and says why it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from deployer.plan.desired import Owner


class Action(Enum):
    """What a step does to its object."""

    CREATE = "create"
    REPLACE = "update with new allocations"
    IN_PLACE = "update in place"
    STOP = "stop"
    REMOVE = "remove"
    KEEP = "unchanged"
    REFUSE = "refuse"

    @property
    def is_change(self) -> bool:
        """Whether it writes anything."""
        return self not in (Action.KEEP, Action.REFUSE)


class Kind(Enum):
    """What kind of object a step is about."""

    JOB = "job"
    INTENTION = "intention"
    SERVICE_DEFAULTS = "service-defaults"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One write, or the decision not to write.

    Attributes:
        name: job id, ``source -> destination`` set of an intention, or service.
        app: the app it belongs to, or empty for config entries.
        cause: why, in words.
        expected_index: the index the object must still have: JobModifyIndex, or ModifyIndex of a
            config entry; 0 when there must be none.
        wave: steps of one wave are independent of each other; lower waves come first.
        body: what is written: the job as Nomad's JSON, or the whole config entry; None where a
            config entry is deleted, since nothing of others is left in it.
        details: lines that say what changes inside, ready for display.
        warnings: what Nomad said about it without refusing.
        restarts: the job's text is the same, but its last rollout failed: it is stopped and started.
        resumes: the job is as it should be, but nobody has waited until it was healthy: it is waited for.
    """

    kind: Kind
    action: Action
    name: str
    app: str = ""
    namespace: str = ""
    cause: str
    expected_index: int = 0
    wave: int = 0
    body: Mapping[str, Any] | None = None
    details: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""
    restarts: bool = False
    resumes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    Everything one release of one stack does, in order.

    Attributes:
        routes: public URLs after the release, app → URL.
    """

    owner: Owner
    steps: tuple[Step, ...]
    routes: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that write."""
        return tuple(step for step in self.steps if step.action.is_change)

    @property
    def refusals(self) -> tuple[Step, ...]:
        """The objects that stand in the way."""
        return tuple(step for step in self.steps if step.action is Action.REFUSE)

    def totals(self) -> dict[str, int]:
        """Count the jobs by action, and the other objects that change."""
        counts = {action.value: 0 for action in Action}
        for step in self.steps:
            if step.kind is Kind.JOB:
                counts[step.action.value] += 1
        others = sum(step.kind is not Kind.JOB and step.action.is_change for step in self.steps)
        return {name: count for name, count in counts.items() if count} | ({"mesh changes": others} if others else {})
