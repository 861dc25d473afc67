from dataclasses import replace
from typing import Any

import pytest
from releases import KeptReport, a_step, an_app

from deployer.cluster.memory import MemoryNomad
from deployer.errors import NotFound
from deployer.report.events import Proved
from deployer.report.words import lines_of
from deployer.secret import Secret, SecretReference
from deployer.smoke.build import probe_of
from deployer.smoke.probe import Answer, judge

PLANTED = "hunter2-planted"
SMOKE: dict[str, Any] = {
    "method": "GET",
    "path": "/healthz",
    "headers": {},
    "body": "",
    "status": 200,
    "body_contains": "",
    "body_equals": None,
    "timeout": "45s",
}


def public(path: str = "/", **smoke: Any) -> Any:
    return an_app(values={"public": {"host": "shop.localhost", "path": path}, "smoke": SMOKE | smoke})


def stored(namespace: str = "default", job: str = "api", **items: str) -> MemoryNomad:
    nomad = MemoryNomad(namespaces=("default", namespace))
    nomad.put_variable(namespace, f"nomad/jobs/{job}", items, cas=0)
    return nomad


def test_the_smoke_block_becomes_a_request_to_the_public_route() -> None:
    app = public("/shop/", method="POST", body="ping", status=201, body_contains="pong")
    probe = probe_of(app, [app], MemoryNomad())

    assert probe is not None
    assert (probe.host, probe.method, probe.path, probe.status) == ("shop.localhost", "POST", "/shop/healthz", 201)
    assert (probe.body.reveal(), probe.body_contains, probe.body_equals, probe.timeout_s) == ("ping", "pong", None, 45)


def test_a_route_without_a_path_is_the_hosts_root() -> None:
    app = an_app(values={"public": {"host": "shop.localhost"}, "smoke": SMOKE})
    probe = probe_of(app, [app], MemoryNomad())

    assert probe is not None
    assert probe.path == "/healthz"


@pytest.mark.parametrize("values", [{}, {"public": {"host": "a.localhost"}}, {"smoke": SMOKE}, {"public": None}])
def test_an_app_that_is_private_or_has_no_smoke_block_has_no_probe(values: dict[str, Any]) -> None:
    assert probe_of(an_app(values=values), [], MemoryNomad()) is None


def test_a_secret_is_read_from_the_variable_of_its_app() -> None:
    app = public(
        headers={"X-Key": SecretReference("db", "key"), "X-Plain": "yes"}, body=SecretReference("api", "token")
    )
    db = replace(an_app("db"), job_id="db-prod", namespace="prod")
    nomad = stored("prod", "db-prod", key=PLANTED)
    nomad.put_variable("default", "nomad/jobs/api", {"token": PLANTED * 2}, cas=0)
    probe = probe_of(app, [app, db], nomad)

    assert probe is not None
    assert {name: value.reveal() for name, value in probe.headers.items()} == {"X-Key": PLANTED, "X-Plain": "yes"}
    assert probe.body.reveal() == PLANTED * 2


def test_a_value_that_is_secret_already_stays_so() -> None:
    app = public(body=Secret(PLANTED))
    probe = probe_of(app, [app], MemoryNomad())

    assert probe is not None
    assert probe.body == Secret(PLANTED)


def test_a_secret_of_a_job_outside_the_project_is_looked_up_in_the_default_namespace() -> None:
    app = public(body=SecretReference("legacy", "token"))
    probe = probe_of(app, [app], stored(job="legacy", token=PLANTED))

    assert probe is not None
    assert probe.body.reveal() == PLANTED


@pytest.mark.parametrize("nomad", [MemoryNomad(), stored(other="x")])
def test_a_secret_that_is_not_stored_is_told_with_the_way_to_store_it(nomad: MemoryNomad) -> None:
    app = public(body=SecretReference("api", "token"))

    with pytest.raises(NotFound, match="nomad/jobs/api in namespace 'default' has no item 'token'") as caught:
        probe_of(app, [app], nomad)
    assert caught.value.hint == "store it with `nomad var put -namespace default nomad/jobs/api token=…`"


def test_a_planted_secret_reaches_no_text_on_its_way_to_the_report() -> None:
    app = public(headers={"Authorization": SecretReference("api", "token")}, body=SecretReference("api", "token"))
    probe = probe_of(app, [app], stored(token=PLANTED))
    assert probe is not None
    report = KeptReport()
    report.emit(Proved(app="api", statement="smoke test", problem=judge(probe, Answer(500, f"got {PLANTED}"))))

    texts = [str(app), repr(app), str(probe), repr(probe), f"{probe}", repr(report.events), repr(a_step())]
    texts += [line for event in report.events for line in lines_of(event)]
    assert not any(PLANTED in text for text in texts)
    assert "[redacted]" in texts[-1]
