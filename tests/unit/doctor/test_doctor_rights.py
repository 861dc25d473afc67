from typing import Any

import pytest

from deployer.cluster.model import AclPolicy, AclSelf
from deployer.doctor.rights import may_read_nodes, missing_capabilities, missing_on_variables

ALL = ["list-jobs", "read-job", "submit-job", "read-logs"]


def a_token(*rules: dict[str, Any], **given: Any) -> AclSelf:
    values: dict[str, Any] = {"enabled": True, "name": "", "accessor_id": "", "management": False, "anonymous": False}
    policies = tuple(AclPolicy(name=str(number), rules=rule) for number, rule in enumerate(rules))
    return AclSelf(policies=policies, **(values | given))


def in_namespace(name: str, *capabilities: str, **more: Any) -> dict[str, Any]:
    return {"Namespaces": [{"Name": name, "Capabilities": list(capabilities), **more}]}


def on_path(spec: str, *capabilities: str) -> dict[str, Any]:
    return in_namespace("shop", Variables={"Paths": [{"PathSpec": spec, "Capabilities": list(capabilities)}]})


def test_a_management_token_and_an_open_cluster_lack_nothing() -> None:
    for token in (a_token(management=True), a_token(enabled=False)):
        assert missing_capabilities(token, "shop") == ()
        assert missing_on_variables(token, "shop", "nomadeploy/x") == ()
        assert may_read_nodes(token)


def test_capabilities_of_several_policies_add_up() -> None:
    token = a_token(in_namespace("shop", *ALL[:2]), in_namespace("shop", *ALL[2:]))

    assert missing_capabilities(token, "shop") == ()


@pytest.mark.parametrize(
    ("rules", "missing"),
    [
        ([in_namespace("*", *ALL)], ()),
        ([in_namespace("other", *ALL)], tuple(ALL)),
        # The nearest pattern alone counts, also where it allows less.
        ([in_namespace("*", *ALL), in_namespace("shop", "read-job")], ("list-jobs", "submit-job", "read-logs")),
        ([in_namespace("*", *ALL), in_namespace("sh*", "read-job")], ("list-jobs", "submit-job", "read-logs")),
        ([in_namespace("*", "read-job"), in_namespace("sh*", *ALL)], ()),
        ([in_namespace("shop", *ALL), in_namespace("shop", "deny")], tuple(ALL)),
    ],
)
def test_the_nearest_namespace_pattern_counts(rules: list[dict[str, Any]], missing: tuple[str, ...]) -> None:
    assert missing_capabilities(a_token(*rules), "shop") == missing


@pytest.mark.parametrize(
    ("rules", "missing"),
    [
        ([on_path("nomadeploy/*", "list", "read", "write", "destroy")], ()),
        ([on_path("*", "read"), on_path("nomadeploy/*", "list", "write")], ("read", "destroy")),
        ([on_path("nomadeploy/*", "deny")], ("list", "read", "write", "destroy")),
        ([], ("list", "read", "write", "destroy")),
    ],
)
def test_the_nearest_path_pattern_counts(rules: list[dict[str, Any]], missing: tuple[str, ...]) -> None:
    assert missing_on_variables(a_token(*rules), "shop", "nomadeploy/shop/doctor") == missing


def test_nodes_may_be_read_unless_nobody_allows_or_somebody_denies_it() -> None:
    assert may_read_nodes(a_token({"Node": {"Policy": "read"}}))
    assert not may_read_nodes(a_token({}))
    assert not may_read_nodes(a_token({"Node": {"Policy": "write"}}, {"Node": {"Policy": "deny"}}))
