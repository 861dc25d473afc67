"""
Services and their checks.

Source: Nomad 1.11.3, ``nomad/structs/services.go`` (Service and ServiceCheck.Validate),
``nomad/structs/structs.go`` (TaskGroup.validateServices and validateServices of a task); for ports that
Nomad only misses when the service is registered, ``command/agent/consul/service_client.go``.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from deployer.finding import did_you_mean
from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.reading import group_of, is_later, job_of, networks_of, port_labels

_NAME = re.compile(r"[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]")
_INTERPOLATION = re.compile(r"\$\{[^}]*\}")
_CHECK_TYPES = {"consul": ("grpc", "tcp", "http", "script"), "nomad": ("tcp", "http")}
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
_LONGEST_NOTES = 255
_THRESHOLDS = ("success_before_passing", "failures_before_critical", "failures_before_warning")


def service_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Service.Validate refuses, but for ports and the mesh."""
    yield from _name_complaints(node)
    mode, address = node.text("address_mode"), node.text("address")
    if address and mode in ("host", "driver", "alloc", "alloc_ipv6"):
        yield node.complain(f'address needs address_mode = "auto", not {mode!r}', "address_mode")
    in_task = node.parent is not None and node.parent.type == "task"
    if in_task and mode in ("alloc", "alloc_ipv6"):
        yield node.complain(
            f"address_mode {mode!r} is for a group's services; move the service to the group", "address_mode"
        )
    if not in_task and mode == "driver":
        yield node.complain(
            "address_mode 'driver' is for a task's services; move the service to the task", "address_mode"
        )
    yield from _task_complaints(node)


def _name_complaints(node: Node) -> Iterator[Complaint]:
    name = node.text("name") if "name" in node.values else _default_name(node)
    if name is None:
        return
    if not _NAME.fullmatch(_INTERPOLATION.sub("ENV-VAR", name or _default_name(node) or "-")):
        words = "must be 1 to 63 letters, digits and dashes, and neither begin nor end with a dash"
        reason = "" if node.has("name") else "; it comes from the job's and group's names, set name"
        yield node.complain(f"the service's name {words}, not {name!r}{reason}", "name")


def _default_name(node: Node) -> str | None:
    job, group = job_of(node), group_of(node)
    if job is None or group is None or is_later(group.name):
        return None
    base = job.text("name", job.text("id", job.name) or "")
    task = node.parent.name if node.parent is not None and node.parent.type == "task" else ""
    return None if base is None else "-".join(part for part in (base, group.name, task) if part)


def _task_complaints(node: Node) -> Iterator[Complaint]:
    parent, name = node.parent, node.text("task")
    if parent is None:
        return
    if parent.type == "task":
        if name and name != parent.name:
            yield node.complain(f"the service stands in the task {parent.name!r} and can name no other", "task")
        return
    tasks = {task.name for task in parent.all("task")}
    for check in node.all("check"):
        of_check = check.text("task")
        if of_check and not is_later(of_check) and of_check not in tasks and not any(map(is_later, tasks)):
            near = did_you_mean(of_check, tasks)
            yield check.complain(f"the group has no task {of_check!r}{near}", "task")
        if check.text("type") == "script" and name == "" and of_check == "":
            yield check.complain("task is missing; a group's script check runs in one of its tasks", "task")


def services_differ(group: Node) -> Iterator[Complaint]:
    """Yield services that would have one ID, and two providers in one group (validateServices)."""
    seen: set[tuple[str | None, str, str | None]] = set()
    providers: dict[str, Node] = {}
    owned = [(service, "") for service in group.all("service")]
    owned += [(service, task.name) for task in group.all("task") for service in task.all("service")]
    for service, task in owned:
        name = service.text("name") or _default_name(service)
        identity = (name, task, service.text("port"))
        if identity in seen and None not in identity:
            words = f"there is another service named {name!r} with this port here"
            yield service.complain(words, "name")
        seen.add(identity)
        provider = service.text("provider") or "consul"
        providers.setdefault(provider, service)
        if len(providers) > 1 and providers[provider] is service:
            first = next(iter(providers))
            yield service.complain(f"all services of a group have one provider, and another has {first!r}", "provider")


def ports_exist(group: Node) -> Iterator[Complaint]:
    """Yield services and checks that name a port the group does not have, or none where one is needed."""
    services = [*group.all("service"), *group.all("task", "service")]
    for service in services:
        labels = port_labels(networks_of(service))
        if any(map(is_later, labels)):
            continue
        port, mode = service.text("port"), service.text("address_mode")
        yield from _label_complaints(service, labels, is_number_allowed=_takes_numbers(service, mode))
        for check in service.all("check"):
            of_check = check.text("address_mode")
            yield from _label_complaints(check, labels, is_number_allowed=_takes_numbers(service, of_check))
            if port == "" and check.text("port") == "" and _needs_a_port(check):
                words = "the check needs a port: set port on the check or the service"
                yield check.complain(words, "port")


def _takes_numbers(service: Node, mode: str | None) -> bool:
    # In a task only the driver's own address goes with a number (validateServices).
    is_in_task = service.parent is not None and service.parent.type == "task"
    return not is_in_task or mode in ("driver", None) or service.has("address")


def _needs_a_port(check: Node) -> bool:
    return check.text("type") in ("http", "tcp", "grpc") and check.flag("expose") is False


