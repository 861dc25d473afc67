"""One HTTP session per cluster: pooled, kept alive, verified, retried where that is safe."""

import ipaddress
import ssl
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import ReadTimeoutError, SSLError
from urllib3.util.retry import Retry

from deployer.cluster.connection import Connection
from deployer.errors import ClusterUnreachable

POOL_SIZE = 64
CONNECT_S = 5.0
READ_S = 30.0


def open_session(connection: Connection) -> requests.Session:
    """
    Return a session for this connection alone.

    It looks at nothing in the environment but the proxy variables: no ``.netrc``, no
    ``REQUESTS_CA_BUNDLE``. Raises `ClusterUnreachable` when a certificate file cannot be used.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = not connection.skip_verify
    session.headers["User-Agent"] = "nomadeploy"
    if not is_loopback(connection.address):
        session.proxies.update(get_environ_proxies(connection.address))
    if connection.basic_auth:
        user, password = connection.basic_auth
        session.auth = (user, password.reveal())
    session.mount("http://", HTTPAdapter(pool_maxsize=POOL_SIZE, max_retries=SafeRetry.polite()))
    if connection.address.startswith("https://"):
        session.mount("https://", VerifiedAdapter(connection))
    return session


def timeout_for(wait_s: float) -> tuple[float, float]:
    """Return (connect, read) seconds: servers add up to a sixteenth to a blocking query's wait."""
    return CONNECT_S, READ_S + wait_s * 17 / 16


class SafeRetry(Retry):
    """Try a GET again after a broken connection or a gateway's 502 to 504; never after a timeout."""

    @classmethod
    def polite(cls) -> Self:
        """Three more tries within about a second."""
        return cls(
            total=3,
            connect=3,
            read=3,
            status=3,
            other=0,
            backoff_factor=0.15,
            status_forcelist=(502, 503, 504),
            allowed_methods=frozenset({"GET"}),
            raise_on_status=False,
            respect_retry_after_header=False,
        )

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        # A read that timed out has used up its time; a certificate does not get better.
        if isinstance(error, ReadTimeoutError | SSLError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


class VerifiedAdapter(HTTPAdapter):
    """
    HTTPS with exactly the authorities, certificate and server name of a connection.

    requests would add its own bundle of authorities to those that were named.
    """

    def __init__(self, connection: Connection) -> None:
        self._context = tls_context(connection)
        self._server_name = connection.tls_server_name or None
        super().__init__(pool_maxsize=POOL_SIZE, max_retries=SafeRetry.polite())

    def init_poolmanager(self, connections: int, maxsize: int, *args: Any, **pool_kwargs: Any) -> None:
        """Give the pool our TLS context."""
        super().init_poolmanager(connections, maxsize, *args, **(pool_kwargs | self._tls()))

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Give a proxy's pool our TLS context."""
        return super().proxy_manager_for(proxy, **self._tls(), **proxy_kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool as it is: the context has it all."""

    def _tls(self) -> dict[str, Any]:
        return {
            "ssl_context": self._context,
            "server_hostname": self._server_name,
            "assert_hostname": self._server_name,
        }


def tls_context(connection: Connection) -> ssl.SSLContext:
    """Build the TLS context; without authorities of its own it trusts the system's, as Go does."""
    files = [connection.ca_cert] if connection.ca_cert else _files_in(connection.ca_path)
    try:
        context = ssl.create_default_context(cafile=files[0] if files else None)
        for extra in files[1:]:
            context.load_verify_locations(cafile=extra)
        if connection.client_cert:
            context.load_cert_chain(connection.client_cert, connection.client_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ClusterUnreachable(
            f"could not use the certificate files of {connection.address}: {error}",
            hint=f"check {connection.ca_variable}, the client certificate and its key",
        ) from error
    if connection.skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _files_in(folder: str) -> list[str]:
    if not folder:
        return []
    files = sorted(str(file) for file in Path(folder).iterdir() if file.is_file())
    if not files:
        raise ClusterUnreachable(f"the folder of authorities {folder!r} is empty")
    return files


def is_loopback(address: str) -> bool:
    """Say whether an address means this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
