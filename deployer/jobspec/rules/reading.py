"""What several rules ask of a block's surroundings; pure."""

from collections.abc import Iterator

from deployer.jobspec.node import Node


def job_of(node: Node) -> Node | None:
    """Return the job around a block."""
    return node if node.type == "job" else node.up("job")


def job_type(node: Node) -> str | None:
    """Return the job's type, ``service`` by default; None if it is not known yet."""
    job = job_of(node)
    return "service" if job is None else job.text("type", "service")


def group_of(node: Node) -> Node | None:
    """Return the group around a block; None for a task that stands in the job itself."""
    return node if node.type == "group" else node.up("group")


def count_of(group: Node) -> int | None:
    """
    Return a group's count; None if it is not known yet.

    Source: Nomad 1.11.3, ``api/tasks.go``, TaskGroup.Canonicalize: without a count it is the scaling
    policy's min, else 1.
    """
    scaling = group.first("scaling")
    default = 1
    if scaling is not None and scaling.has("min"):
        least = scaling.whole("min", 1)
        if least is None:
            return None if not group.has("count") else group.whole("count", 1)
        default = least
    return group.whole("count", default)


def networks_of(node: Node) -> Iterator[Node]:
    """Yield the networks a task or service can name ports of: its group's and its task's own."""
    group = group_of(node)
    if group is not None:
        yield from group.all("network")
    task = node if node.type == "task" else node.up("task")
    if task is not None:
        yield from task.all("resources", "network")


def port_labels(networks: Iterator[Node]) -> set[str]:
    """
    Return the labels of the ports of some networks.

    Source: Nomad 1.11.3, ``jobspec2/parse_job.go``, normalizeNetworkPorts: beside a ``port`` block, blocks of
    the old form ``reserved_ports`` are lost.
    """
    return {
        port.name
        for network in networks
        for port in network.children.get("port") or network.children.get("reserved_ports", [])
    }


def is_later(text: str | None) -> bool:
    """Say whether a text is only known when the allocation runs."""
    return text is None or "${" in text


def leaves_the_allocation(prefix: str, path: str) -> bool:
    """
    Say whether a path below a folder of the allocation leads out of it.

    Source: Nomad 1.11.3, ``helper/escapingfs``, PathEscapesAllocViaRelative.
    """
    depth = 0
    for part in f"{prefix}/{path}".split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return True
    return False
