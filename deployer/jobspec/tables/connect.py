"""
Consul service mesh: sidecars, transparent proxies and gateways.

Source: Nomad 1.11.3, ``api/consul.go`` (hcl tags) and ``nomad/structs/services.go``.
"""

from deployer.jobspec.rules import connect, driver, gateway, task
from deployer.jobspec.schema import (
    BOOLEAN,
    DURATION,
    FREE_MAP,
    INTEGERS,
    STRING,
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
from deployer.jobspec.tables.network import RESOURCES
from deployer.jobspec.tables.task_parts import IDENTITY, LOGS, VOLUME_MOUNT

_PORT_NUMBER = AttributeRule(kind=Kind.INTEGER, least=0, most=65535)
_UNSIGNED = AttributeRule(kind=Kind.INTEGER, least=0, nullable=True)

UPSTREAMS = BlockRule(
    attributes=texts(
        "destination_name",
        "destination_namespace",
        "destination_peer",
        "destination_partition",
        "destination_type",
        "datacenter",
        "local_bind_address",
        "local_bind_socket_path",
        "local_bind_socket_mode",
    )
    | {"local_bind_port": _PORT_NUMBER},
    blocks={
        "mesh_gateway": one(BlockRule(attributes={"mode": choice("", "local", "remote", "none")})),
        "config": one(FREE_MAP),
    },
    rules=(connect.upstream_holds,),
)
EXPOSE = BlockRule(
    blocks={
        "path": many(
            BlockRule(
                attributes=texts("path", "protocol", "listener_port") | {"local_path_port": _PORT_NUMBER},
                rules=(connect.expose_path_holds,),
            )
        )
    }
)
TRANSPARENT_PROXY = BlockRule(
    attributes={
        "uid": STRING,
        "outbound_port": _PORT_NUMBER,
        "exclude_outbound_ports": INTEGERS,
        "no_dns": BOOLEAN,
    }
    | lists("exclude_inbound_ports", "exclude_outbound_cidrs", "exclude_uids"),
    rules=(connect.transparent_proxy_holds,),
)
PROXY = BlockRule(
    attributes={"local_service_address": STRING, "local_service_port": _PORT_NUMBER},
    blocks={
        "expose": one(EXPOSE),
        "upstreams": many(UPSTREAMS),
        "transparent_proxy": one(TRANSPARENT_PROXY),
        "config": one(FREE_MAP),
    },
)
SIDECAR_SERVICE = BlockRule(
    attributes=lists("tags") | texts("port") | flags("disable_default_tcp_check"),
    blocks={"proxy": one(PROXY), "meta": one(TEXT_MAP)},
)
SIDECAR_TASK = BlockRule(
    attributes=texts("name", "driver", "user", "kill_signal")
    | dict.fromkeys(("kill_timeout", "shutdown_delay"), AttributeRule(kind=Kind.DURATION, least=0)),
    blocks={
        "config": one(FREE_MAP),
        "env": one(TEXT_MAP),
        "resources": one(RESOURCES),
        "meta": one(TEXT_MAP),
        "logs": one(LOGS),
        "volume_mount": many(VOLUME_MOUNT),
        "identity": many(IDENTITY),
    },
    rules=(task.volume_mounts_exist, task.logs_fit_the_disk, driver.sidecar_config_holds),
)
_TLS = BlockRule(
    attributes=flags("enabled") | texts("tls_min_version", "tls_max_version") | lists("cipher_suites"),
    blocks={"sds": one(BlockRule(attributes=texts("cluster_name", "cert_resource")))},
)
_HEADERS = BlockRule(attributes=lists("remove"), blocks={"add": one(TEXT_MAP), "set": one(TEXT_MAP)})
_INGRESS_SERVICE = BlockRule(
    attributes=texts("name")
    | lists("hosts")
    | dict.fromkeys(("max_connections", "max_pending_requests", "max_concurrent_requests"), _UNSIGNED),
    blocks={"tls": one(_TLS), "request_headers": one(_HEADERS), "response_headers": one(_HEADERS)},
)
_LISTENER = BlockRule(
    attributes=numbers("port") | texts("protocol"),
    blocks={"service": many(_INGRESS_SERVICE)},
    rules=(gateway.listener_holds,),
)
_LINKED_SERVICE = BlockRule(
    attributes=texts("name", "ca_file", "cert_file", "key_file", "sni"),
    rules=(gateway.linked_service_holds,),
)
_BIND_ADDRESS = BlockRule(attributes=texts("address") | numbers("port"), rules=(gateway.bind_address_holds,))
_GATEWAY_PROXY = BlockRule(
    attributes=flags("envoy_gateway_bind_tagged_addresses", "envoy_gateway_no_default_bind")
    | {
        "connect_timeout": DURATION,
        "envoy_dns_discovery_type": choice("", "STRICT_DNS", "LOGICAL_DNS"),
    },
    blocks={"envoy_gateway_bind_addresses": many(_BIND_ADDRESS, labels=1), "config": one(FREE_MAP)},
)
GATEWAY = BlockRule(
    blocks={
        "proxy": one(_GATEWAY_PROXY),
        "ingress": one(
            BlockRule(blocks={"tls": one(_TLS), "listener": many(_LISTENER)}, rules=(gateway.ingress_holds,))
        ),
        "terminating": one(BlockRule(blocks={"service": many(_LINKED_SERVICE)}, rules=(gateway.terminating_holds,))),
        "mesh": one(BlockRule()),
    },
    rules=(gateway.gateway_holds,),
)
CONNECT = BlockRule(
    attributes=flags("native"),
    blocks={
        "gateway": one(GATEWAY),
        "sidecar_service": one(SIDECAR_SERVICE),
        "sidecar_task": one(SIDECAR_TASK),
    },
    rules=(connect.connect_holds,),
)
