from types import SimpleNamespace
from typing import Any

import pytest

from deployer.doctor.model import Attempt, Check, Outcome
from deployer.doctor.nodes import check_nodes
from deployer.doctor.servers import Minimum

MINIMUM = Minimum(version="1.10.0", because="upgrade")


def judged(fit: SimpleNamespace, *nodes: Any, needs: Any = None, server: str = "1.11.3") -> list[Check]:
    return check_nodes(Attempt(tuple(nodes)), needs or fit.needs(), MINIMUM, server)


def messages(checks: list[Check], outcome: Outcome) -> list[str]:
    return [check.message for check in checks if check.outcome is outcome]


def test_without_a_ready_node_nothing_else_matters(fit: SimpleNamespace) -> None:
    checks = judged(fit, fit.node(eligibility="ineligible"))

    assert messages(checks, Outcome.FAILS) == ["no node is ready and eligible"]
    assert len(checks) == 1


def test_nodes_that_take_nothing_are_named(fit: SimpleNamespace) -> None:
    checks = judged(fit, fit.node(), fit.node("n2", drain=True), fit.node("n3", status="disconnected"))

    assert messages(checks, Outcome.WARNING) == [
        "takes no allocations: n2 (ready, draining), n3 (disconnected, eligible)"
    ]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"drivers": {"raw_exec": (True, False)}}, "no ready node has driver raw_exec"),
        ({"attributes": {}}, "no ready node has the CNI plugin bridge"),
        ({"meta": {}}, "no ready node has meta nomadeploy_envoy"),
        ({"version": "1.9.2"}, "n1 runs Nomad 1.9.2, older than 1.10.0"),
    ],
)
def test_what_no_node_has_fails(fit: SimpleNamespace, broken: dict[str, Any], message: str) -> None:
    assert message in messages(judged(fit, fit.node(**broken)), Outcome.FAILS)


def test_what_some_nodes_have_says_which(fit: SimpleNamespace) -> None:
    checks = judged(fit, fit.node(), fit.node("n2", meta={}))

    assert messages(checks, Outcome.FAILS) == []
    assert "meta nomadeploy_envoy is there on 1 of 2 nodes: n1" in messages(checks, Outcome.OK)


def test_a_client_newer_than_its_servers_is_a_warning(fit: SimpleNamespace) -> None:
    checks = judged(fit, fit.node(version="1.12.0"))

    assert messages(checks, Outcome.WARNING) == ["n1 runs Nomad 1.12.0, newer than its servers (1.11.3)"]


def test_an_app_larger_than_every_node_fails(fit: SimpleNamespace) -> None:
    large = fit.needs(fit.need("web", memory_mb=9000))

    checks = judged(fit, fit.node(), fit.node("n2", memory_mb=4000), needs=large)

    assert messages(checks, Outcome.FAILS) == [
        "web wants 150 MHz and 9000 MB, its sidecar included; nodes have at most 4000 MHz and 8000 MB"
    ]


def test_an_app_fits_only_where_driver_meta_volumes_and_pool_are(fit: SimpleNamespace) -> None:
    picky = fit.needs(fit.need("web", volumes=frozenset({"data"})))

    without = judged(fit, fit.node(), needs=picky)
    apart = judged(fit, fit.node(host_volumes=("data",), drivers={}), fit.node("n2"), needs=picky)
    together = judged(fit, fit.node(host_volumes=("data",)), fit.node("n2"), needs=picky)
    elsewhere = judged(fit, fit.node(host_volumes=("data",)), needs=fit.needs(fit.need("web", pool="gpu")))

    missing = "web: no node has all of raw_exec, meta nomadeploy_envoy, volume data"
    assert messages(without, Outcome.FAILS) == [missing]
    assert messages(apart, Outcome.FAILS) == [missing]
    assert messages(together, Outcome.FAILS) == []
    assert messages(elsewhere, Outcome.FAILS) == ["web: no ready node is in pool 'gpu'"]
