import socket
from dataclasses import replace

import pytest

from deployer.project.model import Ingress
from deployer.secret import Secret
from deployer.smoke.probe import Answer, Probe, judge, run_probe

PROBE = Probe(host="shop.localhost")
PLANTED = "hunter2-planted"


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ({}, Answer(200, "anything")),
        ({"status": 404}, Answer(404, "")),
        ({"body_contains": "ok"}, Answer(200, "all is ok here")),
        ({"body_equals": ""}, Answer(200, "")),
        ({"body_equals": "pong"}, Answer(200, "pong")),
    ],
)
def test_a_right_answer_has_no_problem(wanted, answer) -> None:
    assert judge(replace(PROBE, **wanted), answer) == ""


@pytest.mark.parametrize(
    ("wanted", "answer", "problem"),
    [
        ({}, Answer(502, "Bad Gateway"), "answered 502, expected 200: 'Bad Gateway'"),
        (
            {"body_contains": "ok"},
            Answer(200, "not well"),
            "answered 200, but 'ok' is not in the body 'not well'",
        ),
        (
            {"body_equals": "pong"},
            Answer(200, "pong\n"),
            "answered 200 with the body 'pong\\n', expected 'pong'",
        ),
        ({"body_equals": ""}, Answer(200, "x"), "answered 200 with the body 'x', expected ''"),
    ],
)
def test_a_wrong_answer_is_told_with_what_was_expected(wanted, answer, problem) -> None:
    assert judge(replace(PROBE, **wanted), answer) == problem


def test_a_wrong_status_is_told_before_a_wrong_body() -> None:
    assert judge(replace(PROBE, body_contains="ok"), Answer(500, "no")).startswith("answered 500")


def test_a_long_body_is_cut() -> None:
    problem = judge(PROBE, Answer(500, "x" * 1000))

    assert problem.endswith("x…'")
    assert len(problem) < 300


def test_a_probes_secrets_are_never_shown() -> None:
    probe = replace(PROBE, headers={"X-Key": Secret(PLANTED)}, body=Secret(f"token={PLANTED}"))

    assert PLANTED not in f"{probe} {probe!r}"
    assert str(probe.headers["X-Key"]) == "[redacted]"


def test_an_app_that_echoes_its_request_brings_no_secret_into_the_message() -> None:
    probe = replace(PROBE, headers={"X-Key": Secret(PLANTED)}, body=Secret(f"token={PLANTED}"))
    for body in (f"you sent {PLANTED}", f"bad body: token={PLANTED}", "x" * 195 + PLANTED):
        for wanted in (
            probe,
            replace(probe, status=500, body_equals=""),
            replace(probe, status=500, body_contains="?"),
        ):
            problem = judge(wanted, Answer(500, body))
            assert problem
            assert PLANTED[:5] not in problem


def test_a_very_short_header_value_does_not_make_the_message_unreadable() -> None:
    probe = replace(PROBE, headers={"X-Debug": Secret("e")})

    assert judge(probe, Answer(500, "unexpected error")) == "answered 500, expected 200: 'unexpected error'"


def test_a_header_that_is_no_http_is_told_without_its_value() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ingress = Ingress(address="127.0.0.1", https_port=server.getsockname()[1])
        probe = replace(PROBE, headers={"Authorization": Secret(f"{PLANTED}\n")}, timeout_s=0)
        problem = run_probe(probe, ingress)

    assert "is not valid HTTP" in problem
    assert PLANTED not in problem
