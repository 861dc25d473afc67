"""What the sessions send and how often; against a small HTTP server on loopback."""

import json
from collections.abc import Callable, Iterator

import pytest
from small_server import LEADER, Reply, Server, both, serving

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.cluster.consul import ConsulGateway
from deployer.cluster.nomad import NomadGateway
from deployer.errors import ClusterUnreachable, ServerFailed
from deployer.secret import Secret


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def test_https_to_a_server_without_tls_says_so(server: Server) -> None:
    with both(address=server.address.replace("http:", "https:")) as leaders:
        for leader in leaders:
            with pytest.raises(ClusterUnreachable, match="does not speak TLS") as caught:
                leader()
            assert "http://" in caught.value.hint


def test_the_token_goes_in_a_header_and_is_the_connections_own(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("NOMAD_TOKEN", "CONSUL_HTTP_TOKEN"):
        monkeypatch.setenv(variable, "of-the-environment")
    with both(address=server.address, token=Secret("of-the-connection")) as leaders:
        [leader() for leader in leaders]
    with both(address=server.address) as leaders:
        [leader() for leader in leaders]

    sent = [(asked.get("x-nomad-token"), asked.get("x-consul-token")) for _, _, asked in server.asked]
    assert sent == [("of-the-connection", None), (None, "of-the-connection"), (None, None), (None, None)]
    assert not any("of-the" in path for _, path, _ in server.asked)


def test_the_environment_moves_neither_address_nor_namespace_nor_region(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = {
        "NOMAD_ADDR": "http://127.0.0.1:1",
        "NOMAD_NAMESPACE": "prod",
        "NOMAD_REGION": "eu",
        "CONSUL_HTTP_ADDR": "127.0.0.1:1",
        "CONSUL_HTTP_SSL": "true",
    }
    for variable, value in elsewhere.items():
        monkeypatch.setenv(variable, value)
    with both(address=server.address) as leaders:
        assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2
    assert [path for _, path, _ in server.asked] == ["/v1/status/leader"] * 2


def test_region_namespace_and_a_quoted_id_are_in_the_request(server: Server) -> None:
    server.replies = [(200, {}, b'{"ID": "a/b#c"}')]
    gateway = NomadGateway(NomadConnection(address=f"{server.address}/nomad", region="eu"))
    gateway.read_job("prod", "a/b#c")
    gateway.close()

    assert server.asked[0][1] == "/nomad/v1/job/a%2Fb%23c?namespace=prod&region=eu"


def test_basic_auth_is_sent_beside_the_token(server: Server) -> None:
    with both(address=server.address, basic_auth=("me", Secret("hush")), token=Secret("t")) as leaders:
        [leader() for leader in leaders]

    assert {asked["authorization"] for _, _, asked in server.asked} == {"Basic bWU6aHVzaA=="}


def test_a_read_is_tried_again_after_a_gateways_error(server: Server) -> None:
    server.replies = [(503, {}, b"later"), (502, {}, b"later"), LEADER, (504, {}, b""), LEADER]
    with both(address=server.address) as leaders:
        assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2
    assert len(server.asked) == 5


def test_a_write_is_sent_once(server: Server) -> None:
    server.replies = [(503, {}, b"later")]
    nomad = NomadGateway(NomadConnection(address=server.address))
    consul = ConsulGateway(ConsulConnection(address=server.address))
    writes: list[Callable[[], object]] = [
        lambda: nomad.put_variable("default", "a", {"k": "v"}, cas=0),
        lambda: nomad.evaluate_job("default", "a"),
        lambda: consul.put_config_entry({"Kind": "service-defaults", "Name": "a"}, cas=0),
    ]
    for write in writes:
        with pytest.raises(ServerFailed):
            write()
    nomad.close()
    consul.close()
    assert len(server.asked) == len(writes)


@pytest.mark.parametrize("reply", [(307, {"Location": "/ui/"}, b""), (200, {}, b"<html>not Nomad</html>")])
def test_an_answer_that_is_not_nomads_is_no_success(server: Server, reply: Reply) -> None:
    server.replies = [reply]
    nomad = NomadGateway(NomadConnection(address=server.address))
    with pytest.raises(ServerFailed):
        nomad.leader()
    with pytest.raises(ServerFailed):
        nomad.list_jobs()
    nomad.close()


def test_one_connection_serves_many_calls(server: Server) -> None:
    jobs = [{"ID": "a", "Type": "batch"}]
    server.replies = [(200, {"X-Nomad-Index": "7"}, json.dumps(jobs).encode())]
    gateway = NomadGateway(NomadConnection(address=server.address))
    for _ in range(5):
        gateway.list_jobs("prod")
    gateway.close()

    assert (server.connections, len(server.asked)) == (1, 5)
    assert server.asked[0][1] == "/v1/jobs?meta=true&namespace=prod"
