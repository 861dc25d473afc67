"""
Task groups.

Source: Nomad 1.11.3, ``nomad/structs/structs.go`` (TaskGroup.Validate, validateNetworks,
validateScalingPolicy) and ``nomad/structs/volumes.go`` (VolumeRequest.Validate).
"""

from collections.abc import Iterator

from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.policy import layers_of
from deployer.jobspec.rules.reading import count_of, group_of, is_later, job_type

_HOST_MODES = (
    "",
    "single-node-reader-only",
    "single-node-writer",
    "single-node-single-writer",
    "single-node-multi-writer",
)
_CSI_MODES = (
    "single-node-reader-only",
    "single-node-writer",
    "multi-node-reader-only",
    "multi-node-single-writer",
    "multi-node-multi-writer",
)


def tasks_hold(node: Node) -> Iterator[Complaint]:
    """Yield a group without tasks, tasks of one name, and two leaders."""
    tasks = list(node.all("task"))
    if not tasks and not _gets_a_proxy(node):
        yield node.complain("the group has no task; it needs at least one")
    seen: set[str] = set()
    for task in tasks:
        if task.name in seen and not is_later(task.name):
            yield task.complain(f"there is another task named {task.name!r} in this group")
        seen.add(task.name)
    yield from _repeated_secrets(node)
    leaders = [task for task in tasks if task.flag("leader")]
    if len(leaders) > 1:
        yield leaders[1].complain(
            f"the task {leaders[0].name!r} is the leader already; there can be only one", "leader"
        )


def _repeated_secrets(node: Node) -> Iterator[Complaint]:
    seen: set[str] = set()
    for secret in node.all("secret"):
        if secret.name in seen and not is_later(secret.name):
            yield secret.complain(f"there is another secret named {secret.name!r} here")
        seen.add(secret.name)


def _gets_a_proxy(group: Node) -> bool:
    # Nomad adds the sidecar's or gateway's task before it looks for tasks (job_endpoint_hook_connect.go).
    proxied = [*group.all("service", "connect", "sidecar_service"), *group.all("service", "connect", "gateway")]
    return bool(proxied) and group.first("network") is not None


def count_holds(node: Node) -> Iterator[Complaint]:
    """Yield a count above one in a system job."""
    count = count_of(node)
    if job_type(node) == "system" and count is not None and count > 1:
        place = "count" if node.has("count") else ""
        yield node.complain(f"a system job runs once per node: count must be 1, not {count}", place)


def placement_fits_the_job_type(node: Node) -> Iterator[Complaint]:
    """Yield affinities and spreads in a system job: it runs on every node anyway."""
    if job_type(node) != "system":
        return
    tasks = [affinity for task in node.all("task") for affinity in task.all("affinity")]
    for found in (*node.all("affinity"), *node.all("spread"), *tasks):
        yield found.complain(f"a system job takes no {found.type} block: it runs on every node")


def scaling_holds(node: Node) -> Iterator[Complaint]:
    """Yield a scaling policy whose bounds do not hold the group's count."""
    group = group_of(node)
    if "max" not in node.values:
        yield node.complain("max is missing; a scaling policy needs it", "max")
        return
    count = count_of(group) if group is not None else None
    most = node.whole("max", 0)
    least = node.whole("min", count if count is not None else 0)
    if count is None or most is None or least is None:
        return
    if node.has("min") and most < least:
        yield node.complain(f"max ({most}) must not be less than min ({least})", "max")
    elif group is not None and count > most:
        yield _count_complaint(group, f"count ({count}) must not be more than the scaling policy's max ({most})")
    elif group is not None and count < least:
        yield _count_complaint(group, f"count ({count}) must not be less than the scaling policy's min ({least})")


def _count_complaint(group: Node, words: str) -> Complaint:
    return group.complain(words, "count" if group.has("count") else "")


