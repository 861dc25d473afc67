"""What a request that got no answer means, and what helps: shared by Nomad's and Consul's gateways."""

import re

import requests

from deployer.cluster.connection import Connection
from deployer.errors import ClusterError, ClusterUnreachable, ServerFailed

LONGEST_WORDS = 2000
# How Nomad passes a coded error on from one server to the next.
_RPC_PREFIX = re.compile(r"^(?:rpc error: )?RPC Error:: \d+,")


def unreachable(attempt: str, error: BaseException, connection: Connection) -> ClusterError:
    """
    Say why there was no answer, as an error with a hint.

    `attempt` completes "could not ..."; `error` is requests' exception, or one that wraps it.
    """
    place = f"could not {attempt}: {connection.address}"
    if isinstance(error, requests.exceptions.SSLError):
        return ClusterUnreachable(f"{place}: {_tls_words(error)}", hint=_tls_hint(error, connection))
    if isinstance(error, requests.exceptions.ReadTimeout):
        return ClusterUnreachable(f"{place} did not answer in time", hint="try again; look at its servers' logs")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return ServerFailed(f"{place} broke off its answer")
    return ClusterUnreachable(
        f"{place} {_network_words(error)}",
        hint=f"is it running, and is the address right? It is set by: {connection.address_from}",
    )


def shortened(words: str, connection: Connection) -> str:
    """Return a server's words, at most `LONGEST_WORDS` of them and without our secrets."""
    plain = _RPC_PREFIX.sub("", connection.redact(words.strip()))
    return plain if len(plain) <= LONGEST_WORDS else f"{plain[:LONGEST_WORDS]} …"


def _tls_words(error: BaseException) -> str:
    text = str(error)
    if "self-signed" in text or "self signed" in text or "unable to get local issuer" in text:
        return "its certificate is signed by an authority that is not trusted here"
    if "Hostname mismatch" in text or "IP address mismatch" in text or "doesn't match" in text:
        return "its certificate is for another name"
    if "WRONG_VERSION_NUMBER" in text or "record layer failure" in text:
        return "it does not speak TLS"
    if "CERTIFICATE_REQUIRED" in text or "certificate required" in text:
        return "it asks for a client certificate"
    if "certificate has expired" in text:
        return "its certificate has expired"
    return f"TLS failed ({_innermost(error)})"


def _tls_hint(error: BaseException, connection: Connection) -> str:
    words = _tls_words(error)
    prefix = connection.ca_variable.removesuffix("CACERT")
    if "another name" in words:
        return f"use the name in the certificate, or set {prefix}TLS_SERVER_NAME (tls_server_name)"
    if "not speak TLS" in words:
        return f"use http:// in the address; it is set by: {connection.address_from}"
    if "client certificate" in words:
        return f"set {prefix}CLIENT_CERT and {prefix}CLIENT_KEY (client_cert, client_key)"
    return f"set {connection.ca_variable} (ca_cert) to the file of the authority that signed it"


def _network_words(error: BaseException) -> str:
    text = str(error)
    if "Connection refused" in text:
        return "refused the connection"
    if "NameResolutionError" in text or "Name or service not known" in text or "getaddrinfo" in text:
        return "has a host name that nobody knows"
    if isinstance(error, requests.exceptions.ConnectTimeout) or "timed out" in text:
        return "did not answer in time"
    if "HTTP response to HTTPS client" in text:
        return "wants https"
    return f"cannot be reached ({_innermost(error)})"


def _innermost(error: BaseException) -> str:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__
