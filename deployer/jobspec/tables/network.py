"""
Networks, ports and resources.

Source: Nomad 1.11.3, ``api/resources.go`` (hcl tags).
"""

from deployer.jobspec.rules import network, resources
from deployer.jobspec.schema import (
    INTEGER,
    STRING,
    STRING_MAP,
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
from deployer.jobspec.tables.placement import AFFINITY, CONSTRAINT

PORT = BlockRule(
    attributes={
        "static": AttributeRule(kind=Kind.INTEGER, least=0, most=65535),
        "to": AttributeRule(kind=Kind.INTEGER, least=-1, most=65535),
        "host_network": STRING,
    }
    | flags("ignore_collision"),
)
NETWORK = BlockRule(
    attributes=texts("mode", "device", "cidr", "ip", "hostname") | or_null({"mbits": INTEGER}),
    blocks={
        "port": many(PORT, labels=1),
        "reserved_ports": many(PORT, labels=1),
        "dns": one(BlockRule(attributes=lists("servers", "searches", "options"))),
        "cni": one(BlockRule(attributes={"args": STRING_MAP}, rules=(network.cni_arguments_hold,))),
    },
    rules=(network.network_holds,),
)
DEVICE = BlockRule(
    attributes={"count": AttributeRule(kind=Kind.INTEGER, least=0, nullable=True)},
    blocks={"constraint": many(CONSTRAINT), "affinity": many(AFFINITY)},
)
NUMA = BlockRule(attributes={"affinity": choice("", "none", "prefer", "require"), **lists("devices")})
RESOURCES = BlockRule(
    attributes=or_null(
        numbers("cpu", "cores", "memory", "memory_max", "disk", "iops")
        | {"secrets": AttributeRule(kind=Kind.INTEGER, least=0)}
    ),
    blocks={"network": many(NETWORK), "device": many(DEVICE, labels=1), "numa": one(NUMA)},
    rules=(resources.resources_hold,),
)
