"""
Holds a block tree against its shape: unknown names, wrong types, missing parts; pure.

Source: Nomad 1.11.3 ``jobspec2`` and the gohcl decoder of its HCL fork, which decide what a job file
may contain; the shapes themselves are in ``deployer/jobspec/tables``.
"""

from collections.abc import Callable, Iterator, Mapping

from deployer.finding import did_you_mean
from deployer.hcl.body import Expression, Template, Value
from deployer.jobspec.durations import SECOND, nanoseconds, spoken
from deployer.jobspec.node import Complaint, Node, boolean, integer
from deployer.jobspec.schema import AttributeRule, BlockRule, BlockUse, Kind

_NEEDED = {
    Kind.STRING: "a string",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DURATION: 'a duration such as "30s" or "1h30m"',
    Kind.STRINGS: "a list of strings",
    Kind.INTEGERS: "a list of whole numbers",
    Kind.STRING_MAP: "a map of strings",
}


def complaints(node: Node, rule: BlockRule) -> Iterator[Complaint]:
    """Yield everything that is wrong with a block and the blocks in it."""
    yield from _attribute_complaints(node, rule)
    for type_, children in node.children.items():
        use = rule.blocks.get(type_)
        if use is None:
            if rule.free is not Kind.ANY:
                yield from (_unexpected_block(child, rule) for child in children)
            continue
        if len(children) > 1 and not use.many:
            yield children[1].complain(f"only one {type_} block is allowed here; merge the two")
        for child in children:
            yield from _label_complaints(child, use)
            yield from complaints(child, use.rule)
    for check in rule.rules:
        yield from check(node)


def _attribute_complaints(node: Node, rule: BlockRule) -> Iterator[Complaint]:
    known, free = rule.attributes, rule.free
    for name, value in node.values.items():
        found = known.get(name)
        if found is not None:
            words = complaint_about(value, found)
            if words:
                yield node.complain(words, name)
        elif free is None:
            yield from _unexpected_attribute(node, name, rule)
        elif words := _kind_complaint(value, free):
            yield node.complain(words, name)
    for name, attribute in known.items():
        if attribute.required and name not in node.values and name not in node.children:
            yield node.complain(f"{name} is missing; {_noun(node)} needs it", name)


def _unexpected_attribute(node: Node, name: str, rule: BlockRule) -> Iterator[Complaint]:
    use = rule.blocks.get(name)
    if use is None:
        near = did_you_mean(name, (*rule.attributes, *rule.blocks))
        yield node.complain(f"{_noun(node)} has no attribute {name!r}{near}", name)
    elif not use.as_attribute:
        yield node.complain(f"{name} is a block: write it as {name} {{ … }}, without the equals sign", name)
    elif not isinstance(node.values[name], Expression):
        words = _kind_complaint(node.values[name], Kind.STRING_MAP)
        if words:
            yield node.complain(words, name)
        elif name in node.children:
            yield node.complain(f"{name} is set as an attribute and as a block; keep one of the two", name)


def _unexpected_block(child: Node, rule: BlockRule) -> Complaint:
    if child.type == "dynamic":
        return child.complain("a dynamic block needs one label, for_each and a content block")
    if child.type in rule.attributes:
        return child.complain(f"{child.type} is an attribute: write it as {child.type} = …, with an equals sign")
    if rule.free is not None:
        return child.complain(f"{_noun(child.parent)} takes only attributes; {child.type!r} is a block")
    near = did_you_mean(child.type, (*rule.blocks, *rule.attributes))
    return child.complain(f"{_noun(child.parent)} has no block {child.type!r}{near}")


def _noun(node: Node | None) -> str:
    if node is None or not node.type:
        return "a job file"
    return f"{'an' if node.type[0] in 'aeio' else 'a'} {node.type} block"


