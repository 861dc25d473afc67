"""
What a failed call to Nomad means: python-nomad's exceptions as ours.

Nomad answers 500 to many things that are nobody's fault but the caller's, so that some meanings are
in the text alone; each pattern names where Nomad writes it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from nomad.api import exceptions as theirs

from deployer.cluster.connection import NomadConnection
from deployer.cluster.failures import shortened, unreachable
from deployer.errors import (
    AccessDenied,
    ClusterUnreachable,
    DeployerError,
    JobRejected,
    NotFound,
    ServerFailed,
    StalePlan,
)

MEANINGS: dict[type[Exception], type[DeployerError]] = {
    theirs.URLNotFoundNomadException: NotFound,
    theirs.URLNotAuthorizedNomadException: AccessDenied,
    theirs.BadRequestNomadException: ServerFailed,
    theirs.VariableConflict: StalePlan,
    theirs.TimeoutNomadException: ClusterUnreachable,
    theirs.InvalidParameters: ServerFailed,
    theirs.BaseNomadException: ServerFailed,
}

# nomad/job_endpoint.go, RegisterEnforceIndexErrPrefix (Nomad's own CLI looks for it too), and
# nomad/deployment_endpoint.go: a deployment that ended cannot be promoted or failed.
_STALE = re.compile(r"Enforcing job modify index|terminal deployment")
# nomad/job_endpoint_hook_*.go and structs: what a register in a missing namespace answers.
_NO_NAMESPACE = re.compile(r"nonexistent namespace|namespace .* does not exist", re.IGNORECASE)
# The servers' own trouble, as opposed to an opinion about the job (nomad/structs/errors.go, raft).
_SERVER_TROUBLE = re.compile(
    r"no cluster leader|no path to region|not ready to serve|leadership|raft|i/o timeout|"
    r"connection (?:refused|reset)|no servers|timed out|failed to get conn|\bEOF\b|shutdown",
    re.IGNORECASE,
)


@contextmanager
def explained(
    attempt: str, connection: NomadConnection, *, needs: str = "", judges_job: bool = False
) -> Iterator[None]:
    """
    Re-raise any failure of python-nomad as ours.

    Args:
        attempt: completes "could not ...", and names the object.
        connection: for hints, and to keep its secrets out of messages.
        needs: what a token needs for the call, such as ``submit-job in namespace prod``.
        judges_job: the call hands in a job, so that a refusal is about the job.
    """
    try:
        yield
    except theirs.VariableConflict:
        # Its text is the whole variable, items included: not even a cause may carry that.
        raise StalePlan(f"could not {attempt}: it moved in between") from None
    except tuple(MEANINGS) as error:
        reply = getattr(error, "nomad_resp", error)
        if not isinstance(reply, requests.Response):
            raise unreachable(attempt, _lost_request(error), connection) from error
        meaning = meaning_of(error, reply.text, judges_job=judges_job)
        words = shortened(reply.text, connection) or f"status {reply.status_code}"
        raise meaning(f"could not {attempt}: {words}", hint=_hint(meaning, words, needs)) from error
    except requests.RequestException as error:
        raise unreachable(attempt, error, connection) from error


def meaning_of(error: Exception, words: str, *, judges_job: bool) -> type[DeployerError]:
    """Return our class for a reply; `words` is the server's text."""
    if _STALE.search(words):
        return StalePlan
    if isinstance(error, theirs.URLNotAuthorizedNomadException):
        return AccessDenied
    if _NO_NAMESPACE.search(words):
        return NotFound
    if judges_job and not _SERVER_TROUBLE.search(words) and not _is_missing(error):
        return JobRejected
    return next(MEANINGS[cls] for cls in type(error).__mro__ if cls in MEANINGS)


def _is_missing(error: Exception) -> bool:
    return isinstance(error, theirs.URLNotFoundNomadException)


def _lost_request(error: BaseException) -> BaseException:
    """Find requests' exception inside python-nomad's."""
    inner: Any = getattr(error, "nomad_resp", None) or (error.args[0] if error.args else None)
    return inner if isinstance(inner, requests.RequestException) else error


def _hint(meaning: type[DeployerError], words: str, needs: str) -> str:
    if meaning is AccessDenied and "token not found" in words.lower():
        return "Nomad does not know this token: set NOMAD_TOKEN to one of this cluster"
    if meaning is AccessDenied:
        return f"the token needs {needs}" if needs else "set NOMAD_TOKEN to a token that may do it"
    if meaning is NotFound and "namespace" in words:
        return "create it: nomad namespace apply NAME"
    return ""
