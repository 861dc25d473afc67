"""
Tasks.

Source: Nomad 1.11.3, ``api/tasks.go`` (hcl tags) and ``nomad/structs/structs.go``, Task.Validate.
"""

from deployer.jobspec.rules import driver, task
from deployer.jobspec.schema import (
    FREE_MAP,
    TEXT_MAP,
    AttributeRule,
    BlockRule,
    Kind,
    choice,
    flags,
    many,
    numbers,
    one,
    or_null,
    texts,
)
from deployer.jobspec.tables import task_parts
from deployer.jobspec.tables.network import RESOURCES
from deployer.jobspec.tables.placement import AFFINITY, RESTART, TASK_CONSTRAINT
from deployer.jobspec.tables.service import SERVICE

_NOT_NEGATIVE = AttributeRule(kind=Kind.DURATION, least=0)

TASK_SCALING = BlockRule(
    attributes=or_null(numbers("min", "max") | flags("enabled")) | {"type": choice("", "vertical_cpu", "vertical_mem")},
    blocks={"policy": one(FREE_MAP)},
)
TASK = BlockRule(
    attributes=texts("driver", "user", "kill_signal", "kind")
    | flags("leader")
    | {"kill_timeout": _NOT_NEGATIVE, "shutdown_delay": _NOT_NEGATIVE},
    blocks={
        "action": many(task_parts.ACTION, labels=1),
        "affinity": many(AFFINITY),
        "artifact": many(task_parts.ARTIFACT),
        "config": one(FREE_MAP),
        "constraint": many(TASK_CONSTRAINT),
        "consul": one(task_parts.CONSUL),
        "csi_plugin": one(task_parts.CSI_PLUGIN),
        "dispatch_payload": one(task_parts.DISPATCH_PAYLOAD),
        "env": one(TEXT_MAP, as_attribute=True),
        "identity": many(task_parts.IDENTITY),
        "lifecycle": one(task_parts.LIFECYCLE),
        "logs": one(task_parts.LOGS),
        "meta": one(TEXT_MAP, as_attribute=True),
        "resources": one(RESOURCES),
        "restart": one(RESTART),
        "scaling": many(TASK_SCALING, labels=1),
        "schedule": one(task_parts.SCHEDULE),
        "secret": many(task_parts.SECRET, labels=1),
        "service": many(SERVICE),
        "template": many(task_parts.TEMPLATE),
        "vault": one(task_parts.VAULT),
        "volume_mount": many(task_parts.VOLUME_MOUNT),
    },
    rules=(
        task.name_and_driver_hold,
        task.kill_timeout_fits,
        task.logs_fit_the_disk,
        task.templates_differ,
        task.secrets_differ,
        task.actions_differ,
        task.scalings_hold,
        task.volume_mounts_exist,
        driver.config_holds,
    ),
)
