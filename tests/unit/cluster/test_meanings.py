import inspect
from typing import Any

import pytest
import requests
from consul import exceptions as consul_exceptions
from nomad.api import exceptions as nomad_exceptions

from deployer.cluster import consul_meanings, meanings
from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.errors import (
    AccessDenied,
    ClusterUnreachable,
    DeployerError,
    JobRejected,
    NotFound,
    ServerFailed,
    StalePlan,
)
from deployer.secret import Secret

NOMAD = NomadConnection(token=Secret("token-of-ours"), address_from="NOMAD_ADDR")
CONSUL = ConsulConnection(token=Secret("token-of-ours"))


def classes_of(module: Any) -> set[type[Exception]]:
    return {
        one
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Exception) and one.__module__ == module.__name__
    }


def reply(status: int, text: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = text.encode()
    return made


def failure(error: Exception, **how: Any) -> DeployerError:
    with (
        pytest.raises(DeployerError) as caught,
        meanings.explained("register job 'app-a'", NOMAD, **how),
    ):
        raise error
    return caught.value


def test_every_exception_of_python_nomad_has_a_meaning() -> None:
    assert classes_of(nomad_exceptions) == set(meanings.MEANINGS)


def test_every_exception_of_py_consul_has_a_meaning() -> None:
    assert classes_of(consul_exceptions) == set(consul_meanings.MEANINGS)


@pytest.mark.parametrize(
    ("theirs", "status", "text", "ours"),
    [
        (nomad_exceptions.BaseNomadException, 500, "Enforcing job modify index 3: job exists", StalePlan),
        (nomad_exceptions.BaseNomadException, 500, "can't fail terminal deployment", StalePlan),
        (nomad_exceptions.BaseNomadException, 500, 'job "a" is in nonexistent namespace "b"', NotFound),
        (nomad_exceptions.BaseNomadException, 500, "1 error occurred: * Missing tasks", ServerFailed),
        (nomad_exceptions.BaseNomadException, 500, "No cluster leader", ServerFailed),
        (nomad_exceptions.URLNotFoundNomadException, 404, "job not found", NotFound),
        (nomad_exceptions.URLNotAuthorizedNomadException, 403, "Permission denied", AccessDenied),
        (nomad_exceptions.BadRequestNomadException, 400, "Failed to parse job", ServerFailed),
    ],
)
def test_a_reply_means_one_of_our_errors(theirs: Any, status: int, text: str, ours: type) -> None:
    error = failure(theirs(reply(status, text)))

    assert type(error) is ours
    assert str(error) == f"could not register job 'app-a': {text}"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("1 error occurred: * Missing tasks", JobRejected),
        ("rpc error: 1 error occurred: * Missing tasks", JobRejected),
        ("No cluster leader", ServerFailed),
        ("No path to region", ServerFailed),
        ("raft apply failed: leadership lost while committing log", ServerFailed),
        ("Enforcing job modify index 3: job does not exist", StalePlan),
    ],
)
def test_a_refused_job_is_told_from_servers_in_trouble(text: str, ours: type) -> None:
    error = failure(nomad_exceptions.BaseNomadException(reply(500, text)), judges_job=True)

    assert type(error) is ours


def test_a_denied_call_says_what_the_token_needs() -> None:
    denied = nomad_exceptions.URLNotAuthorizedNomadException(reply(403, "Permission denied"))

    assert failure(denied, needs="'submit-job'").hint == "the token needs 'submit-job'"
    assert "NOMAD_TOKEN" in failure(denied).hint


def test_an_unknown_token_is_told_from_a_weak_one() -> None:
    unknown = nomad_exceptions.URLNotAuthorizedNomadException(reply(403, "ACL token not found"))

    assert "does not know this token" in failure(unknown, needs="'submit-job'").hint


def test_no_answer_names_the_address_and_what_set_it() -> None:
    lost = nomad_exceptions.BaseNomadException(requests.ConnectionError("Connection refused"))
    error = failure(lost)

    assert isinstance(error, ClusterUnreachable)
    assert "http://127.0.0.1:4646 refused the connection" in str(error)
    assert "NOMAD_ADDR" in error.hint


def test_a_timeout_of_a_stream_is_no_answer_either() -> None:
    assert isinstance(
        failure(nomad_exceptions.TimeoutNomadException(requests.ConnectionError("timed out"))),
        ClusterUnreachable,
    )


def test_a_conflicting_variable_is_never_shown_not_even_as_a_cause() -> None:
    error = failure(nomad_exceptions.VariableConflict(reply(409, '{"Items": {"key": "planted"}}')))

    assert isinstance(error, StalePlan)
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert "planted" not in str(error)


def test_a_token_is_never_in_a_message() -> None:
    error = failure(nomad_exceptions.BaseNomadException(reply(500, "bad token-of-ours")))

    assert "token-of-ours" not in str(error)
    assert "[redacted]" in str(error)


def test_consul_tells_the_missing_right_and_the_hint_repeats_it() -> None:
    words = "Permission denied: token with AccessorID 'x' lacks permission 'intention:write' on \"app-b\""
    with pytest.raises(AccessDenied) as caught, consul_meanings.explained("write it", CONSUL):
        raise consul_exceptions.ACLPermissionDenied(words)

    assert caught.value.hint == "the token needs 'intention:write' on 'app-b'"


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (consul_exceptions.NotFound("none"), NotFound),
        (consul_exceptions.BadRequest("400 no"), ServerFailed),
        (consul_exceptions.ConsulException("500 rpc error: Permission denied"), AccessDenied),
        (consul_exceptions.ConsulException("500 No cluster leader"), ServerFailed),
        (requests.ConnectionError("Connection refused"), ClusterUnreachable),
    ],
)
def test_a_failure_of_consul_means_one_of_our_errors(error: Exception, ours: type) -> None:
    with pytest.raises(DeployerError) as caught, consul_meanings.explained("ask", CONSUL):
        raise error
    assert type(caught.value) is ours
