"""
From python-hcl2's syntax tree to a Body with exact values and places; pure.

The library's own value mode changes heredocs, escapes and templates, so the lossless tree is read.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from deployer.finding import Finding
from deployer.hcl import strings
from deployer.hcl.body import Attribute, Block, Body, Expression, Place, Template, Value
from deployer.hcl.plain import Plain, closing_brace

_NUMBER_NODES = {"int_lit": int, "float_lit": float}
_KEYWORDS = {"true": True, "false": False, "null": None}
_TEMPLATE_START = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's unicode.IsSpace takes for a space; Python's str.isspace takes more."""


class Decoder:
    """Decodes one file; collects findings such as attributes that are set twice."""

    def __init__(self, plain: Plain, path: str) -> None:
        self.text = plain.text
        self.original = plain.original
        self.path = path
        self.findings: list[Finding] = []

    def body(self, tree: Any, key: str = "") -> Body:
        """Decode a ``body`` node; `key` says where it stands, for findings."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in tree.children:
            if child is None or child.data == "new_line_or_comment":
                continue
            if child.data == "block":
                blocks.append(self._block(child, key))
                continue
            attribute = self._attribute(child)
            if attribute.name in attributes:
                first = attributes[attribute.name].line
                self._find(child, f"{key}{attribute.name}", f"is already set in line {first}; keep one of the two")
            attributes[attribute.name] = attribute
        return Body(attributes=attributes, blocks=tuple(blocks))

    def _find(self, node: Any, key: str, message: str) -> None:
        self.findings.append(Finding(path=self.path, line=node.meta.line, key=key, message=message))

    def _block(self, node: Any, key: str) -> Block:
        *names, body = [child for child in node.children if hasattr(child, "data")]
        words = [self._word(name) for name in names if name.data != "new_line_or_comment"]
        inner = f"{key}{'/'.join(words)}/"
        return Block(
            type=words[0],
            labels=tuple(words[1:]),
            body=self.body(body, inner),
            line=node.meta.line,
            column=node.meta.column,
        )

    def _word(self, node: Any) -> str:
        if node.data != "string":
            return self.original(str(node.children[0]))
        value = self._string(node)
        if isinstance(value, str):
            return value
        self._find(node, "", "a block label cannot hold an expression")
        return str(value)

    def _attribute(self, node: Any) -> Attribute:
        name, value = node.children[0], node.children[-1]
        places: dict[tuple[str | int, ...], Place] = {}
        return Attribute(
            name=self.original(str(name.children[0])),
            value=self._value(value, (), places),
            line=node.meta.line,
            column=node.meta.column,
            places=places,
        )

    def _value(self, node: Any, path: tuple[str | int, ...], places: dict[tuple[str | int, ...], Place]) -> Value:
        if path:
            places[path] = (node.meta.line, node.meta.column)
        while node.data == "expr_term" and len(node.children) == 1:
            node = node.children[0]
        match node.data:
            case "int_lit" | "float_lit":
                return number(str(node.children[0]))
            case "literal_value":
                return _KEYWORDS[str(node.children[0])]
            case "string":
                return composed(self._string(node))
            case "heredoc_template" | "heredoc_template_trim":
                return composed(heredoc(str(node.children[0])))
            case "tuple":
                items = [
                    child for child in node.children if getattr(child, "data", "") not in ("new_line_or_comment", "")
                ]
                return [self._value(item, (*path, index), places) for index, item in enumerate(items)]
            case "object":
                return self._object(node, path, places)
            case "unary_op" if str(node.children[0]) == "-":
                inner = self._value(node.children[1], path, places)
                if isinstance(inner, int | float) and not isinstance(inner, bool):
                    return -inner
        return Expression(self._source(node))

    def _object(self, node: Any, path: tuple[str | int, ...], places: dict[tuple[str | int, ...], Place]) -> Value:
        result: dict[str, Value] = {}
        for element in node.children:
            if getattr(element, "data", "") != "object_elem":
                continue
            key_node = element.children[0]
            key = self._key(key_node.children[0])
            if key is None:
                return Expression(self._source(node))
            if key in result:
                self._find(element, key, "is set twice in one object; keep one of the two")
            result[key] = self._value(element.children[-1], (*path, key), places)
            places[*path, key] = (element.meta.line, element.meta.column)
        return result

    def _key(self, node: Any) -> str | None:
        while node.data == "expr_term" and len(node.children) == 1:
            node = node.children[0]
        if node.data in ("identifier", "keyword", "literal_value", *_NUMBER_NODES):
            return self.original(str(node.children[0]))
        if node.data == "string":
            value = composed(self._string(node))
            return value if isinstance(value, str) else None
        return None

    def _source(self, node: Any) -> str:
        return self.original(self.text[node.meta.start_pos : node.meta.end_pos].strip())

    def _string(self, node: Any) -> str | Template:
        parts: list[str | Expression] = []
        for part in node.children:
            if getattr(part, "data", "") != "string_part":
                continue
            content = part.children[0]
            if not hasattr(content, "data"):
                parts.append(strings.unescape(str(content)))
            elif content.data == "interpolation":
                parts.append(Expression(self._source(content)[2:-1].strip()))
            else:  # a template directive: %{ if … }
                parts.append(Expression(self._source(content)))
        return joined(parts)


def number(text: str) -> int | float:
    """Read a number as Nomad does: integral values are integers, also ``1e3``."""
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    value = float(text)
    return int(value) if value.is_integer() else value


def joined(parts: list[str | Expression]) -> str | Template:
    """Return a plain string where no part is an expression, neighbouring texts merged, empty ones left out."""
    merged: list[str | Expression] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return "".join(str(part) for part in merged)
    return Template(tuple(merged))


def composed(value: str | Template) -> str | Template:
    """Return a string value in Unicode's composed form (NFC), as HCL's type system keeps it; labels stay as written."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    return Template(
        tuple(unicodedata.normalize("NFC", part) if isinstance(part, str) else part for part in value.parts)
    )


def heredoc(token: str) -> str | Template:
    """Return the value of a heredoc token."""
    content, is_flush = strings.heredoc_content(token)
    parts = list(_template_parts(content))
    return joined(_flushed(parts) if is_flush else parts)


def _template_parts(text: str) -> Iterator[str | Expression]:
    start = 0
    while (found := _TEMPLATE_START.search(text, start)) is not None:
        yield text[start : found.start()]
        if len(found[0]) == 3:  # noqa: PLR2004 - "$${" and "%%{" are escapes
            yield found[0][1:]
            start = found.end()
            continue
        end = closing_brace(text, found.end())
        inner = text[found.end() : end].strip()
        yield Expression(inner if found[0] == "${" else text[found.start() : end + 1])
        start = end + 1
    yield text[start:]


def _flushed(parts: list[str | Expression]) -> list[str | Expression]:
    """
    Remove the indentation that all lines share, as ``<<-`` does; blank lines neither count nor change.

    Only literal text is looked at: lines inside an expression are not the heredoc's
    (flushHeredocTemplateParts in hclsyntax/parser_template.go of HCL 2.20).
    """
    # An expression stands as the one character that no HCL text can hold.
    lines = "".join(part if isinstance(part, str) else "\0" for part in parts).split("\n")
    width = min((len(line) - len(line.lstrip(_SPACES)) for line in lines if line.strip(_SPACES)), default=0)
    text = "\n".join(line[width:] if line.strip(_SPACES) else line for line in lines)
    expressions = (part for part in parts if isinstance(part, Expression))
    pieces = text.split("\0")
    return [piece for literal in pieces[:-1] for piece in (literal, next(expressions))] + pieces[-1:]
