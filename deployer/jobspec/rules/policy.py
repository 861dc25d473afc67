"""
Update, migrate, restart, reschedule and disconnect: how a group's allocations are replaced.

Source: Nomad 1.11.3, ``nomad/structs/structs.go`` and ``nomad/structs/group.go`` (the Validate methods),
``api/jobs.go`` and ``api/tasks.go`` (defaults, and how a group's block goes over its job's).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from deployer.jobspec.durations import HOUR, MINUTE, SECOND, spoken
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.reading import job_of, job_type

_LEAST_RESTART_INTERVAL = 5 * SECOND


@dataclass(frozen=True, slots=True)
class Layers:
    """A group's block over its job's: an attribute comes from the first that sets it."""

    nodes: tuple[Node, ...]

    def holder(self, name: str) -> Node:
        """Return the block that sets an attribute, or the nearest one."""
        return next((node for node in self.nodes if node.has(name)), self.nodes[0])

    def span(self, name: str, default: int) -> int | None:
        """Return a duration in nanoseconds."""
        return self.holder(name).span(name, default)

    def whole(self, name: str, default: int) -> int | None:
        """Return an integer."""
        return self.holder(name).whole(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool | None:
        """Return a boolean."""
        return self.holder(name).flag(name, default=default)

    def text(self, name: str, default: str) -> str | None:
        """Return a string."""
        return self.holder(name).text(name, default)

    def complain(self, name: str, message: str) -> Complaint:
        """Return a complaint where the attribute stands."""
        return self.holder(name).complain(message, name)


def layers_of(group: Node, type_: str) -> Layers | None:
    """Return the blocks of a type that hold for a group, or None where there is none."""
    job = job_of(group)
    found = [node.first(type_) for node in (group, job) if node is not None]
    nodes = tuple(node for node in found if node is not None)
    return Layers(nodes) if nodes else None


def update_holds(group: Node) -> Iterator[Complaint]:
    """Yield what UpdateStrategy.Validate refuses, and update in batch jobs (TaskGroup.Validate)."""
    update = layers_of(group, "update")
    if update is None:
        return
    type_ = job_type(group)
    if type_ in ("batch", "sysbatch"):
        yield update.nodes[0].complain(f"a {type_} job takes no update block; only service and system jobs roll out")
        return
    if update.whole("canary", 0) == 0 and update.flag("auto_promote"):
        yield update.complain("auto_promote", "auto_promote needs canary to be at least 1")
    stagger = update.span("stagger", 30 * SECOND)
    if stagger is not None and stagger <= 0:
        yield update.complain("stagger", "stagger must be more than 0")
    yield from _deadline_complaints(update)


def _deadline_complaints(update: Layers) -> Iterator[Complaint]:
    healthy_time = update.span("min_healthy_time", 10 * SECOND)
    deadline = update.span("healthy_deadline", 5 * MINUTE)
    progress = update.span("progress_deadline", 10 * MINUTE)
    if healthy_time is not None and healthy_time < 0:
        yield update.complain("min_healthy_time", "min_healthy_time must not be negative")
    if deadline is not None and deadline <= 0:
        yield update.complain("healthy_deadline", "healthy_deadline must be more than 0")
    if healthy_time is not None and deadline is not None and healthy_time >= deadline:
        words = f"min_healthy_time ({spoken(healthy_time)}) must be less than healthy_deadline ({spoken(deadline)})"
        yield update.complain("min_healthy_time", words)
    if progress is not None and progress < 0:
        yield update.complain("progress_deadline", "progress_deadline must not be negative")
    elif deadline is not None and progress and deadline >= progress:
        words = f"healthy_deadline ({spoken(deadline)}) must be less than progress_deadline ({spoken(progress)})"
        yield update.complain("healthy_deadline", words)


def migrate_holds(group: Node) -> Iterator[Complaint]:
    """Yield what MigrateStrategy.Validate refuses, and migrate in other than service jobs."""
    migrate = layers_of(group, "migrate")
    if migrate is None:
        return
    type_ = job_type(group)
    if type_ not in ("service", None):
        yield migrate.nodes[0].complain(f"a {type_} job takes no migrate block; only service jobs do")
        return
    healthy_time = migrate.span("min_healthy_time", 10 * SECOND)
    deadline = migrate.span("healthy_deadline", 5 * MINUTE)
    for name, amount in (("min_healthy_time", healthy_time), ("healthy_deadline", deadline)):
        if amount is not None and amount < 0:
            yield migrate.complain(name, f"{name} must not be negative")
    if healthy_time is not None and deadline is not None and healthy_time > deadline:
        words = f"min_healthy_time ({spoken(healthy_time)}) must be less than healthy_deadline ({spoken(deadline)})"
        yield migrate.complain("min_healthy_time", words)


def restart_holds(group: Node) -> Iterator[Complaint]:
    """Yield what RestartPolicy.Validate refuses; a task's own restart block is not held to it by Nomad."""
    node = group.first("restart")
    if node is None:
        return
    is_long_lived = job_type(group) in ("service", "system")
    attempts = node.whole("attempts", 2 if is_long_lived else 3)
    interval = node.span("interval", 30 * MINUTE if is_long_lived else 24 * HOUR)
    delay = node.span("delay", 15 * SECOND)
    mode = node.text("mode", "fail")
    if attempts == 0 and mode == "delay":
        yield node.complain('mode "delay" with 0 attempts is ambiguous; set mode = "fail" or attempts', "attempts")
    if interval is not None and interval < _LEAST_RESTART_INTERVAL:
        yield node.complain(f"interval must be at least 5s, not {spoken(interval)}", "interval")
    if None not in (attempts, interval, delay) and attempts * delay > interval:  # type: ignore[operator]
        words = f"{attempts} attempts with a delay of {spoken(delay or 0)} do not fit in {spoken(interval or 0)}"
        yield node.complain(words, "interval" if node.has("interval") else "attempts")


def disconnect_holds(node: Node) -> Iterator[Complaint]:
    """Yield what DisconnectStrategy.Validate refuses."""
    if not node.has("stop_on_client_after"):
        return
    type_ = job_type(node)
    if type_ not in ("service", "batch", None):
        words = f"stop_on_client_after is for service and batch jobs, not for a {type_} job"
        yield node.complain(words, "stop_on_client_after")
    if node.span("lost_after", 0):
        yield node.complain("lost_after and stop_on_client_after exclude each other", "stop_on_client_after")
