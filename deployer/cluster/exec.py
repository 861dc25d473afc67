"""
Commands inside running tasks: Nomad's exec websocket (``GET /v1/client/allocation/:id/exec``).

python-nomad has nothing for it. The session is as verified as the gateway's: same authorities, same
certificate, same token header; frames are those of Nomad's api/allocations_exec.go.
"""

import asyncio
import base64
import socket
import threading
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import requests
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from deployer.cluster.connection import NomadConnection
from deployer.cluster.failures import shortened, unreachable
from deployer.cluster.session import CONNECT_S, is_loopback, tls_context
from deployer.errors import AccessDenied, ClusterError, ClusterUnreachable, NotFound, ServerFailed

T = TypeVar("T")

# A peer that vanished is noticed after 30 + 3 × 10 s. Websocket pings will not do: Nomad does not
# answer them while a command that reads slowly holds its input back.
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 30), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3))

_LOST = "Nomad also drops it, without an exit code, when a command ends before it has read all of its input"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecOutput:
    """
    What a command sent: bytes of one of its streams, or its end.

    Attributes:
        exit_code: None until it ended.
    """

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int | None = None


class ExecSession(Protocol):
    """A running command; its methods may be called from different threads."""

    def __iter__(self) -> Iterator[ExecOutput]:
        """Yield what it sends until it ended; raises `ClusterError` when it ends without an exit code."""
        ...

    def send(self, data: bytes) -> None:
        """Write to its standard input; waits while the command does not read."""
        ...

    def end_input(self) -> None:
        """Close its standard input."""
        ...

    def resize(self, rows: int, columns: int) -> None:
        """Tell the size of the terminal."""
        ...

    def heartbeat(self) -> None:
        """Say that we are there, at least every 10 s."""
        ...

    def close(self) -> None:
        """End the session; the command gets a hang-up."""
        ...


class ExecPort(Protocol):
    """What the program asks of Nomad to run a command."""

    def run(self, namespace: str, alloc_id: str, task: str, command: Sequence[str], *, tty: bool) -> ExecSession:
        """
        Start a command in a running task.

        Raises:
            NotFound: no such allocation or task, or it does not run.
            AccessDenied: the token lacks ``alloc-exec`` (or ``alloc-node-exec``).
            ClusterUnreachable: nobody answers.
        """
        ...


class ExecGateway:
    """`ExecPort` for one Nomad."""

    def __init__(self, connection: NomadConnection) -> None:
        self._connection = connection

    def run(self, namespace: str, alloc_id: str, task: str, command: Sequence[str], *, tty: bool) -> ExecSession:
        """See `ExecPort.run`."""
        connection = self._connection
        attempt = f"run a command in task {task!r} of allocation {alloc_id[:8]}"
        words = msgspec.json.encode(list(command)).decode()
        params = {"task": task, "command": words, "tty": str(tty).lower(), "namespace": namespace}
        if connection.region:
            params["region"] = connection.region
        place = urlsplit(connection.address)
        path = f"{place.path}/v1/client/allocation/{quote(alloc_id, safe='')}/exec"
        scheme = "wss" if place.scheme == "https" else "ws"
        loop = _Loop()
        try:
            socket_ = loop.run(_opened(f"{scheme}://{place.netloc}{path}?{urlencode(params)}", connection))
        except (OSError, WebSocketException) as error:
            loop.close()
            raise _not_opened(error, attempt, namespace, connection) from error
        except BaseException:
            loop.close()
            raise
        return NomadExecSession(loop, socket_, attempt, namespace, connection)


