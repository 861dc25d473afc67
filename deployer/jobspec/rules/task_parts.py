"""
Templates, artifacts, identities, secrets, vault, actions, CSI plugins and schedules.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, ``workload_id.go``, ``actions.go``, ``task_sched.go``
(the Validate methods).
"""

import re
from collections.abc import Iterator

from deployer.jobspec.durations import spoken
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.reading import leaves_the_allocation

_CHECKSUM_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]*")
_IDENTITY_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_SECRET_NAME = re.compile(r"[a-zA-Z0-9_]{1,128}")
_ACTION_NAME = re.compile(r"[^\x00\s]{1,128}")
_START_FIELDS, _END_FIELDS = 6, 2
_MOST_PERMISSIONS = 0o7777


def template_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Template.Validate refuses."""
    if node.text("source") == "" and node.text("data") == "":
        yield node.complain("a template needs source (a file) or data (the text itself)")
    destination = node.text("destination")
    if destination == "":
        yield node.complain("destination is missing; it says where the template is rendered", "destination")
    elif destination is not None and leaves_the_allocation("task", destination):
        yield node.complain("destination leads out of the allocation's folder", "destination")
    permissions = node.text("perms")
    if permissions and (not re.fullmatch(r"[0-7]+", permissions) or int(permissions, 8) > _MOST_PERMISSIONS):
        yield node.complain(f'perms must be octal, such as "0644", not {permissions!r}', "perms")
    yield from _change_mode_complaints(node)


def _change_mode_complaints(node: Node) -> Iterator[Complaint]:
    mode = node.text("change_mode", "restart")
    if mode == "signal":
        yield from _signal_complaints(node)
        if node.flag("env"):
            yield node.complain(
                "a template with env = true cannot use signals: a running task keeps its environment", "env"
            )
    script = node.first("change_script")
    if mode == "script" and script is None:
        yield node.complain('the change_script block is missing; change_mode = "script" runs it', "change_mode")
    if script is not None and script.text("command") == "" and mode == "script":
        yield script.complain("command is missing; the change_script block runs it", "command")


def _signal_complaints(node: Node) -> Iterator[Complaint]:
    # Left out it is SIGHUP (api/tasks.go, Canonicalize of Template and Vault).
    if node.has("change_signal") and node.text("change_signal") == "":
        yield node.complain('change_signal must not be empty; change_mode = "signal" sends it', "change_signal")


def vault_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Vault.Validate refuses."""
    if node.text("change_mode") == "signal":
        yield from _signal_complaints(node)


def wait_holds(node: Node) -> Iterator[Complaint]:
    """Yield a wait whose min is above its max (WaitConfig.Validate)."""
    least, most = node.span("min", 0), node.span("max", 0)
    if node.has("min") and node.has("max") and least is not None and most is not None and least > most:
        yield node.complain(f"min ({spoken(least)}) must not be more than max ({spoken(most)})", "min")


def artifact_holds(node: Node) -> Iterator[Complaint]:
    """Yield what TaskArtifact.Validate refuses."""
    if node.text("source") == "":
        yield node.complain("source is missing; it says where the artifact is fetched from", "source")
    destination = node.text("destination")
    if destination and leaves_the_allocation("task", destination):
        yield node.complain("destination leads out of the allocation's folder", "destination")
    options = node.first("options")
    checksum = options.text("checksum") if options is not None and "checksum" in options.values else None
    if options is not None and checksum is not None and "${" not in checksum:
        words = _checksum_complaint(checksum.strip())
        if words:
            yield options.complain(words, "checksum")


def _checksum_complaint(checksum: str) -> str:
    type_, _, digits = checksum.partition(":")
    length = _CHECKSUM_LENGTHS.get(type_)
    if length is None or ":" in digits:
        return f'checksum must be "type:value" with md5, sha1, sha256 or sha512, not {checksum!r}'
    if len(digits) != length or not _HEXADECIMAL.fullmatch(digits):
        return f"a {type_} checksum has {length} hexadecimal digits, this one has {len(digits)} characters"
    return ""


