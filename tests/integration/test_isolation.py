"""App B is private: everybody who should not reach it tries, and only App A gets an answer."""

from functools import partial
from pathlib import Path

import pytest
from api import Api, eventually
from attack import (
    ANSWERED,
    HOST,
    Allocation,
    allocation_of,
    forged_leaf,
    knocking_at_newcomers,
    leaf,
    open_ports,
    stranger_beside,
)
from jobboard import JOBS, Board
from stranger import mesh_stranger

# The first run on a machine makes the base image of the containers, which takes minutes.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900)]

PORT_B = 5001
SENT_AWAY = ("broken: ", "closed: b''")
"""How a knock is told that the network let through and the sidecar refused."""

UNANSWERED = (*SENT_AWAY, "silent")
"""The same where a sidecar may hold the connection a while before it gives up."""


@pytest.fixture(
    params=[
        pytest.param("on_raw_exec", id="raw_exec"),
        pytest.param("on_docker", id="docker", marks=pytest.mark.docker),
    ]
)
def environment(request: pytest.FixtureRequest) -> str:
    """An environment where both apps run."""
    deployed: str = request.getfixturevalue(request.param)
    return deployed


@pytest.fixture
def app_b(board: Board, environment: str) -> Allocation:
    return allocation_of(board.nomad, f"app-b-{environment}")


@pytest.fixture
def app_a(board: Board, environment: str) -> Allocation:
    return allocation_of(board.nomad, f"app-a-{environment}")


def test_app_a_gets_its_answer_from_app_b(board: Board, environment: str) -> None:
    # Its sidecar may still name an App B that another test has just replaced.
    answer = eventually(lambda: board.ask(board.host(environment)), lambda answer: answer.status == 200)

    assert answer.body == JOBS
    assert board.ask(board.host(environment), token="wrong").body == "fail"


def test_app_b_listens_on_every_address_and_yet_nobody_outside_reaches_it(
    board: Board, app_a: Allocation, app_b: Allocation
) -> None:
    assert app_b.listens_everywhere(PORT_B)
    assert app_b.place.knock("127.0.0.1", PORT_B) == ANSWERED, "inside its own allocation it answers"

    with stranger_beside(board.cluster) as beside:
        for place in (HOST, app_a.place, beside):
            assert place.knock(app_b.address, PORT_B) == "refused", place
            assert place.knock(app_b.address, app_b.sidecar_port).startswith(SENT_AWAY), "the address is right"


def test_the_same_attacks_get_an_answer_where_nothing_closes_the_port(board: Board, on_raw_exec: str) -> None:
    # App B listens on 0.0.0.0 whatever its file says: this shows that the attacks are none in vain.
    ended = board.call("run", on_raw_exec, "app-b", "--set", "app-b.isolation=loopback")
    try:
        assert ended.code == 0, ended.err
        app_b = allocation_of(board.nomad, f"app-b-{on_raw_exec}")
        with stranger_beside(board.cluster) as beside:
            for place in (HOST, allocation_of(board.nomad, f"app-a-{on_raw_exec}").place, beside):
                eventually(partial(place.knock, app_b.address, PORT_B), lambda told: told == ANSWERED)
        assert open_ports(app_b.address) == sorted([PORT_B, app_b.sidecar_port])
    finally:
        assert board.call("run", on_raw_exec).code == 0


def test_the_only_port_of_app_b_is_its_sidecars(app_a: Allocation, app_b: Allocation, environment: str) -> None:
    assert list(app_b.ports) == [f"connect-proxy-app-b-{environment}"]
    assert list(app_a.ports) == [f"connect-proxy-app-a-{environment}"]


def test_no_other_port_of_app_b_answers(app_b: Allocation) -> None:
    assert open_ports(app_b.address) == [app_b.sidecar_port]
    assert PORT_B in open_ports("127.0.0.1", inside=app_b.place), "inside it is open: the search finds what there is"


def test_app_b_is_closed_at_every_moment_of_its_start(board: Board, app_b: Allocation, environment: str) -> None:
    with knocking_at_newcomers(board.cluster, PORT_B) as told:
        ended = board.call("run", environment, "app-b", "--set", 'app-b.env={ ROUND = "2" }')
    try:
        assert ended.code == 0, ended.err
        new = allocation_of(board.nomad, f"app-b-{environment}")
        assert new.id != app_b.id
        assert "refused" in told[new.address], "it was there, and it was asked"
        assert {word for words in told.values() for word in words} <= {"refused", "silent"}
    finally:
        assert board.call("run", environment).code == 0


def test_the_sidecars_port_wants_a_certificate_of_the_mesh(
    board: Board, app_b: Allocation, environment: str, tmp_path: Path
) -> None:
    node = board.cluster.nodes[0].address
    forged = forged_leaf(board.consul, f"app-a-{environment}", tmp_path)
    true = leaf(board.consul, f"app-a-{environment}", tmp_path)

    for address in (app_b.address, node):
        for identity in ((), ("-",), forged):
            told = HOST.knock(address, app_b.sidecar_port, *identity)
            assert told.startswith(UNANSWERED), (address, identity, told)
        # App A's own certificate is let in, so it is the identity that the others lacked.
        eventually(partial(HOST.knock, address, app_b.sidecar_port, *true), lambda told: told == ANSWERED)


