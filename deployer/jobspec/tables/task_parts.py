"""
The blocks of a task that stand for themselves: logs, templates, artifacts, identities and the like.

Source: Nomad 1.11.3, ``api/tasks.go``, ``api/task_sched.go``, ``api/consul.go`` (hcl tags).
"""

from deployer.jobspec.rules import task_parts
from deployer.jobspec.schema import (
    FREE_MAP,
    INTEGER,
    STRING,
    TEXT_MAP,
    AttributeRule,
    BlockRule,
    Kind,
    choice,
    flags,
    lists,
    one,
    or_null,
    spans,
    texts,
)

_NEEDED_TEXT = AttributeRule(kind=Kind.STRING, required=True)
_ONE_OR_MORE = AttributeRule(kind=Kind.INTEGER, least=1)

LOGS = BlockRule(
    attributes=or_null({"max_files": _ONE_OR_MORE, "max_file_size": _ONE_OR_MORE} | flags("enabled", "disabled"))
)
LIFECYCLE = BlockRule(
    attributes={
        "hook": AttributeRule(kind=Kind.STRING, required=True, one_of=("prestart", "poststart", "poststop")),
        **flags("sidecar"),
    }
)
ARTIFACT = BlockRule(
    attributes=or_null(texts("source", "destination") | {"mode": choice("", "any", "file", "dir")} | flags("insecure"))
    | flags("chown"),
    blocks={"options": one(TEXT_MAP), "headers": one(TEXT_MAP)},
    rules=(task_parts.artifact_holds,),
)
CHANGE_SCRIPT = BlockRule(
    attributes=or_null(texts("command") | flags("fail_on_error", "run_on_first_render"))
    | lists("args")
    | spans("timeout"),
)
TEMPLATE = BlockRule(
    attributes=or_null(
        texts("source", "destination", "data", "change_signal", "perms", "left_delimiter", "right_delimiter")
        | flags("once", "env", "error_on_missing_key")
        | {
            "change_mode": choice("noop", "restart", "signal", "script"),
            "uid": INTEGER,
            "gid": INTEGER,
        }
    )
    | {"splay": AttributeRule(kind=Kind.DURATION, least=0)}
    | spans("vault_grace"),
    blocks={
        "change_script": one(CHANGE_SCRIPT),
        "wait": one(BlockRule(attributes=spans("min", "max"), rules=(task_parts.wait_holds,))),
    },
    rules=(task_parts.template_holds,),
)
VAULT = BlockRule(
    attributes=lists("policies")
    | texts("role", "cluster")
    | or_null(
        texts("namespace", "change_signal")
        | flags("env", "disable_file", "allow_token_expiration")
        | {"change_mode": choice("", "noop", "signal", "restart")}
    ),
    rules=(task_parts.vault_holds,),
)
CONSUL = BlockRule(attributes=texts("namespace", "cluster", "partition"))
SECRET = BlockRule(
    attributes=texts("provider", "path"),
    blocks={"config": one(FREE_MAP), "env": one(TEXT_MAP)},
    rules=(task_parts.secret_holds,),
)
IDENTITY = BlockRule(
    attributes=texts("name", "change_signal", "filepath", "service_name")
    | lists("aud", "extra_claims")
    | flags("env", "file")
    | {
        "change_mode": choice("", "noop", "restart", "signal"),
        "ttl": AttributeRule(kind=Kind.DURATION, least=0),
    },
    rules=(task_parts.identity_holds,),
)
ACTION = BlockRule(attributes={"command": _NEEDED_TEXT} | lists("args"), rules=(task_parts.action_holds,))
VOLUME_MOUNT = BlockRule(
    attributes=or_null(
        texts("volume", "destination")
        | flags("read_only")
        | {
            "propagation_mode": choice("", "private", "host-to-task", "bidirectional"),
            "selinux_label": choice("", "z", "Z"),
        }
    )
)
CSI_PLUGIN = BlockRule(
    attributes={"id": STRING, "type": choice("", "node", "controller", "monolith")}
    | texts("mount_dir", "stage_publish_base_dir")
    | spans("health_timeout"),
    rules=(task_parts.csi_plugin_holds,),
)
SCHEDULE = BlockRule(
    blocks={"cron": one(BlockRule(attributes=texts("start", "end", "timezone"), rules=(task_parts.schedule_holds,)))}
)
DISPATCH_PAYLOAD = BlockRule(attributes=texts("file"))
