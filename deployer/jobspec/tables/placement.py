"""
Where and how allocations are placed and replaced.

Source: Nomad 1.11.3, ``api/tasks.go``, ``api/jobs.go``, ``api/constraint.go``, ``api/csi.go`` (hcl tags);
constraint and affinity from ``jobspec2/hcl_conversions.go``.
"""

from deployer.jobspec.rules import constraint, policy
from deployer.jobspec.schema import (
    BOOLEAN,
    INTEGER,
    STRING,
    AttributeRule,
    BlockRule,
    Kind,
    choice,
    flags,
    many,
    numbers,
    or_null,
    spans,
    texts,
)

_COMPARISONS = ("regexp", "version", "semver", "set_contains", "set_contains_all", "set_contains_any")

CONSTRAINT = BlockRule(
    attributes=or_null(
        texts("attribute", "value", "operator", "distinct_property", *_COMPARISONS, "is_set", "is_not_set")
    )
    | or_null({"distinct_hosts": BOOLEAN}),
    rules=(constraint.constraint_holds,),
)
TASK_CONSTRAINT = BlockRule(
    attributes=CONSTRAINT.attributes,
    rules=(constraint.constraint_holds, constraint.constraint_fits_one_task),
)
AFFINITY = BlockRule(
    attributes=or_null(texts("attribute", "value", "operator", *_COMPARISONS))
    | {"weight": AttributeRule(kind=Kind.NUMBER, nullable=True)},
    rules=(constraint.affinity_holds,),
)
SPREAD = BlockRule(
    attributes={
        "attribute": STRING,
        "weight": AttributeRule(kind=Kind.INTEGER, least=1, most=100, nullable=True),
    },
    blocks={
        "target": many(BlockRule(attributes={"percent": AttributeRule(kind=Kind.INTEGER, least=0, most=100)}), labels=1)
    },
    rules=(constraint.spread_holds,),
)
UPDATE = BlockRule(
    attributes=or_null(
        {
            "max_parallel": AttributeRule(kind=Kind.INTEGER, least=0),
            "canary": AttributeRule(kind=Kind.INTEGER, least=0),
            "health_check": choice("checks", "task_states", "manual"),
        }
        | flags("auto_revert", "auto_promote")
    )
    | spans("stagger", "min_healthy_time", "healthy_deadline", "progress_deadline"),
)
MIGRATE = BlockRule(
    attributes=or_null(
        {
            "max_parallel": AttributeRule(kind=Kind.INTEGER, least=0),
            "health_check": choice("checks", "task_states"),
        }
    )
    | spans("min_healthy_time", "healthy_deadline"),
)
RESTART = BlockRule(
    attributes=or_null({"attempts": INTEGER, "mode": choice("delay", "fail"), "render_templates": BOOLEAN})
    | spans("interval", "delay"),
)
RESCHEDULE = BlockRule(
    attributes=or_null({"attempts": INTEGER, "delay_function": STRING, "unlimited": BOOLEAN})
    | spans("interval", "delay", "max_delay"),
)
DISCONNECT = BlockRule(
    attributes={
        "lost_after": AttributeRule(kind=Kind.DURATION, least=0),
        "stop_on_client_after": AttributeRule(kind=Kind.DURATION, least=0),
    }
    | or_null(
        {
            "replace": BOOLEAN,
            "reconcile": choice("", "best_score", "longest_running", "keep_original", "keep_replacement"),
        }
    ),
    rules=(policy.disconnect_holds,),
)
EPHEMERAL_DISK = BlockRule(
    attributes=or_null(flags("sticky", "migrate") | {"size": AttributeRule(kind=Kind.INTEGER, least=10)})
)
COUNTS = or_null(numbers("count"))
