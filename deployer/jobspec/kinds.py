"""What kind of job a file holds, as far as the text alone tells; pure."""

from dataclasses import dataclass

from deployer.hcl.body import Block, Body, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """
    The facts about a job that decide how it is released.

    Attributes:
        job_id: the ID, which is the block's label unless ``id`` is set.
        type: ``service``, ``batch``, ``system`` or ``sysbatch``.
        namespace: as the file says, or an empty string.
        groups: the groups' names in their order.
        scaled_groups: the groups with a scaling policy that is on: their counts belong to the autoscaler.
        is_periodic: whether it has an enabled periodic block.
        is_parameterized: whether it waits to be dispatched.
    """

    job_id: str
    type: str
    namespace: str
    groups: tuple[str, ...]
    scaled_groups: tuple[str, ...]
    is_periodic: bool
    is_parameterized: bool


def job_kind(body: Body) -> JobKind | None:
    """Return the facts about the one job of a file, or None where there is no job block."""
    job = body.first("job")
    if job is None:
        return None
    inside = job.body
    periodic = inside.first("periodic")
    groups = (*inside.of_type("task"), *inside.of_type("group"))
    return JobKind(
        job_id=_text(inside.value("id")) or _label(job),
        type=_text(inside.value("type")) or "service",
        namespace=_text(inside.value("namespace")),
        groups=tuple(_label(group) for group in groups),
        scaled_groups=tuple(_label(group) for group in inside.of_type("group") if _is_scaled(group)),
        is_periodic=periodic is not None and periodic.body.value("enabled") is not False,
        is_parameterized=inside.first("parameterized") is not None,
    )


def _label(block: Block) -> str:
    return block.labels[0] if block.labels else ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _is_scaled(group: Block) -> bool:
    scaling = group.body.first("scaling")
    return scaling is not None and scaling.body.value("enabled") is not False
