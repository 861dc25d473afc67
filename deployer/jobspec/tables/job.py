"""
Jobs and the file around them.

Source: Nomad 1.11.3, ``api/jobs.go`` (hcl tags), ``jobspec2/types.config.go`` for ``variable``, ``locals`` and
the tasks, vaults and secrets that a job may hold itself, ``nomad/structs/structs.go``, Job.Validate.
"""

from deployer.jobspec.rules import job
from deployer.jobspec.schema import (
    FREE_MAP,
    TEXT_MAP,
    AttributeRule,
    BlockRule,
    Kind,
    choice,
    flags,
    lists,
    many,
    numbers,
    one,
    or_null,
    texts,
)
from deployer.jobspec.tables import placement, task_parts
from deployer.jobspec.tables.group import GROUP
from deployer.jobspec.tables.task import TASK

PERIODIC = BlockRule(
    attributes=or_null(flags("enabled", "prohibit_overlap") | texts("cron", "time_zone")) | lists("crons"),
    rules=(job.periodic_holds,),
)
PARAMETERIZED = BlockRule(
    attributes={"payload": choice("", "optional", "required", "forbidden")} | lists("meta_required", "meta_optional"),
    rules=(job.parameterized_holds,),
)
MULTIREGION = BlockRule(
    blocks={
        "strategy": one(BlockRule(attributes=or_null(numbers("max_parallel") | texts("on_failure")))),
        "region": many(
            BlockRule(
                attributes=or_null(numbers("count")) | lists("datacenters") | texts("node_pool"),
                blocks={"meta": one(TEXT_MAP)},
            ),
            labels=1,
        ),
    }
)
UI = BlockRule(
    attributes=texts("description"),
    blocks={"link": many(BlockRule(attributes=texts("label", "url")))},
    rules=(job.ui_holds,),
)
JOB = BlockRule(
    attributes=or_null(
        texts("region", "namespace", "id", "name", "node_pool")
        | flags("all_at_once")
        | {
            "type": choice("service", "batch", "system", "sysbatch"),
            "priority": AttributeRule(kind=Kind.INTEGER, least=0, most=100),
        }
    )
    | lists("datacenters"),
    blocks={
        "affinity": many(placement.AFFINITY),
        "constraint": many(placement.CONSTRAINT),
        "group": many(GROUP, labels=1),
        "meta": one(TEXT_MAP, as_attribute=True),
        "migrate": one(placement.MIGRATE),
        "multiregion": one(MULTIREGION),
        "parameterized": one(PARAMETERIZED),
        "periodic": one(PERIODIC),
        "reschedule": one(placement.RESCHEDULE),
        "secret": many(task_parts.SECRET, labels=1),
        "spread": many(placement.SPREAD),
        "task": many(TASK, labels=1),
        "ui": one(UI),
        "update": one(placement.UPDATE),
        "vault": one(task_parts.VAULT),
    },
    rules=(job.identity_holds, job.groups_hold, job.type_fits),
)
FILE = BlockRule(
    blocks={
        "job": many(JOB, labels=1),
        "locals": many(BlockRule(free=Kind.ANY)),
        "variable": many(FREE_MAP, labels=1),
        "variables": many(BlockRule(free=Kind.ANY)),
    },
    rules=(job.one_job_stands_in_the_file,),
)
