"""
Tasks.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, Task.Validate and LogConfig.Validate;
``jobspec2/hcl_conversions.go`` for a task's scaling blocks.
"""

from collections.abc import Iterator

from deployer.finding import did_you_mean
from deployer.jobspec.durations import MINUTE, SECOND, spoken
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.policy import layers_of
from deployer.jobspec.rules.reading import group_of, is_later, job_of, job_type

_DEFAULT_DISK_MB = 300
_SCALING_TYPES = {"cpu": "vertical_cpu", "mem": "vertical_mem"}


def name_and_driver_hold(node: Node) -> Iterator[Complaint]:
    """Yield a name that cannot be a folder, and a missing driver."""
    if node.name == "alloc":
        yield node.complain('a task cannot be named "alloc": the allocation has a folder of that name')
    if "/" in node.name or "\\" in node.name:
        yield node.complain("a task's name is a folder: it may hold no slashes")
    if node.text("driver") == "":
        yield node.complain('driver is missing; set it to "docker", "exec", "raw_exec" or another', "driver")


def kill_timeout_fits(node: Node) -> Iterator[Complaint]:
    """Yield a kill_timeout above the progress_deadline of a service job."""
    timeout = node.span("kill_timeout", 5 * SECOND)
    group = group_of(node)
    if timeout is None or job_type(node) != "service":
        return
    update = layers_of(group, "update") if group is not None else None
    deadline = 10 * MINUTE if update is None else update.span("progress_deadline", 10 * MINUTE)
    if deadline and timeout > deadline:
        words = f"kill_timeout ({spoken(timeout)}) must not be more than the update block's progress_deadline"
        yield node.complain(f"{words} ({spoken(deadline)})", "kill_timeout")


def logs_fit_the_disk(node: Node) -> Iterator[Complaint]:
    """Yield logs that would fill the group's ephemeral disk."""
    logs, group = node.first("logs"), group_of(node)
    disk = group.first("ephemeral_disk") if group is not None else None
    if logs is None and (disk is None or node.type == "sidecar_task"):
        return  # the defaults fit; a sidecar's are smaller still
    size = _DEFAULT_DISK_MB if disk is None else disk.whole("size", _DEFAULT_DISK_MB)
    files = 10 if logs is None else logs.whole("max_files", 10)
    file_size = 10 if logs is None else logs.whole("max_file_size", 10)
    if size is None or files is None or file_size is None or size > files * file_size:
        return
    words = f"logs of {files} × {file_size} MB do not fit on an ephemeral disk of {size} MB"
    place, name = (
        (disk, "size") if logs is None else (logs, "max_file_size" if logs.has("max_file_size") else "max_files")
    )
    yield (place or node).complain(f"{words}; raise size in ephemeral_disk or lower the logs block's numbers", name)


def templates_differ(node: Node) -> Iterator[Complaint]:
    """Yield two templates with one destination."""
    seen: dict[str, Node] = {}
    for template in node.all("template"):
        destination = template.text("destination")
        if not destination:
            continue
        if destination in seen:
            words = f"another template is rendered to {destination!r} too; give each its own destination"
            yield template.complain(words, "destination")
        seen[destination] = template


def secrets_differ(node: Node) -> Iterator[Complaint]:
    """
    Yield secrets of one name among those of the task, its group and the job.

    Source: ``jobspec2/hcl_conversions.go``, decodeTaskGroup: where a task has secrets of its own beside its
    group's, Nomad 1.11 takes the task's twice, and then refuses them.
    """
    yield from _repeated(node, "secret")
    group, job = group_of(node), job_of(node)
    own, of_group = node.first("secret"), group.first("secret") if group is not None else None
    if own is not None and of_group is not None:
        yield own.complain("Nomad 1.11 cannot hold secrets in a task and its group at once; keep them in one place")
    names = {secret.name for around in (node, group) if around is not None for secret in around.all("secret")}
    for secret in job.all("secret") if job is not None else ():
        if secret.name in names and not is_later(secret.name):
            yield secret.complain(f"there is another secret named {secret.name!r} in a task or group of the job")


def actions_differ(node: Node) -> Iterator[Complaint]:
    """Yield actions of one name."""
    yield from _repeated(node, "action")


def _repeated(node: Node, type_: str) -> Iterator[Complaint]:
    seen: set[str] = set()
    for child in node.all(type_):
        if child.name in seen and not is_later(child.name):
            yield child.complain(f"there is another {type_} named {child.name!r} here")
        seen.add(child.name)


def scalings_hold(node: Node) -> Iterator[Complaint]:
    """Yield a task's scaling blocks other than one "cpu" and one "mem"."""
    seen: set[str] = set()
    for scaling in node.all("scaling"):
        label = scaling.name.lower()
        expected = _SCALING_TYPES.get(label)
        if expected is None:
            if scaling.labels:
                yield scaling.complain(f'a task\'s scaling block is named "cpu" or "mem", not {scaling.name!r}')
            continue
        if label in seen:
            yield scaling.complain(f"there is another scaling block {label!r} in this task")
        seen.add(label)
        if scaling.text("type") not in ("", expected, None):
            yield scaling.complain(f"type must be {expected!r} here; it may be left out", "type")


def volume_mounts_exist(node: Node) -> Iterator[Complaint]:
    """Yield mounts of volumes that the group does not have."""
    group = group_of(node)
    volumes = {volume.name for volume in group.all("volume")} if group is not None else set()
    if any(is_later(name) for name in volumes):
        return
    for mount in node.all("volume_mount"):
        name = mount.text("volume")
        if mount.values.get("destination") is None:
            # Without it Nomad's agent drops the request (command/agent/job_endpoint.go).
            yield mount.complain("destination is missing; it says where the task finds the volume", "destination")
        if name == "":
            yield mount.complain("volume is missing; it names one of the group's volume blocks", "volume")
        elif name is not None and name not in volumes:
            near = did_you_mean(name, volumes)
            yield mount.complain(f"the group has no volume {name!r}{near}", "volume")