class _Loop:
    """
    An event loop in a thread of its own.

    The library's blocking client holds one lock while it writes and needs it to read (websockets
    17.4, sync/connection.py): a command whose output waits for its input to be taken would hang.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="exec", daemon=True)
        self._thread.start()

    def run(self, task: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine's result; an interrupt cancels it."""
        future = asyncio.run_coroutine_threadsafe(task, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Stop the thread."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _opened(uri: str, connection: NomadConnection) -> ClientConnection:
    session = await connect(uri, additional_headers=_headers(connection), **_options(connection))
    plain = session.transport.get_extra_info("socket")
    if plain is not None:  # Nomad may have closed it already, with its reason
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE:
            plain.setsockopt(socket.IPPROTO_TCP, option, value)
    return session


def _headers(connection: NomadConnection) -> dict[str, str]:
    headers = {"X-Nomad-Token": connection.token.reveal()} if connection.token else {}
    if connection.basic_auth:
        user, password = connection.basic_auth
        pair = base64.b64encode(f"{user}:{password.reveal()}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return headers


def _options(connection: NomadConnection) -> dict[str, Any]:
    options: dict[str, Any] = {
        "user_agent_header": "nomadeploy",
        "proxy": None if is_loopback(connection.address) else True,
        "compression": None,
        "open_timeout": CONNECT_S,
        "close_timeout": 1,
        "ping_interval": None,
        "max_size": None,
    }
    if connection.address.startswith("https://"):
        options["ssl"] = tls_context(connection)
        if connection.tls_server_name:
            options["server_hostname"] = connection.tls_server_name
    return options


def _not_opened(error: Exception, attempt: str, namespace: str, connection: NomadConnection) -> ClusterError:
    if isinstance(error, InvalidStatus):
        body = (error.response.body or b"").decode("utf-8", errors="replace")
        words = shortened(body, connection) or f"status {error.response.status_code}"
        return _refused(attempt, words, namespace)
    if isinstance(error, OSError) and "certificate" in str(error).lower():
        error = requests.exceptions.SSLError(str(error))
    return unreachable(attempt, error, connection)


def _refused(attempt: str, words: str, namespace: str) -> ClusterError:
    """Return the meaning of Nomad's words: a websocket's close code tells next to nothing."""
    text = words.lower()
    if "permission denied" in text or "token not found" in text:
        wanted = "the capability 'alloc-exec', and for raw_exec 'alloc-node-exec'"
        hint = f"the token needs {wanted} in namespace {namespace!r}"
        return AccessDenied(f"could not {attempt}: {words}", hint=hint)
    if "unknown allocation" in text or "not found" in text or "not running" in text or "unknown task" in text:
        return NotFound(f"could not {attempt}: {words}", hint="see what runs: nomadeploy status")
    return ServerFailed(f"could not {attempt}: {words}")


class NomadExecSession:
    """`ExecSession` over one websocket."""

    def __init__(
        self, loop: _Loop, session: ClientConnection, attempt: str, namespace: str, connection: NomadConnection
    ) -> None:
        self._loop = loop
        self._session = session
        self._attempt = attempt
        self._namespace = namespace
        self._connection = connection
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[ExecOutput]:
        """See `ExecSession`."""
        while True:
            try:
                message = self._loop.run(self._session.recv())
            except ConnectionClosed as error:
                raise self._broken(error) from error
            except OSError as error:
                raise unreachable(self._attempt, error, self._connection) from error
            output = _output(message)
            yield output
            if output.exit_code is not None:
                return

    def send(self, data: bytes) -> None:
        """See `ExecSession.send`."""
        self._say({"stdin": {"data": base64.b64encode(data).decode()}})

    def end_input(self) -> None:
        """See `ExecSession.end_input`."""
        self._say({"stdin": {"close": True}})

    def resize(self, rows: int, columns: int) -> None:
        """See `ExecSession.resize`."""
        self._say({"tty_size": {"height": rows, "width": columns}})

    def heartbeat(self) -> None:
        """See `ExecSession.heartbeat`."""
        self._say({})

    def close(self) -> None:
        """See `ExecSession.close`."""
        if self._closed.is_set():
            return
        self._closed.set()
        with suppress(OSError, WebSocketException):
            self._loop.run(self._session.close())
        self._loop.close()

    def _say(self, frame: dict[str, Any]) -> None:
        # The reading side tells what went wrong; a command that ended takes no more input.
        if self._closed.is_set():
            return
        with suppress(ConnectionClosed, OSError, CancelledError):
            self._loop.run(self._session.send(msgspec.json.encode(frame).decode()))

    def _broken(self, error: ConnectionClosed) -> ClusterError:
        words = error.rcvd.reason if error.rcvd is not None else ""
        if not words:
            return ClusterUnreachable(f"could not {self._attempt}: the connection to Nomad was lost", hint=_LOST)
        return _refused(self._attempt, shortened(words, self._connection), self._namespace)


def _output(message: str | bytes) -> ExecOutput:
    frame = msgspec.json.decode(message)
    if frame.get("exited") and frame.get("result") is not None:
        return ExecOutput(exit_code=int(frame["result"].get("exit_code") or 0))
    return ExecOutput(stdout=_data(frame.get("stdout")), stderr=_data(frame.get("stderr")))


def _data(operation: dict[str, Any] | None) -> bytes:
    return base64.b64decode((operation or {}).get("data") or b"")
