"""
Asks App B's question at an address and says in one line what came of it; a program of its own, so
that it can be started inside any network namespace.

    knock.py ADDRESS PORT [CERTIFICATE KEY]     TLS where a certificate (or "-") is named
"""

import socket
import ssl
import sys

PATIENCE_S = 6.0
FORM = b"token=mytoken"
QUESTION = (
    b"POST /auth HTTP/1.1\r\nHost: app-b\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(FORM), FORM)
)


def main(address: str, port: str, *identity: str) -> str:
    try:
        with socket.create_connection((address, int(port)), PATIENCE_S) as plain:
            return ask(secured(plain, *identity) if identity else plain)
    except TimeoutError:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return f"broken: {type(error).__name__} {error}"


def secured(plain: socket.socket, certificate: str, key: str = "") -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # whom we talk to is not the question here
    if certificate != "-":
        context.load_cert_chain(certificate, key)
    return context.wrap_socket(plain)


def ask(connection: socket.socket) -> str:
    connection.sendall(QUESTION)
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return f"answered: {body.decode()}" if head.startswith(b"HTTP/1.1 200") else f"closed: {answer[:80]!r}"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
