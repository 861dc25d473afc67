"""
A job's nodes from pygohcl, some twenty times faster than the exact parse; pure.

There are no lines, so this answers one question: is the job beyond doubt. Where pygohcl's result could
mean two things (an expression or a string, a block or an attribute), the answer is None, and the exact
parse has the word.
"""

import re
from functools import cache
from typing import Any

from deployer.hcl.body import Value
from deployer.hcl.parse import go_parser
from deployer.jobspec.node import NO_ATTRIBUTES, Node
from deployer.jobspec.schema import BlockRule, BlockUse, Kind
from deployer.jobspec.tables.job import FILE

_TEXTS = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?\s*(?P<mark>[\w-]+)\n.*?^[ \t]*(?P=mark)[ \t]*$',
    re.DOTALL | re.MULTILINE,
)
_EXPRESSION = re.compile(
    # A value that is a reference, a call, a parenthesis; a value followed by an operator.
    r"[=\[,:][ \t]*\n?[ \t]*(?!true\b|false\b|null\b)[A-Za-z_!(](?![\w-]*[ \t]*[=:](?!=))"
    r"|[\d\")\]][ \t]*[-+*/%?<>&|!]"
)
_MAP_OR_LIST = re.compile(r"^[ \t]*([\w-]+)[ \t]*(=[ \t]*[\[{]|\{|\")", re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_NEVER_LABELLED = frozenset({"config", "policy", "meta", "env", "options", "headers", "header"})
_BLOCK_ONLY_IN = {"env": ("sidecar_task", "secret"), "meta": ("service", "region")}
"""Jobs, groups and tasks take these as maps too; the blocks named here do not."""
_NEEDS_THE_EXACT_PARSE = frozenset({"dynamic", "variable", "variables", "locals"})
_INTERPOLATION = re.compile(r"\$\{([^}]*)\}")
_PLAIN_REFERENCE = re.compile(r"(?!var\.|local\.)[A-Za-z_][\w.-]*")
_WHOLE_INTERPOLATION = re.compile(r'"\$\{\s*([\w.-]+)\s*\}"')


class _Doubt(Exception):
    """The result could mean two things."""


def quick_node(text: str) -> Node | None:
    """Return the file's node, or None where only the exact parse can tell."""
    parser = go_parser()
    if parser is None or "%{" in text:
        return None
    if "${" in text and not all(_PLAIN_REFERENCE.fullmatch(found) for found in _INTERPOLATION.findall(text)):
        return None
    if _is_doubtful(_TEXTS.sub('""', text)):
        return None
    try:
        data = parser.loads(text, True)
        return _Reader(text).node(("", ()), data, FILE, None)
    except (_Doubt, parser.HCLParseError, parser.HCLInternalError):
        return None


def _is_doubtful(skeleton: str) -> bool:
    """Say whether a text without its strings and comments holds what pygohcl does not tell apart."""
    if _EXPRESSION.search(skeleton):
        return True
    for found in _MAP_OR_LIST.finditer(skeleton):
        name, sign = found.groups()
        if name in _NEEDS_THE_EXACT_PARSE or (name == "args" and sign == "{"):
            return True
        if sign == '"' and name in _NEVER_LABELLED:
            return True
        if sign[0] == "=" and name in _block_names() and not _is_map_there(name, sign[-1], skeleton[: found.start()]):
            return True
    return False


def _is_map_there(name: str, bracket: str, before: str) -> bool:
    if bracket == "[":
        return name == "options"  # a list in a network's dns block
    elsewhere = _BLOCK_ONLY_IN.get(name)
    return elsewhere is not None and _block_around(before) not in elsewhere


def _block_around(before: str) -> str:
    """Return the type of the innermost block that is open at the end of a skeleton."""
    opened: list[int] = []
    for brace in _BRACE.finditer(before):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            opened.pop()
    line = before[before.rfind("\n", 0, opened[-1]) + 1 : opened[-1]] if opened else ""
    return line.split()[0] if line.split() else ""


@cache
def _block_names() -> frozenset[str]:
    """Return the names of all blocks, at whatever depth."""
    names: set[str] = set()
    rules = [FILE]
    while rules:
        blocks = rules.pop().blocks
        names.update(blocks)
        rules += [use.rule for use in blocks.values()]
    return frozenset(names)


class _Reader:
    """Reads one file's data; knows the strings that were one interpolation, whose marks pygohcl drops."""

    def __init__(self, text: str) -> None:
        self._whole = frozenset(_WHOLE_INTERPOLATION.findall(text))

    def node(self, head: tuple[str, tuple[str, ...]], data: Any, rule: BlockRule, parent: Node | None) -> Node:
        """Return the node of a block and all below it."""
        if not isinstance(data, dict):
            raise _Doubt
        values: dict[str, Value] = {}
        children: dict[str, list[Node]] = {}
        node = Node(head[0], head[1], 0, values, NO_ATTRIBUTES, children, parent)
        for name, value in data.items():
            use = rule.blocks.get(name)
            if use is None or name in rule.attributes:
                values[name] = self._value(value) if rule.free is not Kind.STRING else value
            else:
                children[name] = self._children(name, value, use, node)
        return node

    def _children(self, name: str, data: Any, use: BlockUse, node: Node) -> list[Node]:
        if use.labels == 0:
            items = data if isinstance(data, list) else [data]
            return [self.node((name, ()), item, use.rule, node) for item in items]
        if not isinstance(data, dict) or not data:
            raise _Doubt
        return [
            self.node((name, (label,)), item, use.rule, node)
            for label, inner in data.items()
            for item in (inner if isinstance(inner, list) else (inner,))
        ]

    def _value(self, value: Any) -> Value:
        if isinstance(value, str):
            return f"${{{value}}}" if value in self._whole else value
        if isinstance(value, list):
            return [self._value(item) for item in value]
        result: Value = value
        return result
