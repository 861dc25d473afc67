from types import SimpleNamespace
from typing import Any

import pytest

from deployer.cluster.model import AclPolicy
from deployer.doctor.checks import examine, failed
from deployer.doctor.model import Attempt, Check, ConsulRight, Outcome
from deployer.errors import AccessDenied, ClusterUnreachable, ServerFailed

LOST: Attempt[Any] = Attempt(error=ClusterUnreachable("refused the connection", hint="is it running?"))
MINIMA = ("1.10.0", "1.20.0")


def examined(fit: SimpleNamespace, *, needs: Any = None, **given: Any) -> tuple[Check, ...]:
    return examine(fit.readings(**given), needs or fit.needs(), MINIMA)


def worst(checks: tuple[Check, ...], outcome: Outcome = Outcome.FAILS) -> list[tuple[str, str, str]]:
    return [(check.part, check.message, check.hint) for check in checks if check.outcome is outcome]


def the_one(checks: tuple[Check, ...], outcome: Outcome = Outcome.FAILS) -> tuple[str, str, str]:
    (found,) = worst(checks, outcome)
    return found


def test_a_fit_cluster_has_nothing_to_complain_about(fit: SimpleNamespace) -> None:
    checks = examined(fit)

    assert [check for check in checks if check.outcome is not Outcome.OK] == []
    assert not failed(checks)
    assert [check.hint for check in checks if check.hint] == []


def test_nomad_out_of_reach_is_one_finding_and_consul_is_still_looked_at(fit: SimpleNamespace) -> None:
    lost = dict.fromkeys(("nomad_wire", "nomad_leader", "nomad_agent", "nomad_acl", "namespaces", "nodes"), LOST)

    checks = examined(fit, **lost, variables={"shop": LOST})

    assert the_one(checks) == ("nomad", "refused the connection", "is it running?")
    assert any(check.part == "mesh" for check in checks)


def test_consul_out_of_reach_is_one_finding_and_the_doors_are_still_looked_at(fit: SimpleNamespace) -> None:
    names = ("wire", "leader", "agent", "acl", "rights")
    lost = {f"consul_{name}": LOST for name in names} | dict.fromkeys(
        ("mesh_roots", "unknown_allowed", "ingress"), LOST
    )

    checks = examined(fit, **lost)

    assert the_one(checks) == ("consul", "refused the connection", "is it running?")
    assert any("web.example is served" in check.message for check in checks)


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        ({"config": {"Version": {"Version": "1.9.7"}}}, "version 1.9.7 is older than 1.10.0"),
        ({"config": {"Version": {"Version": "1.10.0-beta.1"}}}, ""),
        ({"config": {"Version": {"Version": "2.0.1"}}}, ""),
    ],
)
def test_a_version_is_compared_by_its_numbers(fit: SimpleNamespace, agent: dict[str, Any], message: str) -> None:
    found = worst(examined(fit, nomad_agent=Attempt(agent)))

    assert [text for part, text, _ in found if part == "nomad"] == ([message] if message else [])


def test_a_version_that_may_not_be_read_is_no_failure(fit: SimpleNamespace) -> None:
    checks = examined(fit, nomad_agent=Attempt(error=AccessDenied("no", hint="the token needs agent read")))

    assert the_one(checks, Outcome.WARNING) == (
        "nomad",
        "the token may not read the version",
        "the token needs agent read",
    )


def test_servers_without_a_leader_fail(fit: SimpleNamespace) -> None:
    assert the_one(examined(fit, consul_leader=Attempt("")))[1] == "its servers have no leader"


@pytest.mark.parametrize(
    ("days", "outcome", "words"),
    [(-1, Outcome.FAILS, "expired on 2026-04-30"), (13, Outcome.WARNING, "expires on 2026-05-14, in 13 days")],
)
def test_a_certificate_is_judged_by_when_it_ends(fit: SimpleNamespace, days: int, outcome: Outcome, words: str) -> None:
    wire = fit.wire("https://nomad.example:4646", certificate=fit.certificate(days=days))

    assert the_one(examined(fit, nomad_wire=wire), outcome) == ("nomad", f"its certificate {words}", "renew it")


def test_tls_that_is_not_verified_or_absent_is_a_warning_but_not_on_loopback(fit: SimpleNamespace) -> None:
    skipped = fit.wire("https://nomad.example:4646", certificate=fit.certificate(), verified=False)
    plain = fit.wire("http://nomad.example:4646")
    local = fit.wire("http://127.0.0.1:4646")

    assert "not verified" in the_one(examined(fit, nomad_wire=skipped), Outcome.WARNING)[1]
    assert "without TLS" in the_one(examined(fit, nomad_wire=plain), Outcome.WARNING)[1]
    assert worst(examined(fit, nomad_wire=local), Outcome.WARNING) == []


@pytest.mark.parametrize(
    ("ahead_s", "outcome", "words"),
    [
        (-7.2, Outcome.WARNING, "its clock is 7 s behind ours"),
        (90.0, Outcome.FAILS, "its clock is 90 s ahead of ours"),
    ],
)
def test_clocks_that_differ_are_told(fit: SimpleNamespace, ahead_s: float, outcome: Outcome, words: str) -> None:
    wire = fit.wire("https://consul.example", certificate=fit.certificate(), ahead_s=ahead_s)

    assert the_one(examined(fit, consul_wire=wire), outcome)[1] == words


