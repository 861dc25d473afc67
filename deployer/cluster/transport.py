"""
Requests to Nomad through python-nomad's `Requester`, with everything it leaves open made explicit.

Namespace and region go with each call, ids are quoted, a blocking query's timeout outlasts its wait,
and answers are taken from the raw response so that the index is not lost.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
import requests
from nomad.api.base import Requester

from deployer.cluster.connection import NomadConnection
from deployer.cluster.meanings import explained
from deployer.cluster.session import CONNECT_S, open_session, timeout_for
from deployer.errors import NotFound, ServerFailed

Params = dict[str, Any]


class Transport:
    """
    Owns the session to one Nomad.

    Every method takes the `attempt` that completes "could not ...", the path's parts, and what a
    token `needs` for it.
    """

    def __init__(self, connection: NomadConnection) -> None:
        self.connection = connection
        self._session = open_session(connection)

    def get(
        self,
        attempt: str,
        path: tuple[str, ...],
        *,
        namespace: str = "",
        params: Params | None = None,
        index: int = 0,
        wait_s: float = 0,
        needs: str = "",
    ) -> tuple[Any, int]:
        """Return (decoded body, index); waits when `index` and `wait_s` are given."""
        asked: Params = dict(params or {})
        if index and wait_s:
            asked |= {"index": index, "wait": f"{round(wait_s * 1000)}ms"}
        else:
            wait_s = 0
        with explained(attempt, self.connection, needs=needs):
            reply = self._request("get", path, namespace, asked, timeout=timeout_for(wait_s))
        return decoded(attempt, reply), max(1, int(reply.headers.get("X-Nomad-Index") or 0))

    def find(
        self, attempt: str, path: tuple[str, ...], *, namespace: str = "", needs: str = "", **more: Any
    ) -> tuple[Any, int] | None:
        """Do the same, and return None where Nomad answers that there is no such thing."""
        try:
            return self.get(attempt, path, namespace=namespace, needs=needs, **more)
        except NotFound:
            return None

    def send(
        self,
        attempt: str,
        path: tuple[str, ...],
        *,
        body: Mapping[str, Any] | None = None,
        method: str = "put",
        namespace: str = "",
        params: Params | None = None,
        needs: str = "",
        judges_job: bool = False,
    ) -> Any:
        """Write (put, post or delete) and return the decoded answer; never tried twice."""
        with explained(attempt, self.connection, needs=needs, judges_job=judges_job):
            reply = self._request(method, path, namespace, dict(params or {}), timeout=timeout_for(0), json=body)
        return decoded(attempt, reply)

    def stream(
        self,
        attempt: str,
        path: tuple[str, ...],
        *,
        namespace: str,
        params: Params,
        silence_s: float,
        needs: str = "",
    ) -> requests.Response:
        """Return an open response; more than `silence_s` seconds without a byte end it."""
        with explained(attempt, self.connection, needs=needs):
            return self._request("get", path, namespace, params, timeout=(CONNECT_S, silence_s), stream=True)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _request(
        self, method: str, path: tuple[str, ...], namespace: str, params: Params, **more: Any
    ) -> requests.Response:
        first, *rest = (quote(part, safe="/" if path[0] == "var" else "") for part in path)
        connection = self.connection
        requester = Requester(
            address=connection.address,
            token=connection.token.reveal() if connection.token else None,
            # python-nomad's default is not to verify.
            verify=not connection.skip_verify,
            region=connection.region or None,
            session=self._session,
        )
        requester.ENDPOINT = first
        if namespace:
            params["namespace"] = namespace
        reply: requests.Response = requester.request(*rest, method=method, params=params, headers={}, **more)
        return reply


def decoded(attempt: str, reply: requests.Response) -> Any:
    """Return the JSON of a reply, None for an empty one; raises `ServerFailed` for anything else."""
    if reply.is_redirect or reply.status_code >= requests.codes.multiple_choices:
        raise ServerFailed(f"could not {attempt}: {reply.url} answered with a redirect")
    if not reply.content:
        return None
    try:
        return msgspec.json.decode(reply.content)
    except msgspec.DecodeError as error:
        raise ServerFailed(
            f"could not {attempt}: the answer of {reply.url} is no JSON",
            hint="is this address really Nomad's?",
        ) from error
