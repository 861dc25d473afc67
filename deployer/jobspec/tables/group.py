"""
Task groups.

Source: Nomad 1.11.3, ``api/tasks.go``, ``api/scaling.go`` (hcl tags), ``jobspec2/hcl_conversions.go`` for
``vault`` and ``secret`` in a group, ``nomad/structs/structs.go``, TaskGroup.Validate.
"""

from deployer.jobspec.rules import connect, group, network, policy, reschedule, service
from deployer.jobspec.schema import (
    BOOLEAN,
    FREE_MAP,
    STRING,
    TEXT_MAP,
    AttributeRule,
    BlockRule,
    Kind,
    choice,
    flags,
    lists,
    many,
    one,
    spans,
    texts,
)
from deployer.jobspec.tables import placement, task_parts
from deployer.jobspec.tables.network import NETWORK
from deployer.jobspec.tables.service import SERVICE
from deployer.jobspec.tables.task import TASK

_NOT_NEGATIVE = AttributeRule(kind=Kind.INTEGER, least=0, nullable=True)

VOLUME = BlockRule(
    attributes=texts("source", "access_mode", "attachment_mode")
    | {"type": choice("host", "csi")}
    | flags("read_only", "sticky", "per_alloc"),
    blocks={"mount_options": one(BlockRule(attributes={"fs_type": STRING} | lists("mount_flags")))},
    rules=(group.volume_holds,),
)
SCALING = BlockRule(
    attributes={
        "min": _NOT_NEGATIVE,
        "max": _NOT_NEGATIVE,
        "enabled": AttributeRule(kind=Kind.BOOLEAN, nullable=True),
        "type": choice("", "horizontal"),
    },
    blocks={"policy": one(FREE_MAP)},
    rules=(group.scaling_holds,),
)
GROUP = BlockRule(
    attributes={
        "count": _NOT_NEGATIVE,
        "shutdown_delay": AttributeRule(kind=Kind.DURATION, least=0),
        "prevent_reschedule_on_lost": AttributeRule(kind=BOOLEAN.kind, nullable=True),
    }
    | spans("max_run_duration", "stop_after_client_disconnect", "max_client_disconnect"),
    blocks={
        "affinity": many(placement.AFFINITY),
        "constraint": many(placement.CONSTRAINT),
        "consul": one(task_parts.CONSUL),
        "disconnect": one(placement.DISCONNECT),
        "ephemeral_disk": one(placement.EPHEMERAL_DISK),
        "meta": one(TEXT_MAP, as_attribute=True),
        "migrate": one(placement.MIGRATE),
        "network": many(NETWORK),
        "reschedule": one(placement.RESCHEDULE),
        "restart": one(placement.RESTART),
        "scaling": one(SCALING),
        "secret": many(task_parts.SECRET, labels=1),
        "service": many(SERVICE),
        "spread": many(placement.SPREAD),
        "task": many(TASK, labels=1),
        "update": one(placement.UPDATE),
        "vault": one(task_parts.VAULT),
        "volume": many(VOLUME, labels=1),
    },
    rules=(
        group.tasks_hold,
        group.count_holds,
        group.placement_fits_the_job_type,
        group.ports_differ,
        network.cni_arguments_differ,
        policy.update_holds,
        policy.migrate_holds,
        policy.restart_holds,
        reschedule.reschedule_holds,
        service.services_differ,
        service.ports_exist,
        connect.group_is_ready_for_the_mesh,
    ),
)
