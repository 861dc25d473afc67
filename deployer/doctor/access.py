"""Judges what our tokens may do, namespace by namespace; pure."""

from collections.abc import Mapping

from deployer.cluster.model import AclSelf
from deployer.doctor.model import Attempt, Check, ConsulRight, Readings, fails, not_read, ok, warning
from deployer.doctor.needs import Needs
from deployer.doctor.rights import NEEDED_IN_NAMESPACE, may_read_nodes, missing_capabilities, missing_on_variables


def check_nomad_access(readings: Readings, needs: Needs) -> list[Check]:
    """Judge namespaces, the token's rights in each, and whether releases can be recorded."""
    acl = readings.nomad_acl
    if acl.value is None:
        return [not_read("nomad", acl)]
    token = _token("nomad", acl.value, "NOMAD_TOKEN")
    if acl.value.anonymous:
        return token
    return [
        *token,
        *_namespaces(readings.namespaces, needs),
        *(check for namespace in needs.namespaces for check in _rights(acl.value, namespace)),
        *(_records(readings, acl.value, namespace, path) for namespace, path in needs.variables.items()),
        *([] if may_read_nodes(acl.value) else [_NO_NODES]),
    ]


_NO_NODES = warning(
    "nomad", "the token may not read nodes: they are not looked at", 'add node { policy = "read" } to its policy'
)


def _namespaces(seen: Attempt[tuple[str, ...]], needs: Needs) -> list[Check]:
    if seen.value is None:
        return [not_read("nomad", seen)]
    missing = [name for name in needs.namespaces if name not in seen.value]
    if not missing:
        names = ", ".join(needs.namespaces)
        return [ok("nomad", f"namespace{'s' if len(needs.namespaces) > 1 else ''} {names} exist{_s(needs.namespaces)}")]
    return [
        fails("nomad", f"there is no namespace {name!r}, or the token may not see it", f"nomad namespace apply {name}")
        for name in missing
    ]


def _s(names: tuple[str, ...]) -> str:
    return "s" if len(names) == 1 else ""


def _token(part: str, acl: AclSelf, variable: str) -> list[Check]:
    if not acl.enabled:
        return [warning(part, "it has no access control: whoever reaches it may do everything", "enable ACLs")]
    if acl.anonymous:
        return [fails(part, "no token is sent", f"set {variable}, or token_file in nomadeploy.hcl")]
    kind = "a management token" if acl.management else "the token"
    name = f" {acl.name!r}" if acl.name else ""
    return [ok(part, f"{kind}{name} is known")]


def _rights(acl: AclSelf, namespace: str) -> list[Check]:
    if not acl.enabled:
        return []
    missing = missing_capabilities(acl, namespace)
    if not missing:
        return [ok("nomad", f"the token may do what `run` does in namespace {namespace!r}")]
    return [
        fails(
            "nomad",
            f"in namespace {namespace!r} the token lacks {name!r}, {NEEDED_IN_NAMESPACE[name]}",
            f'add it to the capabilities of namespace "{namespace}" in its policy',
        )
        for name in missing
    ]


def _records(readings: Readings, acl: AclSelf, namespace: str, path: str) -> Check:
    attempt = readings.variables[namespace]
    where = f"Variables below {path!r} in namespace {namespace!r}"
    missing = missing_on_variables(acl, namespace, f"{path}/doctor")
    if attempt.error is not None:
        hint = f'add path "{path}/*" with {", ".join(missing)} to its policy' if missing else attempt.hint
        return fails("nomad", f"{where} cannot be written: {attempt.error}", hint)
    if missing:
        hint = f'add path "{path}/*" with {", ".join(missing)} to its policy'
        return fails("nomad", f"the token lacks {', '.join(missing)} on {where}", hint)
    return ok("nomad", f"{where} can be written")


def check_consul_access(acl: Attempt[AclSelf], rights: Attempt[Mapping[ConsulRight, bool]]) -> list[Check]:
    """Judge our token in Consul, by Consul's own word on each right."""
    if acl.value is None:
        return [not_read("consul", acl)]
    checks = _token("consul", acl.value, "CONSUL_HTTP_TOKEN")
    if not acl.value.enabled or acl.value.anonymous:
        return checks
    if rights.value is None:
        return [*checks, not_read("consul", rights)]
    missing = [right for right, held in rights.value.items() if not held]
    if not missing:
        return [*checks, ok("consul", "the token may do what `run` does")]
    return [*checks, *(fails("consul", f"the token lacks {right}", "add it to its policy") for right in missing)]