def secret_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Secret.Validate refuses, and a Vault secret without a vault block (Task.Validate)."""
    if node.labels and "${" not in node.name and not _SECRET_NAME.fullmatch(node.name):
        yield node.complain(f"the name {node.name!r} may hold only letters, digits and underscores")
    for name in ("provider", "path"):
        if node.text(name) == "":
            yield node.complain(f"{name} is missing; a secret needs it", name)
    provider = node.text("provider")
    if provider in ("nomad", "vault") and (env := node.first("env")) is not None and env.values:
        yield env.complain(f"the provider {provider} takes no env block, only custom ones do")
    config = node.first("config")
    if provider not in ("nomad", "vault", "", None) and config is not None and config.values:
        yield config.complain(f"the custom provider {provider} takes no config block, only nomad and vault do")
    if provider == "vault" and node.parent is not None and not _has_vault(node.parent):
        yield node.complain('the provider "vault" needs a vault block in the task, its group or the job', "provider")


def _has_vault(node: Node) -> bool:
    around: Node | None = node
    while around is not None:
        if around.first("vault") is not None:
            return True
        around = around.parent
    # Where a group or job holds the secret, the vault blocks stand in its tasks.
    return any(task.first("vault") for path in (("task",), ("group", "task")) for task in node.all(*path))


def identity_holds(node: Node) -> Iterator[Complaint]:
    """Yield what WorkloadIdentity.Validate refuses, and a service's identity without name or aud."""
    name = node.text("name")
    is_of_service = node.parent is not None and node.parent.type == "service"
    # Nomad names a service's identity itself (job_endpoint_hook_implicit_identities.go).
    if name and not is_of_service and not _IDENTITY_NAME.fullmatch(name):
        yield node.complain(f"the name {name!r} may hold only letters, digits, - and _", "name")
    mode, signal = node.text("change_mode"), node.text("change_signal")
    if mode == "signal" and signal == "":
        yield node.complain('change_signal is missing; change_mode = "signal" sends it', "change_signal")
    elif signal and mode in ("", "noop", "restart"):
        yield node.complain('change_signal needs change_mode = "signal"', "change_signal")
    for index, audience in enumerate(node.items("aud")):
        if audience == "":
            yield node.complain("an audience must not be empty", "aud", index)
    if not is_of_service and name in ("", "default") and node.span("ttl", 0):
        yield node.complain("the default identity has no ttl; give the identity a name of its own", "ttl")
    if node.has("filepath") and node.text("filepath") and node.flag("file") is False:
        yield node.complain("filepath needs file = true", "filepath")
    if is_of_service and node.values.get("aud") in (None, []):
        yield node.complain("aud is missing; a service's identity needs at least one audience", "aud")


def action_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Action.Validate refuses."""
    if node.labels and not _ACTION_NAME.fullmatch(node.name):
        yield node.complain(f"the name {node.name!r} may hold no spaces and at most 128 characters")
    if node.text("command", "-") == "":
        yield node.complain("command must not be empty", "command")


def csi_plugin_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Task.Validate refuses in a CSI plugin's block."""
    for name in ("id", "type"):
        if node.text(name) == "":
            yield node.complain(f"{name} is missing; a CSI plugin needs it", name)
    staging, mount = node.text("stage_publish_base_dir"), node.text("mount_dir")
    if staging and mount and staging.startswith(mount):
        yield node.complain("stage_publish_base_dir must not lie in mount_dir", "stage_publish_base_dir")


def schedule_holds(node: Node) -> Iterator[Complaint]:
    """Yield what TaskSchedule.Validate refuses."""
    for name, fields in (("start", _START_FIELDS), ("end", _END_FIELDS)):
        text = node.text(name)
        if text is None:
            continue
        if text.count(" ") != fields - 1:
            yield node.complain(f"{name} must have {fields} fields separated by single spaces, not {text!r}", name)
        elif "/" in text or "," in text:
            yield node.complain(f"{name} may hold no slash and no comma", name)
