"""
A job's nodes from pygohcl, some twenty times faster than the exact parse; pure.

There are no lines, so this answers one question: is the job beyond doubt. Where pygohcl's result could
mean two things (an expression or a string, a block or an attribute), the answer is None, and the exact
parse has the word.
"""

import re
from typing import Any

from deployer.hcl.body import Value
from deployer.hcl.parse import go_parser
from deployer.jobspec.node import NO_ATTRIBUTES, Node
from deployer.jobspec.schema import BlockRule, BlockUse, Kind

_BLOCK_NAMES = (
    "action|affinity|artifact|canary_meta|change_script|check|check_restart|cni|config|connect|constraint|consul|"
    "cron|csi_plugin|device|disconnect|dispatch_payload|dns|env|ephemeral_disk|expose|gateway|group|header|headers|"
    "identity|ingress|job|lifecycle|link|listener|logs|mesh|mesh_gateway|meta|migrate|mount_options|multiregion|"
    "network|numa|options|parameterized|path|periodic|policy|port|proxy|region|reschedule|resources|restart|scaling|"
    "schedule|secret|service|sidecar_service|sidecar_task|spread|strategy|tagged_addresses|target|task|template|"
    "terminating|transparent_proxy|ui|update|upstreams|vault|volume|volume_mount|wait|weights"
)
_TEXTS = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?\s*(?P<mark>[\w-]+)\n.*?^[ \t]*(?P=mark)[ \t]*$',
    re.DOTALL | re.MULTILINE,
)
_DOUBTFUL = re.compile(
    # A value that is an expression: a reference, a call, a parenthesis, an operator.
    r"[=\[,:]\s*(?!true\b|false\b|null\b)[A-Za-z_!(](?![\w-]*\s*[=:](?!=))"
    # A block written as an attribute, an attribute written as a block, labels where a map has none.
    rf"|^\s*(?:{_BLOCK_NAMES})\s*=\s*[\[{{]|^\s*args\s*\{{|^\s*(?:config|policy|meta|env|options)\s+\""
    r"|^\s*(?:dynamic|variable|variables|locals)\b|[-+*/%?<>&|]\s*[\w(\"]+\s*$",
    re.MULTILINE,
)
_INTERPOLATION = re.compile(r"\$\{([^}]*)\}")
_PLAIN_REFERENCE = re.compile(r"(?!var\.|local\.)[A-Za-z_][\w.-]*")
_WHOLE_INTERPOLATION = re.compile(r'"\$\{\s*([\w.-]+)\s*\}"')


class _Doubt(Exception):
    """The result could mean two things."""


def quick_node(text: str, rule: BlockRule) -> Node | None:
    """Return the file's node, or None where only the exact parse can tell."""
    parser = go_parser()
    if parser is None or "%{" in text:
        return None
    if "${" in text and not all(_PLAIN_REFERENCE.fullmatch(found) for found in _INTERPOLATION.findall(text)):
        return None
    if _DOUBTFUL.search(_TEXTS.sub('""', text)):
        return None
    try:
        data = parser.loads(text, True)
        return _Reader(text).node(("", ()), data, rule, None)
    except (_Doubt, parser.HCLParseError):
        return None


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
