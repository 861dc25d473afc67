"""
Where Nomad and Consul are and who we are to them, as values.

Read once from an environment mapping or from the project's files; nothing else in the program looks
at ``NOMAD_*`` or ``CONSUL_*``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deployer.errors import ClusterUnreachable
from deployer.secret import Secret

NOMAD_DEFAULT = "http://127.0.0.1:4646"
CONSUL_DEFAULT = "http://127.0.0.1:8500"
_TRUE = {"1", "t", "true", "yes", "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """
    How to reach one HTTP API.

    Attributes:
        address: scheme, host, port and perhaps a path, such as ``https://nomad.example:4646``.
        address_from: what set the address, for a hint: a variable's name or a file's.
        token: sent as a header; None sends none, whatever the environment holds.
        basic_auth: (user, password) for a proxy in front of the API.
        ca_cert: PEM file of the authorities to trust; the system's are trusted without it.
        ca_path: folder of such files.
        client_cert: PEM file of our own certificate, `client_key` its key.
        tls_server_name: the name the server's certificate must have, instead of the host's.
        skip_verify: do not verify the server's certificate.
    """

    address: str
    address_from: str = "default"
    token: Secret | None = None
    basic_auth: tuple[str, Secret] | None = None
    ca_cert: str = ""
    ca_path: str = ""
    client_cert: str = ""
    client_key: str = ""
    tls_server_name: str = ""
    skip_verify: bool = False

    # The variable that names the file of authorities to trust, for a hint.
    ca_variable: str = field(default="NOMAD_CACERT", repr=False)

    def __post_init__(self) -> None:
        place = urlsplit(self.address)
        if place.scheme == "unix":
            raise ClusterUnreachable(
                f"the address {self.address!r} is a unix socket, which is not supported",
                hint=f"set {self.address_from} to an http or https address",
            )
        if place.scheme not in {"http", "https"} or not place.hostname:
            raise ClusterUnreachable(
                "the address is not http://HOST:PORT or https://HOST:PORT",
                hint=f"correct it where it is set: {self.address_from}",
            )
        if "@" in place.netloc:
            # It would be shown in every message that names the address.
            raise ClusterUnreachable(
                "the address holds a user name or a password",
                hint=f"take them out of {self.address_from} and set the HTTP_AUTH variable",
            )

    def redact(self, text: str) -> str:
        """Return `text` without any secret of this connection."""
        secrets = [self.token, self.basic_auth[1] if self.basic_auth else None]
        for secret in secrets:
            if secret is not None and secret.reveal():
                text = text.replace(secret.reveal(), str(secret))
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class NomadConnection(Connection):
    """
    How to reach Nomad.

    Attributes:
        namespace: what a command uses when it is told none; calls always name theirs.
        region: empty for the agent's own.
    """

    address: str = NOMAD_DEFAULT
    namespace: str = "default"
    region: str = ""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "NomadConnection":
        """Read the NOMAD_* variables that Nomad's own CLI reads; raises `ClusterUnreachable`."""
        address, auth, origin = _address(env, "NOMAD_ADDR", NOMAD_DEFAULT)
        return cls(
            address=address,
            address_from=origin,
            namespace=env.get("NOMAD_NAMESPACE") or "default",
            region=env.get("NOMAD_REGION", ""),
            token=_secret(env.get("NOMAD_TOKEN", "")),
            basic_auth=_basic_auth(env.get("NOMAD_HTTP_AUTH", "")) or auth,
            ca_cert=env.get("NOMAD_CACERT", ""),
            ca_path=env.get("NOMAD_CAPATH", ""),
            client_cert=env.get("NOMAD_CLIENT_CERT", ""),
            client_key=env.get("NOMAD_CLIENT_KEY", ""),
            tls_server_name=env.get("NOMAD_TLS_SERVER_NAME", ""),
            skip_verify=env.get("NOMAD_SKIP_VERIFY", "").lower() in _TRUE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsulConnection(Connection):
    """How to reach Consul."""

    address: str = CONSUL_DEFAULT
    ca_variable: str = field(default="CONSUL_CACERT", repr=False)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "ConsulConnection":
        """Read the CONSUL_* variables that Consul's own CLI reads; raises `ClusterUnreachable`."""
        secure = env.get("CONSUL_HTTP_SSL", "").lower() in _TRUE
        address, auth, origin = _address(env, "CONSUL_HTTP_ADDR", CONSUL_DEFAULT, secure=secure)
        return cls(
            address=address,
            address_from=origin,
            token=_secret(env.get("CONSUL_HTTP_TOKEN", "")) or _token_file(env),
            basic_auth=_basic_auth(env.get("CONSUL_HTTP_AUTH", "")) or auth,
            ca_cert=env.get("CONSUL_CACERT", ""),
            ca_path=env.get("CONSUL_CAPATH", ""),
            client_cert=env.get("CONSUL_CLIENT_CERT", ""),
            client_key=env.get("CONSUL_CLIENT_KEY", ""),
            tls_server_name=env.get("CONSUL_TLS_SERVER_NAME", ""),
            skip_verify=env.get("CONSUL_HTTP_SSL_VERIFY", "true").lower() not in _TRUE,
        )


def _address(
    env: Mapping[str, str], variable: str, default: str, *, secure: bool = False
) -> tuple[str, tuple[str, Secret] | None, str]:
    text = env.get(variable, "").strip()
    origin = variable if text else f"default ({variable} is not set)"
    text = (text or default).rstrip("/")
    if "://" not in text:
        text = f"http://{text}"
    place = urlsplit(text)
    if secure and place.scheme in {"http", "tcp"}:
        place = place._replace(scheme="https")
    if place.scheme == "tcp":
        place = place._replace(scheme="http")
    user, at, host = place.netloc.rpartition("@")
    auth = _basic_auth(unquote(user)) if at else None
    return place._replace(netloc=host).geturl(), auth, origin


def _basic_auth(text: str) -> tuple[str, Secret] | None:
    user, _, password = text.partition(":")
    return (user, Secret(password)) if user else None


def _secret(text: str) -> Secret | None:
    return Secret(text) if text else None


def _token_file(env: Mapping[str, str]) -> Secret | None:
    name = env.get("CONSUL_HTTP_TOKEN_FILE", "")
    if not name:
        return None
    try:
        return _secret(Path(name).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ClusterUnreachable(
            f"could not read the token file {name!r}: {error.strerror}",
            hint="correct CONSUL_HTTP_TOKEN_FILE or set CONSUL_HTTP_TOKEN",
        ) from error
