"""
Networks.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, TaskGroup.validateNetworks.
"""

import re
from collections.abc import Iterator

from deployer.jobspec.node import Complaint, Node

_HOST_NAME = re.compile(r"[^\s.]{1,63}(?:\.[^\s.]{1,63})*\.?")
_LONGEST_HOST_NAME = 254


def network_holds(node: Node) -> Iterator[Complaint]:
    """Yield an impossible mode or host name, and collisions that only host networks may ignore."""
    mode, hostname = node.text("mode"), node.text("hostname")
    if (
        mode is not None
        and mode not in ("", "none", "host", "bridge", "driver")
        and not mode.startswith(("cni/", "${"))
    ):
        yield node.complain(f'mode must be "bridge", "host", "none" or "cni/<name>", not {mode!r}', "mode")
    if hostname and "${" not in hostname and not _is_host_name(hostname):
        yield node.complain(f"{hostname!r} is no host name", "hostname")
    for port in node.all("port"):
        if port.flag("ignore_collision") and mode not in ("", "host", None):
            yield port.complain(f"ignore_collision needs a host network, not mode {mode!r}", "ignore_collision")


def cni_arguments_differ(group: Node) -> Iterator[Complaint]:
    """Yield CNI arguments that two networks of a group set."""
    seen: set[str] = set()
    for cni in group.all("network", "cni"):
        arguments = cni.values.get("args")
        for name in arguments if isinstance(arguments, dict) else ():
            if name in seen:
                yield cni.complain(f"another network of this group sets {name!r} already", "args", name)
            seen.add(name)


def _is_host_name(text: str) -> bool:
    return len(text) <= _LONGEST_HOST_NAME and _HOST_NAME.fullmatch(text) is not None


def cni_arguments_hold(node: Node) -> Iterator[Complaint]:
    """Yield semicolons in CNI arguments: CNI_ARGS separates its pairs by them."""
    arguments = node.values.get("args")
    if not isinstance(arguments, dict):
        return
    for name, value in arguments.items():
        if ";" in name or (isinstance(value, str) and ";" in value):
            yield node.complain(f"the argument {name!r} holds a semicolon, which separates CNI arguments", "args", name)
