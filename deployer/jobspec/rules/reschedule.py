"""
Reschedule policies.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, ReschedulePolicy.Validate, and ``api/tasks.go``,
NewDefaultReschedulePolicy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from deployer.jobspec.durations import HOUR, SECOND, spoken
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.policy import Layers, layers_of
from deployer.jobspec.rules.reading import job_type

_LEAST_DELAY = 5 * SECOND
_LEAST_INTERVAL = 15 * SECOND
_FUNCTIONS = ("constant", "exponential", "fibonacci")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A reschedule policy with every default filled in; times in nanoseconds."""

    attempts: int
    interval: int
    delay: int
    function: str
    max_delay: int
    unlimited: bool


def reschedule_holds(group: Node) -> Iterator[Complaint]:
    """Yield what ReschedulePolicy.Validate refuses, and any in system jobs (TaskGroup.Validate)."""
    layers = layers_of(group, "reschedule")
    type_ = job_type(group)
    if layers is None or type_ is None:
        return
    if type_ in ("system", "sysbatch"):
        yield layers.nodes[0].complain(f"a {type_} job takes no reschedule block; it runs on every node anyway")
        return
    policy = _policy(layers, type_)
    if policy is None or not (policy.attempts > 0 or policy.unlimited):
        return
    if policy.attempts > 0 and policy.unlimited:
        words = "attempts and unlimited exclude each other; set unlimited = false to limit the attempts"
        yield layers.complain("attempts", words)
    delays = list(_delay_complaints(layers, policy))
    yield from delays
    if policy.unlimited:
        return
    if policy.interval < _LEAST_INTERVAL:
        yield layers.complain("interval", f"interval must be at least 15s, not {spoken(policy.interval)}")
    elif not delays and (needed := needed_interval(policy)) > policy.interval:
        words = f"{policy.attempts} attempts do not fit in {spoken(policy.interval)}"
        yield layers.complain("interval", f"{words}; set interval to {spoken(needed)} or more")


def _policy(layers: Layers, type_: str) -> Policy | None:
    is_service = type_ == "service"
    attempts = layers.whole("attempts", 0 if is_service else 1)
    interval = layers.span("interval", 0 if is_service else 24 * HOUR)
    delay = layers.span("delay", 30 * SECOND if is_service else 5 * SECOND)
    function = layers.text("delay_function", "exponential" if is_service else "constant")
    max_delay = layers.span("max_delay", HOUR if is_service else 0)
    unlimited = layers.flag("unlimited", default=is_service)
    if attempts is None or interval is None or delay is None:
        return None
    if function is None or max_delay is None or unlimited is None:
        return None
    return Policy(
        attempts=attempts,
        interval=interval,
        delay=delay,
        function=function,
        max_delay=max_delay,
        unlimited=unlimited,
    )


def _delay_complaints(layers: Layers, policy: Policy) -> Iterator[Complaint]:
    if policy.delay < _LEAST_DELAY:
        yield layers.complain("delay", f"delay must be at least 5s, not {spoken(policy.delay)}")
    if policy.function not in _FUNCTIONS:
        allowed = ", ".join(_FUNCTIONS)
        yield layers.complain("delay_function", f"delay_function must be one of {allowed}, not {policy.function!r}")
    elif policy.function != "constant" and policy.max_delay < max(policy.delay, _LEAST_DELAY):
        words = f"max_delay ({spoken(policy.max_delay)}) must be at least the delay ({spoken(policy.delay)})"
        yield layers.complain("max_delay", words)


def needed_interval(policy: Policy) -> int:
    """Return the shortest interval in nanoseconds that holds all attempts (viableAttempts)."""
    if policy.function == "constant":
        return policy.attempts * policy.delay
    if policy.function == "fibonacci":
        return _fibonacci(policy)
    return _exponential(policy)


def _exponential(policy: Policy) -> int:
    needed = fitting = 0
    for attempt in range(policy.attempts):
        step = policy.delay * 2**attempt
        needed = needed + policy.max_delay if step > policy.max_delay else step
        fitting += needed < policy.interval
    # Nomad wants each attempt strictly inside the interval here.
    return needed if fitting == policy.attempts else max(needed, policy.interval) + 1


def _fibonacci(policy: Policy) -> int:
    slots = [policy.delay, policy.delay]
    has_reached_the_limit = False
    for _ in range(2, policy.attempts):
        step = slots[-1] + policy.max_delay if has_reached_the_limit else slots[-1] + slots[-2]
        if not has_reached_the_limit and step > policy.max_delay:
            step, has_reached_the_limit = policy.max_delay, True
        slots.append(step)
    return slots[-1]
