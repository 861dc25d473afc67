"""
What do the agents' configuration files say?

Pure: state in, JSON-ready mappings out. Keys are Consul's and Nomad's own configuration
(developer.hashicorp.com/consul/docs/agent/config, …/nomad/docs/configuration).
"""

from dataclasses import dataclass
from typing import Any

from deployer.devcluster.network import allocation_bridge, allocation_subnet
from deployer.devcluster.state import ClusterState, Node

PAUSE_IMAGE = "nomadeploy/pause:1"
"""Holds a docker allocation's network namespace; made here, so that no hub is asked for one."""

FIREWALL_IMAGE = "nomadeploy/firewall:1"
"""Holds sh and iptables, with which the pack `service` closes a docker allocation's ports."""

CPU_TOTAL_MHZ = 32_000
"""
What each node offers. A dev cluster shares one machine, where MHz are only weights: the real
figure would refuse the eleventh small job of a laptop.
"""

_NO_CLOUD = "env_aws,env_gce,env_azure,env_digitalocean"
"""Fingerprints that ask metadata services; env_aws also refuses to start under AWS_CA_BUNDLE."""

_LIBRARIES = tuple(
    f"{root}/{name}" for root in ("/lib", "/usr/lib") for name in ("x86_64-linux-gnu", "aarch64-linux-gnu")
)
_CHROOT = (
    *("/bin", "/etc", "/lib64", "/run/resolvconf", "/sbin", "/usr/bin", "/usr/sbin", "/usr/share/zoneinfo"),
    *_LIBRARIES,
    *("/usr/lib/python3", *(f"/usr/lib/python3.{minor}" for minor in range(9, 16))),
)
"""
What the root directory of an exec task holds (those that exist). Nomad's own list links every file
of /usr and, where /lib is a link to it, of /usr/lib once more: half a minute for each task.
"""