def _label_complaints(child: Node, use: BlockUse) -> Iterator[Complaint]:
    given = len(child.labels)
    if given < use.labels:
        yield child.complain(f'{child.type} needs a name: {child.type} "name" {{ … }}')
    elif given > use.labels:
        allowed = "no label" if use.labels == 0 else "one label"
        yield child.complain(f"{child.type} takes {allowed}, but has {given}")


def complaint_about(value: Value, rule: AttributeRule) -> str:
    """Return what is wrong with a value, or an empty string; values known later are never wrong."""
    if value is None:
        return "" if rule.nullable and not rule.required else f"must be {_NEEDED.get(rule.kind, 'set')}, not null"
    words = _kind_complaint(value, rule.kind)
    if words:
        return words
    if rule.one_of and not isinstance(value, Expression | Template) and _as_text(value) not in rule.one_of:
        allowed = ", ".join(word for word in rule.one_of if word)
        return f"must be one of {allowed}, not {value!r}{did_you_mean(_as_text(value), rule.one_of)}"
    if rule.least is not None or rule.most is not None:
        return _range_complaint(value, rule)
    return ""


def _as_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind_complaint(value: Value, kind: Kind) -> str:
    if kind is Kind.STRING and type(value) is str:  # by far the most frequent
        return ""
    if kind is Kind.ANY or isinstance(value, Expression):
        return ""
    if kind is Kind.DURATION and isinstance(value, str) and nanoseconds(value) is None:
        return f'must be a duration such as "30s" or "1h30m", not {value!r}'
    return "" if _fits(value, kind) else f"must be {_NEEDED[kind]}, not {_spoken_value(value)}"


def _fits(value: Value, kind: Kind) -> bool:
    if isinstance(value, Expression):
        return True
    if isinstance(value, Template):
        # A string that is put together later may become a number, never a list.
        return kind not in (Kind.STRINGS, Kind.INTEGERS, Kind.STRING_MAP)
    return _PREDICATES[kind](value)


def _are(value: Value, kind: Kind) -> bool:
    return isinstance(value, list) and all(_fits(item, kind) for item in value)


def _is_string_map(value: Value) -> bool:
    return isinstance(value, dict) and all(_fits(item, Kind.STRING) for item in value.values())


def _is_number(value: Value) -> bool:
    if isinstance(value, str):
        return integer(value) is not None or value.replace(".", "", 1).lstrip("-").isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool)


_PREDICATES: Mapping[Kind, Callable[[Value], bool]] = {
    Kind.STRING: lambda value: isinstance(value, str | bool | int | float),
    Kind.INTEGER: lambda value: integer(value) is not None,
    Kind.NUMBER: _is_number,
    Kind.BOOLEAN: lambda value: boolean(value) is not None,
    Kind.DURATION: lambda value: isinstance(value, str) or integer(value) is not None,
    Kind.STRINGS: lambda value: _are(value, Kind.STRING),
    Kind.INTEGERS: lambda value: _are(value, Kind.INTEGER),
    Kind.STRING_MAP: _is_string_map,
    Kind.ANY: lambda _value: True,
}


def _range_complaint(value: Value, rule: AttributeRule) -> str:
    is_span = rule.kind is Kind.DURATION
    amount = nanoseconds(value) if is_span and isinstance(value, str) else integer(value)
    if amount is None:
        return ""
    if rule.least is not None and amount < rule.least:
        return f"must be at least {_bound(rule.least, rule.kind)}, not {_bound(amount, rule.kind)}"
    if rule.most is not None and amount > rule.most:
        return f"must be at most {_bound(rule.most, rule.kind)}, not {_bound(amount, rule.kind)}"
    return ""


def _bound(amount: int, kind: Kind) -> str:
    return spoken(amount) if kind is Kind.DURATION and abs(amount) >= SECOND // 1000 else str(amount)


def _spoken_value(value: Value) -> str:
    match value:
        case dict():
            return "a map"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
        case Template():
            return "a string"
        case None:
            return "null"
        case _:
            return repr(value)