def _label_complaints(node: Node, labels: set[str], *, is_number_allowed: bool) -> Iterator[Complaint]:
    port = node.text("port")
    if not port or port in labels or port.startswith("connect-"):
        return
    if is_later(port) and node.up("task") is None:  # a task's services must name a label of the network
        return
    if port.lstrip(":").isdigit():
        if not is_number_allowed:
            yield node.complain(
                f'a port number such as {port} needs address_mode = "driver"; name a port label', "port"
            )
        elif int(port.lstrip(":")) == 0 and node.up("task") is not None:
            yield node.complain("a port number must be at least 1", "port")
        return
    near = did_you_mean(port, labels)
    known = "" if near or not labels else f"; there are {', '.join(sorted(labels))}"
    yield node.complain(f"the group's network has no port labelled {port!r}{near}{known}", "port")


def check_holds(node: Node) -> Iterator[Complaint]:
    """Yield what ServiceCheck.Validate refuses for its service's provider."""
    service = node.parent
    provider = (service.text("provider") or "consul") if service is not None else "consul"
    allowed, type_ = _CHECK_TYPES.get(provider, ()), node.text("type")
    if type_ is not None and type_.lower() not in allowed and allowed:
        words = "type is missing" if not type_ else f"unknown check type {type_!r}"
        near = did_you_mean(type_.lower(), allowed)
        yield node.complain(f"{words}; with the provider {provider!r} it is one of {', '.join(allowed)}{near}", "type")
        return
    yield from _type_complaints(node, (type_ or "").lower())
    for name in ("interval", "timeout"):
        if name not in node.values or node.span(name, 0) == 0:
            yield node.complain(f"{name} is missing; a check needs one of at least 1s", name)
    yield from _restart_complaints(node, service)
    if provider == "nomad":
        yield from _nomad_complaints(node)
    else:
        yield from _consul_complaints(node, (type_ or "").lower())


def checks_differ(node: Node) -> Iterator[Complaint]:
    """Yield checks of one name in a task's service; checks without a name share one (validateServices)."""
    if node.parent is None or node.parent.type != "task":
        return
    seen: set[str] = set()
    for check in node.all("check"):
        name = check.text("name")
        if name in seen and not is_later(name):
            yield check.complain(f"there is another check named {name!r} in this service; set name", "name")
        seen.add(name or "")


def _type_complaints(node: Node, type_: str) -> Iterator[Complaint]:
    path = node.text("path")
    if type_ == "http" and path == "":
        yield node.complain('path is missing; an http check needs one, such as "/health"', "path")
    elif type_ == "http" and path and not is_later(path) and urlsplit(path).scheme:
        yield node.complain(f'path must be relative to the service, such as "/health", not {path!r}', "path")
    if type_ == "script" and node.text("command") == "":
        yield node.complain("command is missing; a script check runs it", "command")
    in_task = node.parent is not None and node.parent.parent is not None and node.parent.parent.type == "task"
    mode = node.text("address_mode")
    if in_task and mode in ("alloc", "alloc_ipv6"):
        yield node.complain(f"address_mode {mode!r} is for checks of a group's services", "address_mode")


def _restart_complaints(node: Node, service: Node | None) -> Iterator[Complaint]:
    own = node.first("check_restart")
    around = service.first("check_restart") if service is not None else None
    on_update = node.text("on_update") or (service.text("on_update") if service is not None else "")
    if own is None and around is None:
        return
    if on_update == "ignore":
        yield node.complain('on_update = "ignore" and check_restart exclude each other', "on_update")
    if on_update == "ignore_warnings":
        ignores = [found.flag("ignore_warnings") for found in (own, around) if found is not None]
        if not any(flag is not False for flag in ignores):
            words = 'on_update = "ignore_warnings" needs ignore_warnings = true in check_restart'
            yield node.complain(words, "on_update")


def _nomad_complaints(node: Node) -> Iterator[Complaint]:
    words = "is for services with the provider consul only"
    for name in ("expose", *_THRESHOLDS, "tls_server_name"):
        value = node.text(name) if name == "tls_server_name" else node.values.get(name)
        if value and value not in ("false", "0"):
            yield node.complain(f"{name} {words}", name)
    if node.text("address_mode") == "driver":
        yield node.complain(f'address_mode = "driver" {words}', "address_mode")
    if node.text("on_update") == "ignore_warnings":
        yield node.complain(f'on_update = "ignore_warnings" {words}', "on_update")
    restart = node.first("check_restart")
    if restart is not None and restart.flag("ignore_warnings"):
        yield restart.complain(f"ignore_warnings {words}", "ignore_warnings")
    method = node.text("method")
    if method and node.text("type") == "http" and method.upper() not in _METHODS:
        yield node.complain(f"unknown HTTP method {method!r}", "method")


def _consul_complaints(node: Node, type_: str) -> Iterator[Complaint]:
    if node.flag("expose") and type_ not in ("http", "grpc"):
        yield node.complain("only http and grpc checks can be exposed", "expose")
    for name in _THRESHOLDS:
        if type_ == "script" and (node.whole(name, 0) or 0) > 0:
            yield node.complain(f"{name} is not possible in a script check", name)
    notes = node.text("notes")
    if notes is not None and len(notes.encode()) > _LONGEST_NOTES:
        yield node.complain(f"notes may hold at most {_LONGEST_NOTES} characters", "notes")
