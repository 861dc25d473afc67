from ipaddress import IPv4Network

import pytest

from deployer.devcluster.network import (
    allocation_bridge,
    allocation_subnet,
    pick_subnet,
    plan_nodes,
    ports_of,
    short_id,
)
from deployer.errors import MachineUnfit

SUBNET = IPv4Network("10.96.32.0/20")


def test_a_cluster_takes_the_first_network_nobody_uses():
    busy = (IPv4Network("10.96.0.0/20"), IPv4Network("10.96.16.7/32"), IPv4Network("192.168.0.0/16"))
    assert pick_subnet(busy) == SUBNET


def test_a_machine_without_a_free_network_is_refused():
    with pytest.raises(MachineUnfit, match="no free /20 network"):
        pick_subnet((IPv4Network("10.0.0.0/8"),))


def test_a_single_node_is_the_host_in_the_default_pool():
    nodes = plan_nodes(name="dev", directory="/state/dev", subnet=SUBNET, workers=0)
    assert [(node.name, node.address, node.pool, node.netns) for node in nodes] == [
        ("dev", "10.96.32.1", "default", "")
    ]


def test_with_workers_the_host_carries_only_the_ingress():
    nodes = plan_nodes(name="dev", directory="/state/dev", subnet=SUBNET, workers=2)
    assert [(node.name, node.pool, node.netns) for node in nodes] == [
        ("dev-host", "ingress", ""),
        ("dev-1", "default", "nomadeploy-dev-1"),
        ("dev-2", "default", "nomadeploy-dev-2"),
    ]
    assert len({node.address for node in nodes}) == 3


def test_every_node_has_a_network_of_its_own_for_allocations():
    subnets = [IPv4Network(allocation_subnet(str(SUBNET), index)) for index in range(15)]
    assert all(subnet.subnet_of(SUBNET) for subnet in subnets)
    assert len(set(subnets)) == 15
    assert IPv4Network("10.96.32.0/24") not in subnets


def test_interface_names_fit_the_kernel_and_differ_between_clusters():
    bridges = {f"nd{short_id(directory)}" for directory in ("/a/clusters/one", "/a/clusters/two")}
    names = {allocation_bridge(bridge, 14) for bridge in bridges}
    assert len(names) == 2
    assert all(len(name) <= 15 for name in names)


def test_socket_paths_of_allocations_fit_the_kernel():
    nodes = plan_nodes(name="a" * 20, directory="/state/a", subnet=SUBNET, workers=14)
    longest = f"{nodes[-1].data}/a/00000000-0000-0000-0000-000000000000/alloc/tmp/consul_grpc.sock"
    assert len(longest) <= 107


def test_ports_are_read_from_addresses():
    assert ports_of(("http://127.0.0.1:4646", "127.0.0.1:8502", "")) == {4646, 8502}