def volume_holds(node: Node) -> Iterator[Complaint]:
    """Yield what VolumeRequest.Validate refuses."""
    type_ = node.text("type")
    if type_ == "":
        yield node.complain('type is missing; it is "host" or "csi"', "type")
    if node.text("source") == "":
        yield node.complain("source is missing; it names the volume to use", "source")
    if node.flag("per_alloc"):
        yield from _per_allocation_complaints(node)
    if type_ == "host":
        yield from _host_volume_complaints(node)
    elif type_ == "csi":
        yield from _csi_volume_complaints(node)
    if node.text("access_mode", "-") == "single-node-reader-only" and node.flag("read_only") is False:
        yield node.complain("a volume with this access_mode needs read_only = true", "access_mode")


def _per_allocation_complaints(node: Node) -> Iterator[Complaint]:
    type_, group = job_type(node), group_of(node)
    if type_ in ("system", "sysbatch"):
        yield node.complain(f"per_alloc is not possible in a {type_} job", "per_alloc")
    update = layers_of(group, "update") if group is not None else None
    if update is not None and update.whole("canary", 0):
        yield node.complain("per_alloc is not possible with canaries; set canary = 0", "per_alloc")
    if node.flag("sticky"):
        yield node.complain("per_alloc and sticky exclude each other", "per_alloc")


def _host_volume_complaints(node: Node) -> Iterator[Complaint]:
    options = node.first("mount_options")
    if options is not None:
        yield options.complain("a host volume takes no mount_options block")
    mode = node.text("access_mode")
    if mode is not None and mode not in _HOST_MODES:
        allowed = ", ".join(word for word in _HOST_MODES if word)
        yield node.complain(f"a host volume's access_mode is one of {allowed}, not {mode!r}", "access_mode")


def _csi_volume_complaints(node: Node) -> Iterator[Complaint]:
    attachment, mode, group = node.text("attachment_mode"), node.text("access_mode"), group_of(node)
    if attachment is not None and attachment not in ("file-system", "block-device"):
        yield node.complain('a CSI volume needs attachment_mode = "file-system" or "block-device"', "attachment_mode")
    options = node.first("mount_options")
    if attachment == "block-device" and options is not None:
        yield options.complain("a block device takes no mount_options block")
    if mode is not None and mode not in _CSI_MODES:
        yield node.complain(f"a CSI volume needs access_mode, one of {', '.join(_CSI_MODES)}", "access_mode")
    if mode == "multi-node-reader-only" and node.flag("read_only") is False:
        yield node.complain("a volume with this access_mode needs read_only = true", "access_mode")
    count = count_of(group) if group is not None else None
    is_single = mode in ("single-node-reader-only", "single-node-writer") or (
        mode == "multi-node-single-writer" and node.flag("read_only") is False
    )
    if is_single and count is not None and count > 1 and node.flag("per_alloc") is False:
        words = f"access_mode {mode!r} allows one allocation, but count is {count}; set per_alloc = true"
        yield node.complain(words, "access_mode")


def ports_differ(node: Node) -> Iterator[Complaint]:
    """Yield port labels and static ports that are taken twice, in the group and its tasks."""
    labels: set[str] = set()
    statics: dict[tuple[str | None, int], str] = {}
    in_tasks = list(_ports(node.all("task", "resources", "network")))
    for port in _ports(node.all("network")):
        yield from _clashes(port, labels, statics)
        labels.add(port.name)
    for port in in_tasks:  # only held against the group's labels, not against each other
        yield from _clashes(port, labels, statics)


def _ports(networks: Iterator[Node]) -> Iterator[Node]:
    for network in networks:
        yield from network.children.get("port") or network.children.get("reserved_ports", [])


def _clashes(port: Node, labels: set[str], statics: dict[tuple[str | None, int], str]) -> Iterator[Complaint]:
    if port.name in labels and not is_later(port.name):
        yield port.complain(f"there is another port labelled {port.name!r} in this group")
    number = port.whole("static", 0)
    place = (port.text("host_network") or "default", number or 0)
    if number and place in statics and port.flag("ignore_collision") is False:
        yield port.complain(f"port {number} is taken by {statics[place]!r} already", "static")
    if number:
        statics.setdefault(place, port.name)
