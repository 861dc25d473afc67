"""
A task's ``config``, by its driver.

Nomad's server never looks into it: the client's driver refuses it when the task starts. Source: Nomad
1.11.3, ``drivers/*/driver.go`` and ``drivers/docker/config.go`` (taskConfigSpec and the drivers' own checks).
Drivers that do not come with Nomad are not known here, so their ``config`` is not checked.
"""

from collections.abc import Iterator

from deployer.finding import did_you_mean
from deployer.hcl.body import Expression, Value
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.reading import is_later, networks_of, port_labels
from deployer.jobspec.schema import STRING
from deployer.jobspec.structure import complaint_about
from deployer.jobspec.tables.drivers import ABSOLUTE_WORK_DIR, DRIVERS, DriverBlock


def config_holds(task: Node) -> Iterator[Complaint]:
    """Yield what the task's driver would refuse when the task starts."""
    shape = DRIVERS.get(task.text("driver") or "")
    if shape is None:
        return
    config, driver = task.first("config"), task.text("driver")
    for name in shape.required:
        if (
            config is None
            or (name not in config.values and name not in config.children)
            or config.values.get(name, "-") == ""
        ):
            words = f"the driver {driver} needs {name} in the config block"
            yield (config or task).complain(words, name if config is not None else "")
    if config is None:
        if shape.one_of:
            yield task.complain(f"the driver {driver} needs {' or '.join(shape.one_of)} in the config block")
        return
    if shape.one_of and not any(name in config.values for name in shape.one_of):
        yield config.complain(f"the driver {driver} needs {' or '.join(shape.one_of)}")
    yield from _block_complaints(config, shape)
    yield from _port_complaints(config)
    yield from _folder_complaints(config, driver)


def sidecar_config_holds(sidecar: Node) -> Iterator[Complaint]:
    """
    Yield what the driver named in a sidecar_task would refuse.

    Source: ``nomad/structs/services.go``, SidecarTask.MergeIntoTask: Nomad adds its own config where the
    driver stays docker, and none where it changes.
    """
    if sidecar.text("driver") != "docker":
        yield from config_holds(sidecar)
        return
    config = sidecar.first("config")
    if config is not None:
        yield from _block_complaints(config, DRIVERS["docker"])


def _block_complaints(node: Node, shape: DriverBlock) -> Iterator[Complaint]:
    for name, value in node.values.items():
        rule, inner = shape.attributes.get(name), shape.blocks.get(name)
        if rule is not None:
            words = complaint_about(value, rule)
        elif inner is not None or name in shape.maps:
            words = _map_complaint(value, inner)
        else:
            words = f"the driver's config has no {name!r}{did_you_mean(name, shape.names)}"
        if words:
            yield node.complain(words, name)
    for type_, children in node.children.items():
        inner = shape.blocks.get(type_)
        if inner is not None:
            for child in children:
                yield from _block_complaints(child, inner)
        elif type_ in shape.attributes:
            yield children[0].complain(f"{type_} is an attribute: write it as {type_} = …, with an equals sign")
        elif type_ in shape.maps:
            yield from (child.complain(words) for child in children if (words := _map_complaint(_as_map(child), None)))
        else:
            yield children[0].complain(f"the driver's config has no {type_!r}{did_you_mean(type_, shape.names)}")


def _as_map(node: Node) -> Value:
    return dict(node.values)


def _map_complaint(value: Value, inner: DriverBlock | None) -> str:
    items = value if isinstance(value, list) else [value]
    if any(not isinstance(item, dict | Expression | None) for item in items):
        return "must be a map or a list of maps"
    maps = [item for item in items if isinstance(item, dict)]
    words = [_entry_complaint(name, entry, inner) for entries in maps for name, entry in entries.items()]
    return next(filter(None, words), "")


def _entry_complaint(name: str, value: Value, shape: DriverBlock | None) -> str:
    if shape is None:
        words = complaint_about(value, STRING)
    elif name in shape.attributes:
        words = complaint_about(value, shape.attributes[name])
    elif name in shape.blocks or name in shape.maps:
        words = _map_complaint(value, shape.blocks.get(name))
    else:
        return f"it has no {name!r}{did_you_mean(name, shape.names)}"
    return f"{name} {words}" if words else ""


def _port_complaints(config: Node) -> Iterator[Complaint]:
    labels = port_labels(networks_of(config))
    if any(map(is_later, labels)):
        return
    for index, label in enumerate(config.items("ports")):
        if isinstance(label, str) and label not in labels and not is_later(label):
            near = did_you_mean(label, labels)
            yield config.complain(f"the group's network has no port labelled {label!r}{near}", "ports", index)


def _folder_complaints(config: Node, driver: str | None) -> Iterator[Complaint]:
    folder = config.text("work_dir")
    if folder and driver in ABSOLUTE_WORK_DIR and not folder.startswith(("/", "${")):
        yield config.complain(f"work_dir must be an absolute path, not {folder!r}", "work_dir")
    if config.has("cgroup_v1_override") and config.has("cgroup_v2_override"):
        yield config.complain("cgroup_v1_override and cgroup_v2_override exclude each other", "cgroup_v2_override")
