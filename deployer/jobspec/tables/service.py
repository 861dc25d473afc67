"""
Services and their checks.

Source: Nomad 1.11.3, ``api/services.go`` (hcl tags) and ``nomad/structs/services.go``.
"""

from deployer.jobspec.durations import SECOND
from deployer.jobspec.rules import service
from deployer.jobspec.schema import (
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
    texts,
)
from deployer.jobspec.tables.connect import CONNECT
from deployer.jobspec.tables.task_parts import IDENTITY

_ON_UPDATE = choice("", "require_healthy", "ignore_warnings", "ignore")
_AT_LEAST_A_SECOND = AttributeRule(kind=Kind.DURATION, least=SECOND)

CHECK_RESTART = BlockRule(
    attributes={
        "limit": AttributeRule(kind=Kind.INTEGER, least=0),
        "grace": AttributeRule(kind=Kind.DURATION, least=0),
    }
    | flags("ignore_warnings")
)
CHECK = BlockRule(
    attributes=texts(
        "name",
        "type",
        "command",
        "path",
        "protocol",
        "port",
        "advertise",
        "notes",
        "tls_server_name",
        "method",
        "grpc_service",
        "task",
        "body",
    )
    | lists("args")
    | flags("expose", "tls_skip_verify", "grpc_use_tls")
    | numbers("success_before_passing", "failures_before_critical", "failures_before_warning")
    | {
        "interval": _AT_LEAST_A_SECOND,
        "timeout": _AT_LEAST_A_SECOND,
        "initial_status": choice("", "passing", "warning", "critical"),
        "address_mode": choice("", "host", "driver", "alloc", "alloc_ipv6"),
        "on_update": _ON_UPDATE,
    },
    blocks={"header": one(BlockRule(free=Kind.STRINGS)), "check_restart": one(CHECK_RESTART)},
    rules=(service.check_holds,),
)
SERVICE = BlockRule(
    attributes=texts("name", "port", "address", "task", "cluster")
    | lists("tags", "canary_tags")
    | flags("enable_tag_override")
    | {
        "address_mode": choice("", "auto", "host", "driver", "alloc", "alloc_ipv6"),
        "on_update": _ON_UPDATE,
        "provider": choice("", "consul", "nomad"),
        "kind": choice("", "api-gateway", "ingress-gateway", "mesh-gateway", "terminating-gateway"),
    },
    blocks={
        "check": many(CHECK),
        "check_restart": one(CHECK_RESTART),
        "connect": one(CONNECT),
        "meta": one(TEXT_MAP),
        "canary_meta": one(TEXT_MAP),
        "tagged_addresses": one(TEXT_MAP),
        "identity": one(IDENTITY),
        "weights": one(BlockRule(attributes=numbers("passing", "warning"))),
    },
    rules=(service.service_holds, service.checks_differ),
)
