"""
Constraints, affinities and spreads.

Source: Nomad 1.11.3, ``nomad/structs/structs.go`` (Constraint, Affinity and Spread.Validate) and
``jobspec2/hcl_conversions.go`` for the short forms such as ``distinct_hosts = true``.
"""

import re
from collections.abc import Iterator

from deployer.finding import did_you_mean
from deployer.jobspec.node import Complaint, Node

_COMPARING = ("=", "==", "is", "!=", "not", "<", "<=", ">", ">=")
_CONTAINING = ("set_contains", "set_contains_all", "set_contains_any")
_PRESENCE = ("is_set", "is_not_set")
_DISTINCT = ("distinct_hosts", "distinct_property")
_WITHOUT_SHORT_FORM = ("set_contains_all", "set_contains_any", "is_set", "is_not_set")
"""Nomad takes these attributes and then forgets them."""
_CONSTRAINT_OPERATORS = (*_COMPARING, *_CONTAINING, *_PRESENCE, *_DISTINCT, "regexp", "version", "semver")
_AFFINITY_OPERATORS = (*_COMPARING, *_CONTAINING, "regexp", "version", "semver")
_EXACT_TARGETS = ("${node.unique.id}", "${node.datacenter}", "${node.unique.name}", "${node.class}", "${node.pool}")
_TARGET_PREFIXES = ("${attr.", "${device.", "${meta.")
_VERSION = r"v?\d+(\.\d+)*[-+~.0-9A-Za-z]*"
_VERSIONS = {
    "version": re.compile(rf"\s*(=|!=|>|<|>=|<=|~>)?\s*{_VERSION}\s*"),
    "semver": re.compile(rf"\s*(=|!=|>|<|>=|<=)?\s*{_VERSION}\s*"),
}
_UNKNOWN_TO_GO = re.compile(r"\(\?(?:=|!|<=|<!)|\\[1-9]")
_BROKEN = ("unterminated", "unbalanced", "missing )", "nothing to repeat", "multiple repeat", "bad character range")


def constraint_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Constraint.Validate refuses."""
    lost = [name for name in _WITHOUT_SHORT_FORM if node.has(name)]
    if lost and not node.has("operator"):
        yield node.complain(f'{lost[0]} has no short form in a constraint; write operator = "{lost[0]}"', lost[0])
        return
    operator = _short_form(node, ("version", "semver", "regexp", "set_contains"))
    operator = "distinct_hosts" if node.has("distinct_hosts") else operator
    target = node.text("attribute")
    if node.has("distinct_property"):
        operator, target = "distinct_property", node.text("distinct_property")
    value = _value(node, operator)
    if operator is None:
        return
    if operator not in _CONSTRAINT_OPERATORS:
        near = did_you_mean(operator, _CONSTRAINT_OPERATORS)
        yield node.complain(f"unknown constraint operator {operator!r}{near}", "operator")
        return
    yield from _value_complaints(node, operator, value)
    if operator != "distinct_hosts" and target is not None:
        yield from _target_complaints(node, operator, target)


def constraint_fits_one_task(node: Node) -> Iterator[Complaint]:
    """Yield ``distinct_…`` in a task: it speaks about allocations (Task.Validate)."""
    for name in _DISTINCT:
        if node.has(name) or node.text("operator") == name:
            place = name if node.has(name) else "operator"
            yield node.complain(f"{name} is not allowed in a task; move the constraint to its group", place)


def affinity_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Affinity.Validate refuses."""
    short = ("version", "semver", "regexp", "set_contains_any", "set_contains_all", "set_contains")
    operator = _short_form(node, short)
    if operator is not None and operator not in _AFFINITY_OPERATORS:
        near = did_you_mean(operator, _AFFINITY_OPERATORS)
        yield node.complain(f"unknown affinity operator {operator!r}{near}", "operator")
    elif operator is not None:
        yield from _value_complaints(node, operator, _value(node, operator))
    if node.text("attribute") == "":
        yield node.complain("attribute is missing; it says which property of a node counts", "attribute")
    weight = node.whole("weight", 50)
    if weight == 0 or (weight is not None and abs(weight) > 100):  # noqa: PLR2004 - Nomad's own bounds
        yield node.complain(f"weight must be between -100 and 100 and not 0, not {weight}", "weight")


def spread_holds(node: Node) -> Iterator[Complaint]:
    """Yield what Spread.Validate refuses; the weights' bounds are in the table."""
    if node.text("attribute") == "":
        yield node.complain("attribute is missing; it says over what the allocations are spread", "attribute")
    seen: set[str] = set()
    total = 0
    for target in node.all("target"):
        if target.name in seen and "${" not in target.name:
            yield target.complain(f"the target {target.name!r} is given twice; keep one of the two")
        seen.add(target.name)
        total += target.whole("percent", 0) or 0
    if total > 100:  # noqa: PLR2004 - per cent
        yield node.complain(f"the percentages of the targets add up to {total}; at most 100 are allowed")


def _short_form(node: Node, names: tuple[str, ...]) -> str | None:
    chosen = [name for name in names if node.text(name) != ""]
    if chosen:
        return chosen[-1]
    return node.text("operator", "=") or ("=" if node.has("operator") and node.text("operator") == "" else None)


def _value(node: Node, operator: str | None) -> str | None:
    if operator is not None and operator in node.values and operator not in _DISTINCT:
        return node.text(operator)
    return node.text("value")


def _value_complaints(node: Node, operator: str, value: str | None) -> Iterator[Complaint]:
    place = operator if operator in node.values else "value"
    if value is None:
        return
    if operator in (*_COMPARING, *_CONTAINING) and not value:
        yield node.complain(f"value is missing; the operator {operator!r} compares with it", "value")
    elif operator in _PRESENCE and value:
        yield node.complain(f"the operator {operator!r} takes no value", "value")
    elif operator == "distinct_property" and value and (not value.isdigit() or int(value) < 1):
        yield node.complain(f"value must be a whole number of at least 1 for distinct_property, not {value!r}", "value")
    elif operator == "regexp" and (reason := _regexp_complaint(value)):
        yield node.complain(f"the regular expression does not compile: {reason}", place)
    elif operator in _VERSIONS:
        shape = _VERSIONS[operator]
        wrong = [part for part in value.split(",") if not shape.fullmatch(part)]
        if wrong:
            example = 'such as ">= 1.2, < 2.0"'
            yield node.complain(f"{wrong[0].strip()!r} is no {operator} constraint; write one {example}", place)


def _regexp_complaint(text: str) -> str:
    if _UNKNOWN_TO_GO.search(text):
        return "Go knows no lookaround and no backreferences"
    try:
        re.compile(text)
    except re.error as error:
        # Python refuses some of what Go takes (\pL, \z); only faults that both have count.
        return error.msg if any(word in error.msg for word in _BROKEN) else ""
    return ""


def _target_complaints(node: Node, operator: str, target: str) -> Iterator[Complaint]:
    place = "distinct_property" if operator == "distinct_property" and node.has(operator) else "attribute"
    if not target:
        yield node.complain(f"attribute is missing; the operator {operator!r} looks at one", place)
        return
    if not target.startswith("$") or target in _EXACT_TARGETS:
        return
    if target.startswith("${") and target.endswith("}") and target.startswith(_TARGET_PREFIXES):
        return
    near = did_you_mean(target, _EXACT_TARGETS)
    known = "${attr.…}, ${meta.…}, ${device.…} and ${node.datacenter}, .class, .pool, .unique.id, .unique.name"
    yield node.complain(f"nodes have no {target}{near or f'; there are {known}'}", place)