def test_a_certificate_of_the_mesh_is_not_enough_without_an_intention(
    board: Board, app_b: Allocation, environment: str, tmp_path: Path
) -> None:
    others = {"traefik", "nobody", f"app-b-{environment}", "app-a-dev", "app-a-docker"} - {f"app-a-{environment}"}
    for service in sorted(others):
        told = HOST.knock(app_b.address, app_b.sidecar_port, *leaf(board.consul, service, tmp_path))
        assert told.startswith(UNANSWERED), (service, told)


def test_a_third_service_of_the_mesh_is_refused_by_its_own_upstream(board: Board, environment: str) -> None:
    with mesh_stranger(board.cluster, [f"app-b-{environment}", f"app-a-{environment}"]) as (stranger, ports):
        for port in ports:
            told = stranger.place.knock("127.0.0.1", port)
            assert told.startswith(UNANSWERED), told
        # The same way is open once somebody allows it, so it was the intention that closed it.
        with allowed(board.consul, stranger_service(stranger, board), f"app-b-{environment}"):
            eventually(lambda: stranger.place.knock("127.0.0.1", ports[0]), lambda told: told == ANSWERED)


def stranger_service(stranger: Allocation, board: Board) -> str:
    (label,) = stranger.ports
    return label.removeprefix("connect-proxy-")


class allowed:  # noqa: N801 - used as a function
    """Allow a source for a moment, beside those that are allowed."""

    def __init__(self, consul: Api, source: str, destination: str) -> None:
        self._consul, self._destination = consul, destination
        self._before = consul.get(f"config/service-intentions/{destination}")["Sources"]
        self._sources = [*self._before, {"Name": source, "Action": "allow", "Type": "consul"}]

    def __enter__(self) -> None:
        self._put(self._sources)

    def __exit__(self, *_: object) -> None:
        self._put(self._before)

    def _put(self, sources: list[object]) -> None:
        self._consul.put("config", {"Kind": "service-intentions", "Name": self._destination, "Sources": sources})


def test_the_ingress_has_no_way_to_app_b_by_any_name(board: Board, environment: str) -> None:
    hosts = ["app-b.localhost", f"app-b.{environment}.localhost", "app-b", f"app-b-{environment}", "127.0.0.1"]
    hosts += [f"app-b-{environment}.service.consul", board.cluster.nodes[0].address]

    for host in hosts:
        assert board.ask_address(host).status == 404, host
    assert board.ask(board.host(environment), path="/auth").status == 404, "nor through App A's host"


def test_http_is_redirected_and_the_certificate_is_the_cas(board: Board, environment: str) -> None:
    host = board.host(environment)

    plain = board.ask_plain(host)

    assert plain.status in (301, 308)
    assert plain.location == f"https://{host}:{board.cluster.https_port}/jobs"
    assert board.ask(host, "GET", "/hello").body == "Hello there"
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        board.ask(host, ca="/etc/ssl/certs/ca-certificates.crt")


def test_a_deleted_intention_closes_the_way_is_told_by_the_plan_and_put_back_by_run(
    board: Board, environment: str
) -> None:
    source, destination = f"app-a-{environment}", f"app-b-{environment}"
    host = board.host(environment)
    board.consul.delete(f"config/service-intentions/{destination}")
    eventually(lambda: board.ask(host), lambda answer: answer.status == 502, within_s=10)

    plan = board.call("plan", environment, "--exit-code", "--output", "json")

    assert plan.code == 1
    assert plan.steps() == {f"{source} -> {destination}": "create"}
    (step,) = (s for s in plan.document["stacks"][0]["steps"] if s["action"] != "unchanged")
    assert step["cause"] == "was removed from Consul"
    ended = board.call("run", environment)
    assert ended.code == 0, ended.err
    assert f"{source} may call it" in ended.err
    answer = eventually(lambda: board.ask(host), lambda answer: answer.status == 200, within_s=10)
    assert answer.body == JOBS


def test_an_intention_that_lets_everybody_in_fails_the_proof(board: Board, environment: str) -> None:
    destination = f"app-b-{environment}"
    board.consul.delete(f"config/service-intentions/{destination}")
    sources = [{"Name": "*", "Action": "allow", "Type": "consul"}]
    board.consul.put("config", {"Kind": "service-intentions", "Name": destination, "Sources": sources})
    try:
        ended = board.call("run", environment)
        again = board.call("run", environment)
    finally:
        entry = board.consul.get(f"config/service-intentions/{destination}")
        entry["Sources"] = [source for source in entry["Sources"] if source["Name"] != "*"]
        board.consul.put("config", entry)

    for failed in (ended, again):
        assert failed.code == 6, failed.err
        assert "error[proof-failed]: app-b: Consul lets 'nomadeploy-proof-stranger' call it" in failed.err
    assert board.call("run", environment).code == 0
    assert board.call("plan", environment, "--exit-code").code == 0
