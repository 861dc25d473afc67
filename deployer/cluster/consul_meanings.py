"""What a failed call to Consul means: py-consul's exceptions, and requests' own, as ours."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from consul import exceptions as theirs

from deployer.cluster.connection import ConsulConnection
from deployer.cluster.failures import shortened, unreachable
from deployer.errors import AccessDenied, ClusterUnreachable, DeployerError, NotFound, ServerFailed

MEANINGS: dict[type[Exception], type[DeployerError]] = {
    theirs.ACLPermissionDenied: AccessDenied,
    theirs.ACLDisabled: ServerFailed,
    theirs.NotFound: NotFound,
    theirs.BadRequest: ServerFailed,
    theirs.ClientError: ServerFailed,
    theirs.Timeout: ClusterUnreachable,
    theirs.ConsulException: ServerFailed,
}

# Consul 1.22 acl/errors.go: "... lacks permission 'service:write' on \"app-a\"".
_LACKS = re.compile(r"lacks permission '([^']+)'(?: on \"([^\"]*)\")?")


@contextmanager
def explained(attempt: str, connection: ConsulConnection) -> Iterator[None]:
    """Re-raise any failure of py-consul as ours; `attempt` completes "could not ..."."""
    try:
        yield
    except requests.RequestException as error:
        raise unreachable(attempt, error, connection) from error
    except theirs.ConsulException as error:
        words = shortened(str(error), connection) or "it was denied"
        meaning = _meaning_of(error, words)
        raise meaning(f"could not {attempt}: {words}", hint=_hint(meaning, words)) from error


def _meaning_of(error: Exception, words: str) -> type[DeployerError]:
    if "Permission denied" in words or "ACL not found" in words:
        return AccessDenied
    return next(MEANINGS[cls] for cls in type(error).__mro__ if cls in MEANINGS)


def _hint(meaning: type[DeployerError], words: str) -> str:
    if meaning is not AccessDenied:
        return ""
    if "ACL not found" in words:
        return "Consul does not know this token: set CONSUL_HTTP_TOKEN to one of this cluster"
    if found := _LACKS.search(words):
        place = f" on {found[2]!r}" if found[2] else ""
        return f"the token needs {found[1]!r}{place}"
    return "set CONSUL_HTTP_TOKEN to a token that may do it"