def test_a_cluster_without_access_control_is_a_warning(fit: SimpleNamespace) -> None:
    open_to_all = Attempt(fit.acl(enabled=False, management=False))

    found = worst(examined(fit, nomad_acl=open_to_all, consul_acl=open_to_all), Outcome.WARNING)

    assert [part for part, _, _ in found] == ["nomad", "consul"]


def test_without_a_token_that_is_all_there_is_to_say(fit: SimpleNamespace) -> None:
    nobody = Attempt(fit.acl(anonymous=True, management=False))
    denied: Attempt[Any] = Attempt(error=AccessDenied("Permission denied"))

    checks = examined(fit, nomad_acl=nobody, nodes=denied, namespaces=Attempt(()), variables={"shop": denied})

    assert the_one(checks) == ("nomad", "no token is sent", "set NOMAD_TOKEN, or token_file in nomadeploy.hcl")


def test_missing_capabilities_are_listed_each_with_its_reason(fit: SimpleNamespace) -> None:
    rules = {"Namespaces": [{"Name": "shop", "Capabilities": ["list-jobs", "read-job"]}], "Node": {"Policy": "read"}}
    acl = fit.acl(management=False, policies=(AclPolicy(name="ci", rules=rules),))

    found = [message for _, message, _ in worst(examined(fit, nomad_acl=Attempt(acl)))]

    assert found == [
        "in namespace 'shop' the token lacks 'submit-job', to register and to stop jobs",
        "in namespace 'shop' the token lacks 'read-logs', to tell why an allocation failed",
        "the token lacks list, read, write, destroy on Variables below 'nomadeploy/shop' in namespace 'shop'",
    ]


def test_rights_missing_in_consul_are_listed_by_name(fit: SimpleNamespace) -> None:
    rights = {
        ConsulRight(resource="intention", access="write", name="web"): False,
        ConsulRight(resource="node", access="read", name=""): False,
        ConsulRight(resource="service", access="read", name=""): True,
    }

    found = worst(examined(fit, consul_rights=Attempt(rights)))

    assert [message for _, message, _ in found] == [
        "the token lacks intention write on 'web'",
        "the token lacks node read",
    ]


def test_a_namespace_that_is_missing_comes_with_the_command_that_makes_it(fit: SimpleNamespace) -> None:
    found = the_one(examined(fit, namespaces=Attempt(("default",))))

    assert found[1:] == ("there is no namespace 'shop', or the token may not see it", "nomad namespace apply shop")


def test_variables_that_cannot_be_written_fail(fit: SimpleNamespace) -> None:
    broken: Attempt[bool] = Attempt(error=ServerFailed("keyring is not ready", hint="look at its log"))

    assert the_one(examined(fit, variables={"shop": broken}))[1:] == (
        "Variables below 'nomadeploy/shop' in namespace 'shop' cannot be written: keyring is not ready",
        "look at its log",
    )


def test_a_mesh_that_lets_strangers_connect_fails(fit: SimpleNamespace) -> None:
    assert "private apps are open" in the_one(examined(fit, unknown_allowed=Attempt(value=True)))[1]


def test_connect_that_is_off_fails(fit: SimpleNamespace) -> None:
    assert the_one(examined(fit, mesh_roots=Attempt(())))[1] == "Consul's Connect is off"


def test_a_project_without_a_mesh_asks_nothing_of_it(fit: SimpleNamespace) -> None:
    alone = fit.needs(fit.need(mesh=False, meta=frozenset()), hosts=())

    checks = examined(fit, needs=alone, mesh_roots=Attempt(()), ingress=Attempt(()))

    assert not failed(checks)
    assert not [check for check in checks if check.part in {"mesh", "ingress"}]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), "there is no Connect-native service 'traefik'"),
        (({"connect_native": False},), "'traefik' has a sidecar but is not Connect-native"),
        (({"status": "critical"},), "'traefik' is registered but critical"),
    ],
)
def test_traefik_must_be_in_the_mesh_itself(
    fit: SimpleNamespace, given: tuple[dict[str, Any], ...], words: str
) -> None:
    checks = examined(fit, ingress=Attempt(tuple(fit.traefik(**one) for one in given)))

    assert the_one(checks)[1] == words


def test_traefik_that_the_project_brings_may_still_be_missing(fit: SimpleNamespace) -> None:
    checks = examined(fit, needs=fit.needs(brings_ingress=True), ingress=Attempt(()), doors={"web.example": LOST})

    assert not failed(checks)
    assert [hint for _, _, hint in worst(checks, Outcome.WARNING)] == [
        "`nomadeploy run` deploys it, the platform first",
        "`nomadeploy run` deploys Traefik first",
    ]


def test_a_wrong_certificate_is_a_warning_where_run_makes_the_right_one(fit: SimpleNamespace) -> None:
    wrong: Attempt[Any] = Attempt(error=ServerFailed("not valid for 'web.example'"))

    assert the_one(examined(fit, doors={"web.example": wrong}))[0] == "ingress"
    here = examined(fit, needs=fit.needs(makes_certificates=True), doors={"web.example": wrong})
    assert the_one(here, Outcome.WARNING)[2] == "`nomadeploy run` makes the host a certificate"
