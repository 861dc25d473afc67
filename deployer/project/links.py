"""How the apps of an environment name each other: calls, order, and public hosts; pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from deployer.finding import Finding, did_you_mean
from deployer.project.model import App, Call

_PORT = re.compile(r"(?!0)[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]")


def link_calls(apps: Sequence[App], findings: list[Finding], declared: set[str]) -> list[App]:
    """
    Return the apps with their calls resolved to services and local ports.

    Args:
        findings: receives unknown names, port clashes, cycles and public routes used twice.
        declared: names of all apps, also of those that could not be resolved.
    """
    linked = []
    named: dict[str, list[App]] = defaultdict(list)
    in_stack: dict[str, set[str]] = defaultdict(set)
    for app in apps:
        named[app.name].append(app)
        in_stack[app.stack].add(app.name)
    for app in apps:
        calls = [_call(app, text, named, declared, findings) for text in app.values.get("calls") or ()]
        found = tuple(call for call in calls if call is not None)
        _check_ports(app, found, findings)
        _check_after(app, in_stack[app.stack], declared, findings)
        if app.values.get("smoke") and app.public is None:
            _find(
                app,
                ("smoke",),
                "asks through the public route, and this app is private; add public, or a check",
                findings,
            )
        linked.append(replace(app, calls=found))
    _check_cycles(linked, findings)
    _check_routes(linked, findings)
    return linked


def _find(app: App, key: tuple[str | int, ...], message: str, findings: list[Finding]) -> None:
    path, line = app.line_of(key)
    findings.append(Finding(path=path, line=line, key=f"app/{app.name}/{key[0]}", message=message))


def _call(
    app: App, text: str, apps: Mapping[str, Sequence[App]], declared: set[str], findings: list[Finding]
) -> Call | None:
    name, _, port = text.partition(":")
    target = find_app(name, app.stack, apps.get(name.rpartition("/")[2], ()))
    if target is None:
        if message := _unfound(name, apps.get(name, ()), app.environment, declared):
            _find(app, ("calls",), message, findings)
        return None
    if port and not _PORT.fullmatch(port):
        _find(app, ("calls",), f"{text!r}: the local port after the colon is a number from 1 to 65535", findings)
        return None
    local = int(port) if port else target.values.get("port")
    if not local:
        _find(app, ("calls",), f'app {name!r} has no port; set one, or write "{name}:PORT"', findings)
        return None
    return Call(app=target.name, stack=target.stack, service=target.service, port=int(local))


def _unfound(name: str, named: Sequence[App], environment: str, declared: set[str]) -> str:
    if named:
        choices = " or ".join(f'"{app.stack}/{app.name}"' for app in named)
        return f"several stacks have an app {name!r}; write {choices}"
    if name in declared:  # its own findings say why it is not there
        return ""
    return f"there is no app {name!r} in environment {environment!r}{did_you_mean(name, declared)}"


def find_app(name: str, stack: str, apps: Sequence[App]) -> App | None:
    """Return an app by ``app`` (same stack first) or ``stack/app``."""
    wanted_stack, slash, wanted = name.partition("/")
    if slash:
        return next((app for app in apps if (app.stack, app.name) == (wanted_stack, wanted)), None)
    named = [app for app in apps if app.name == name]
    return next((app for app in named if app.stack == stack), named[0] if len(named) == 1 else None)


def _check_ports(app: App, calls: Sequence[Call], findings: list[Finding]) -> None:
    taken: dict[int, str] = {int(app.values["port"]): "the app itself"} if app.values.get("port") else {}
    for call in calls:
        if call.port in taken:
            advice = f'write "{call.app}:PORT" with a free port'
            _find(
                app,
                ("calls",),
                f"local port {call.port} of {call.app!r} is taken by {taken[call.port]}; {advice}",
                findings,
            )
        taken.setdefault(call.port, call.app)


def _check_after(app: App, in_stack: set[str], declared: set[str], findings: list[Finding]) -> None:
    for name in app.after:
        if name not in in_stack and name in declared:
            _find(app, ("after",), f"app {name!r} is in another stack; stacks are released one by one", findings)
        elif name not in declared:
            hint = did_you_mean(name, in_stack)
            _find(app, ("after",), f"there is no app {name!r} in stack {app.stack!r}{hint}", findings)


def dependencies(apps: Sequence[App]) -> Mapping[str, frozenset[str]]:
    """Return each app's name with the apps of its stack that come first: those it calls and those in `after`."""
    names = {(app.stack, app.name) for app in apps}
    return {
        app.name: frozenset(
            [name for name in app.after if (app.stack, name) in names]
            + [call.app for call in app.calls if call.stack == app.stack and (call.stack, call.app) in names]
        )
        - {app.name}
        for app in apps
    }


def _check_cycles(apps: Sequence[App], findings: list[Finding]) -> None:
    for stack in sorted({app.stack for app in apps}):
        own = [app for app in apps if app.stack == stack]
        try:
            TopologicalSorter({name: sorted(before) for name, before in dependencies(own).items()}).prepare()
        except CycleError as error:
            circle = " → ".join(reversed(error.args[1]))
            first = next(app for app in own if app.name == error.args[1][0])
            key = ("after",) if first.after else ("calls",)
            _find(
                first, key, f"the order runs in a circle: {circle}; break it with a call that needs no order", findings
            )


def _check_routes(apps: Sequence[App], findings: list[Finding]) -> None:
    seen: dict[tuple[str, str, str], App] = {}
    for app in apps:
        if app.public is None or not app.public.get("host"):
            continue
        route = (str(app.public["host"]), str(app.public["path"]), str(app.public["entrypoint"]))
        if route in seen:
            other = seen[route]
            message = f"{route[0]}{route[1]} is the public route of {other.name!r} already ({other.path}:{other.line})"
            _find(app, ("public", "host"), message, findings)
        seen.setdefault(route, app)
