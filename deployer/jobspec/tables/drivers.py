"""
The ``config`` of the drivers that come with Nomad.

Source: Nomad 1.11.3, taskConfigSpec in ``drivers/docker/config.go`` and ``drivers/{exec,rawexec,java,qemu}``.
A driver reads blocks and maps alike, so both forms are taken for ``blocks`` and ``maps``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from deployer.jobspec.schema import (
    INTEGER,
    NUMBER,
    AttributeRule,
    choice,
    flags,
    lists,
    or_null,
    texts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverBlock:
    """
    The shape of a driver's config, or of a block in it.

    Attributes:
        attributes: by name.
        blocks: by name; written as blocks, maps or lists of maps.
        maps: names with free keys and plain values.
        required: names without which the task does not start.
        one_of: names of which at least one is needed.
    """

    attributes: Mapping[str, AttributeRule] = field(default_factory=dict)
    blocks: Mapping[str, "DriverBlock"] = field(default_factory=dict)
    maps: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names the block takes."""
        return (*self.attributes, *self.blocks, *self.maps)


_NAMESPACES = or_null({"pid_mode": choice("", "private", "host"), "ipc_mode": choice("", "private", "host")})

_MOUNT = DriverBlock(
    attributes=or_null({"type": choice("", "bind", "volume", "tmpfs")} | texts("target", "source") | flags("readonly")),
    blocks={
        "bind_options": DriverBlock(attributes=or_null(texts("propagation"))),
        "tmpfs_options": DriverBlock(attributes=or_null({"size": NUMBER, "mode": NUMBER})),
        "volume_options": DriverBlock(
            attributes=or_null(flags("no_copy")),
            maps=("labels",),
            blocks={"driver_config": DriverBlock(attributes=or_null(texts("name")), maps=("options",))},
        ),
    },
)
_DOCKER = DriverBlock(
    attributes=or_null(
        texts(
            "image",
            "cgroupns",
            "command",
            "cpuset_cpus",
            "hostname",
            "ipc_mode",
            "ipv4_address",
            "ipv6_address",
            "isolation",
            "load",
            "mac_address",
            "network_mode",
            "runtime",
            "pid_mode",
            "image_pull_timeout",
            "uts_mode",
            "userns_mode",
            "volume_driver",
            "work_dir",
        )
        | flags(
            "advertise_ipv6_address",
            "auth_soft_fail",
            "cpu_hard_limit",
            "force_pull",
            "init",
            "interactive",
            "privileged",
            "readonly_rootfs",
            "tty",
        )
        | lists(
            "args",
            "cap_add",
            "cap_drop",
            "dns_search_domains",
            "dns_options",
            "dns_servers",
            "entrypoint",
            "extra_hosts",
            "group_add",
            "network_aliases",
            "ports",
            "security_opt",
            "volumes",
        )
        | dict.fromkeys(
            (
                "cpu_cfs_period",
                "container_exists_attempts",
                "memory_hard_limit",
                "oom_score_adj",
                "pids_limit",
                "shm_size",
            ),
            NUMBER,
        )
    ),
    blocks={
        "auth": DriverBlock(attributes=or_null(texts("username", "password", "email", "server_address"))),
        "devices": DriverBlock(attributes=or_null(texts("host_path", "container_path", "cgroup_permissions"))),
        "healthchecks": DriverBlock(attributes=or_null(flags("disable"))),
        "logging": DriverBlock(attributes=or_null(texts("type", "driver")), maps=("config",)),
        "mount": _MOUNT,
        "mounts": _MOUNT,
    },
    maps=("labels", "port_map", "storage_opt", "sysctl", "ulimit"),
    required=("image",),
)
_EXEC = DriverBlock(
    attributes=or_null(texts("command", "work_dir") | lists("args", "cap_add", "cap_drop")) | _NAMESPACES,
    required=("command",),
)
_JAVA = DriverBlock(
    attributes=or_null(
        texts("class", "class_path", "jar_path", "work_dir") | lists("args", "jvm_options", "cap_add", "cap_drop")
    )
    | _NAMESPACES,
    one_of=("jar_path", "class"),
)
_RAW_EXEC = DriverBlock(
    attributes=or_null(
        texts("command", "cgroup_v2_override", "work_dir")
        | lists("args", "denied_envvars")
        | {"oom_score_adj": AttributeRule(kind=INTEGER.kind, least=0)}
    ),
    maps=("cgroup_v1_override",),
    required=("command",),
)
_QEMU = DriverBlock(
    attributes=or_null(
        texts("image_path", "emulator", "machine_type", "drive_interface", "accelerator")
        | flags("graceful_shutdown", "guest_agent")
        | lists("args")
    ),
    maps=("port_map",),
    required=("image_path",),
)

DRIVERS: Final[Mapping[str, DriverBlock]] = {
    "docker": _DOCKER,
    "exec": _EXEC,
    "java": _JAVA,
    "qemu": _QEMU,
    "raw_exec": _RAW_EXEC,
}
ABSOLUTE_WORK_DIR: Final = ("exec", "java", "raw_exec")
