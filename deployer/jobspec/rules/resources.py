"""
A task's resources.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, Resources.Validate; defaults from ``api/resources.go``.
"""

from collections.abc import Iterator

from deployer.jobspec.node import Complaint, Node

_DEFAULT_MEMORY_MB = 300
_LEAST_MEMORY_MB = 10
_NO_LIMIT = -1


def resources_hold(node: Node) -> Iterator[Complaint]:
    """Yield what Resources.Validate refuses."""
    yield from _processor_complaints(node)
    yield from _memory_complaints(node)
    numa = node.first("numa")
    devices = {device.name for device in node.all("device")}
    for index, name in enumerate(numa.items("devices") if numa is not None else []):
        if numa is not None and isinstance(name, str) and name not in devices:
            yield numa.complain(f"the device {name!r} is not among the task's resources", "devices", index)


def _processor_complaints(node: Node) -> Iterator[Complaint]:
    cores = node.whole("cores", 0)
    cpu = node.whole("cpu", 0 if node.has("cores") else 100)
    if cores is None or cpu is None:
        return
    if cores > 0 and cpu > 0:
        yield node.complain("cpu and cores exclude each other; keep one of the two", "cpu")
    elif cores < 0:
        yield node.complain(f"cores must not be negative, but is {cores}", "cores")
    elif cores == 0 and cpu < 1:
        yield node.complain(f"cpu must be at least 1 (MHz), not {cpu}", "cpu" if node.has("cpu") else "cores")


def _memory_complaints(node: Node) -> Iterator[Complaint]:
    memory = node.whole("memory", _DEFAULT_MEMORY_MB)
    most = node.whole("memory_max", 0)
    secrets = node.whole("secrets", 0)
    if memory is None:
        return
    if memory < _LEAST_MEMORY_MB:
        yield node.complain(f"memory must be at least {_LEAST_MEMORY_MB} (MB), not {memory}", "memory")
    if most not in (None, 0, _NO_LIMIT) and most is not None and most < memory:
        yield node.complain(f"memory_max ({most}) must not be less than memory ({memory})", "memory_max")
    if secrets is not None and secrets > memory:
        yield node.complain(f"secrets ({secrets} MB) must not be more than memory ({memory} MB)", "secrets")
