from deployer.devcluster.config import Ports, consul_config, nomad_client_config, nomad_server_config
from deployer.devcluster.state import ClusterState, Node

PORTS = Ports(
    nomad_http=4656,
    nomad_rpc=4657,
    nomad_serf=4658,
    consul_http=8510,
    consul_grpc=8512,
    consul_dns=8610,
    consul_rpc=8310,
    consul_serf=8311,
)
HOST = Node(name="dev-host", address="10.96.0.1", pool="ingress", netns="", data="/data/0", index=0)
WORKER = Node(name="dev-1", address="10.96.0.2", pool="default", netns="nomadeploy-dev-1", data="/data/1", index=1)
STATE = ClusterState(
    name="dev",
    directory="/state/dev",
    subnet="10.96.0.0/20",
    bridge="nd12ab",
    envoy="/cache/envoy",
    traefik="/cache/traefik",
    versions={"envoy": "1.40.0"},
    cni_path="/opt/cni/bin",
    docker_host="unix:///run/own.sock",
    nodes=(HOST, WORKER),
)


def test_consul_denies_by_default_from_its_first_moment():
    entries = consul_config(STATE, HOST, PORTS)["config_entries"]["bootstrap"]
    assert entries == [
        {"kind": "service-intentions", "name": "*", "sources": [{"name": "*", "action": "deny"}]},
    ]


def test_the_mesh_is_on_everywhere_and_workers_join_the_host():
    host, worker = consul_config(STATE, HOST, PORTS), consul_config(STATE, WORKER, PORTS)
    assert host["connect"] == worker["connect"] == {"enabled": True}
    assert host["ports"]["grpc"] == 8512
    assert worker["retry_join"] == ["10.96.0.1:8311"]


def test_the_apis_listen_on_loopback_and_the_rest_on_the_cluster_s_own_network():
    consul, server = consul_config(STATE, HOST, PORTS), nomad_server_config(STATE, PORTS)
    assert (consul["client_addr"], consul["bind_addr"]) == ("127.0.0.1", "10.96.0.1")
    assert (server["addresses"]["http"], server["bind_addr"]) == ("127.0.0.1", "10.96.0.1")
    assert "client" not in server


def test_two_clusters_share_no_bridge_and_no_network_on_a_host():
    client = nomad_client_config(STATE, HOST, PORTS)["client"]
    other = ClusterState(**{**_fields(STATE), "bridge": "nd34cd", "subnet": "10.96.16.0/20"})
    second = nomad_client_config(other, HOST, PORTS)["client"]
    for key in ("bridge_network_name", "bridge_network_subnet"):
        assert client[key] != second[key]


def test_only_the_host_is_the_ingress_and_pools_are_node_classes():
    host, worker = (nomad_client_config(STATE, node, PORTS)["client"] for node in (HOST, WORKER))
    assert (host["node_pool"], host["node_class"]) == ("ingress", "ingress")
    assert (worker["node_pool"], worker["node_class"]) == ("default", "default")
    assert host["meta"]["ingress"] == "true"
    assert "ingress" not in worker["meta"]
    assert worker["meta"]["connect.sidecar_image"] == "nomadeploy/envoy:1.40.0"
    assert worker["meta"]["nomadeploy_envoy"] == "/cache/envoy"


def test_no_client_clears_away_containers_of_another_on_the_shared_engine():
    plugins = nomad_client_config(STATE, HOST, PORTS)["plugin"]
    docker = next(plugin["docker"][0]["config"][0] for plugin in plugins if "docker" in plugin)
    assert docker["gc"] == [{"image": False, "dangling_containers": [{"enabled": False}]}]
    assert docker["endpoint"] == "unix:///run/own.sock"


def test_nodes_name_the_firewall_image_where_it_could_be_made():
    with_image = ClusterState(**{**_fields(STATE), "firewall_image": "nomadeploy/firewall:1"})
    for node in (HOST, WORKER):
        assert "nomadeploy_firewall_image" not in nomad_client_config(STATE, node, PORTS)["client"]["meta"]
        meta = nomad_client_config(with_image, node, PORTS)["client"]["meta"]
        assert meta["nomadeploy_firewall_image"] == "nomadeploy/firewall:1"


def _fields(state):
    return {name: getattr(state, name) for name in state.__dataclass_fields__}
