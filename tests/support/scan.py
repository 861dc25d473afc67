"""
Tries every TCP port of one address and prints those that take a connection; a program of its own,
so that it can be started inside any network namespace.

    scan.py ADDRESS
"""

import socket
import sys

PATIENCE_S = 0.5


def takes_connections(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(PATIENCE_S)
        return probe.connect_ex((address, port)) == 0


if __name__ == "__main__":
    print(*(port for port in range(1, 65536) if takes_connections(sys.argv[1], port)))