_GOSSIP = {
    "gossip_interval": "100ms",
    "probe_interval": "100ms",
    "probe_timeout": "500ms",
    "suspicion_mult": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """
    Ports of the host's agents; the HTTP and gRPC ones are on the loopback interface.

    Attributes:
        nomad_http, nomad_rpc, nomad_serf: Nomad's (4646, 4647, 4648 if free).
        consul_http, consul_grpc, consul_dns: Consul's (8500, 8502, 8600 if free).
        consul_rpc, consul_serf: Consul's (8300, 8301 if free).
    """

    nomad_http: int
    nomad_rpc: int
    nomad_serf: int
    consul_http: int
    consul_grpc: int
    consul_dns: int
    consul_rpc: int
    consul_serf: int


def consul_config(state: ClusterState, node: Node, ports: Ports) -> dict[str, Any]:
    """Return the Consul agent's configuration: the server on the host, a client on a worker."""
    shared = {
        "datacenter": "dc1",
        "node_name": node.name,
        "data_dir": f"{node.data}/consul",
        "bind_addr": node.address,
        "client_addr": f"127.0.0.1 {node.address}" if node.netns else "127.0.0.1",
        "connect": {"enabled": True},
        "disable_update_check": True,
        # An agent keeps what a failing check says to itself for 5 minutes otherwise.
        "check_update_interval": "0s",
        "gossip_lan": _GOSSIP,
        "telemetry": {"prometheus_retention_time": "1m", "disable_hostname": True},
        "log_level": "info",
    }
    return shared | (_consul_client(state, ports) if node.netns else _consul_server(ports))


def nomad_server_config(state: ClusterState, ports: Ports) -> dict[str, Any]:
    """
    Return the Nomad server's configuration. It is a process of its own: a client in the same one
    can register between the election and the first key of the keyring, is refused, and tries
    again only after 15 to 30 seconds (Nomad 1.11: client.go, retryRegisterNode).
    """
    host = state.nodes[0]
    return _nomad_shared(host, "server", "127.0.0.1", ports.nomad_http) | {
        "name": state.name,
        "ports": {"http": ports.nomad_http, "rpc": ports.nomad_rpc, "serf": ports.nomad_serf},
        "consul": {"address": f"127.0.0.1:{ports.consul_http}"},
        "server": {
            "enabled": True,
            "bootstrap_expect": 1,
            "raft_multiplier": 1,
            "default_scheduler_config": {"memory_oversubscription_enabled": True},
        },
    }


def nomad_client_config(state: ClusterState, node: Node, ports: Ports) -> dict[str, Any]:
    """Return a Nomad client's configuration; its HTTP address is the node's own."""
    http = 4646 if node.netns else ports.nomad_http
    return _nomad_shared(node, "nomad", node.address, http) | {
        "name": node.name,
        "ports": {"http": http},
        "consul": {"address": _consul_address(node, ports), "grpc_address": _grpc_address(node, ports)},
        "client": _nomad_client(state, node, ports),
        "plugin": _plugins(state),
    }


def _nomad_shared(node: Node, data: str, address: str, http: int) -> dict[str, Any]:
    return {
        "datacenter": "dc1",
        "data_dir": f"{node.data}/{data}",
        "bind_addr": node.address,
        "addresses": {"http": address},
        "advertise": {"http": f"{address}:{http}"},
        "disable_update_check": True,
        "telemetry": {
            "prometheus_metrics": True,
            "publish_allocation_metrics": True,
            "publish_node_metrics": True,
            "collection_interval": "1s",
            "disable_hostname": True,
        },
        "log_level": "INFO",
    }


def _consul_server(ports: Ports) -> dict[str, Any]:
    return {
        "server": True,
        "bootstrap_expect": 1,
        "performance": {"raft_multiplier": 1},
        "ui_config": {"enabled": True},
        "ports": {
            "http": ports.consul_http,
            "grpc": ports.consul_grpc,
            "grpc_tls": -1,
            "dns": ports.consul_dns,
            "server": ports.consul_rpc,
            "serf_lan": ports.consul_serf,
            "serf_wan": -1,
        },
        "config_entries": {
            "bootstrap": [
                {
                    "kind": "service-intentions",
                    "name": "*",
                    "sources": [{"name": "*", "action": "deny"}],
                }
            ]
        },
    }


def _consul_client(state: ClusterState, ports: Ports) -> dict[str, Any]:
    return {
        "server": False,
        "retry_join": [f"{state.nodes[0].address}:{ports.consul_serf}"],
        "retry_interval": "1s",
        "ports": {"http": 8500, "grpc": 8502, "grpc_tls": -1, "dns": 8600},
    }


def _consul_address(node: Node, ports: Ports) -> str:
    return f"127.0.0.1:{8500 if node.netns else ports.consul_http}"


def _grpc_address(node: Node, ports: Ports) -> str:
    return f"127.0.0.1:{8502 if node.netns else ports.consul_grpc}"


def _nomad_client(state: ClusterState, node: Node, ports: Ports) -> dict[str, Any]:
    return {
        "enabled": True,
        "servers": [f"{state.nodes[0].address}:{ports.nomad_rpc}"],
        "alloc_dir": f"{node.data}/a",
        "alloc_mounts_dir": f"{node.data}/m",
        "node_pool": node.pool,
        "node_class": node.pool,
        "network_interface": "eth0" if node.netns else state.bridge,
        "bridge_network_name": allocation_bridge(state.bridge, node.index),
        "bridge_network_subnet": allocation_subnet(state.subnet, node.index),
        "bridge_network_hairpin_mode": True,
        "cni_path": state.cni_path,
        "cni_config_dir": f"{node.data}/cni",
        "cpu_total_compute": CPU_TOTAL_MHZ,
        "chroot_env": {path: path for path in _CHROOT},
        "host_network": [{"loopback": [{"interface": "lo", "cidr": "127.0.0.0/8"}]}],
        "options": {"fingerprint.denylist": _NO_CLOUD},
        "meta": _meta(state, node),
    }


def _meta(state: ClusterState, node: Node) -> dict[str, str]:
    """Node meta that jobs read as ``${meta.…}``."""
    meta = {
        "connect.sidecar_image": sidecar_image(state),
        "connect.proxy_concurrency": "1",
        "nomadeploy_envoy": state.envoy,
        "nomadeploy_traefik": state.traefik,
        "nomadeploy_cluster": state.name,
    }
    firewall = {"nomadeploy_firewall_image": state.firewall_image} if state.firewall_image else {}
    return meta | firewall | ({} if node.netns else {"ingress": "true"})


def sidecar_image(state: ClusterState) -> str:
    """Return the name of the image that holds this cluster's Envoy."""
    return f"nomadeploy/envoy:{state.versions['envoy']}"


def _plugins(state: ClusterState) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = [{"raw_exec": [{"config": [{"enabled": True}]}]}, {"exec": [{"config": [{}]}]}]
    return [*plain, {"docker": [{"config": [_docker(state)]}]}]


def _docker(state: ClusterState) -> dict[str, Any]:
    """
    Several Nomad clients share one engine here, so no client may remove containers that it does
    not know (`dangling_containers`), nor images.
    """
    return {
        "endpoint": state.docker_host or "unix:///var/run/docker.sock",
        "infra_image": PAUSE_IMAGE,
        "allow_privileged": True,
        "allow_caps": ["all"],
        "volumes": [{"enabled": True}],
        "extra_labels": ["job_name", "task_group_name", "task_name", "namespace", "node_name"],
        "gc": [{"image": False, "dangling_containers": [{"enabled": False}]}],
    }
