"""The decoder's values against the parser that Nomad uses."""

import math
from pathlib import Path
from typing import Any

import pygohcl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployer.hcl.body import Body, Expression, Template
from deployer.hcl.parse import _parse

CORPUS = sorted((Path(__file__).resolve().parents[2] / "corpus" / "valid").glob("*.hcl"))
UNKNOWN = object()


def as_go_says(body: Body) -> Any:
    """Shape a Body as pygohcl does: equal blocks become lists, labels nested objects."""
    result: dict[str, Any] = {name: literal(a.value) for name, a in body.attributes.items()}
    for block in body.blocks:
        place = result
        for word in (block.type, *block.labels)[:-1]:
            place = place.setdefault(word, {})
        last = (block.type, *block.labels)[-1]
        inner = as_go_says(block.body)
        if last in place:
            place[last] = [*(place[last] if isinstance(place[last], list) else [place[last]]), inner]
        else:
            place[last] = inner
    return result


def literal(value: Any) -> Any:
    match value:
        case Expression() | Template():
            return UNKNOWN
        case list():
            return [literal(item) for item in value]
        case dict():
            return {key: literal(item) for key, item in value.items()}
        case _:
            return value


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    if ours is UNKNOWN:
        return []
    if isinstance(ours, dict) and isinstance(theirs, list):  # blocks of one type with several labels
        return [f"{path}: {ours!r} != {theirs!r}"] if not ours and theirs else []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = set(ours) ^ set(theirs)
        found = [f"{path}/{key}: only in one of the two" for key in keys]
        return found + [
            d for key in set(ours) & set(theirs) for d in differences(ours[key], theirs[key], f"{path}/{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [d for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) for d in differences(a, b, f"{path}/{i}")]
    if isinstance(ours, float) and isinstance(theirs, int | float) and math.isclose(ours, theirs, rel_tol=1e-15):
        return []
    return [] if type(ours) is type(theirs) and ours == theirs else [f"{path}: {ours!r} != {theirs!r}"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_literal_of_the_corpus_is_what_nomads_parser_reads(path: Path) -> None:
    text = path.read_bytes().decode()

    assert differences(as_go_says(_parse(text, path.name)), pygohcl.loads(text)) == []


# Bodies made by hypothesis: text and expected values come from one tree, the Go parser judges both.

IDENTIFIERS = st.from_regex(r"[a-z_][a-z0-9_-]{0,6}", fullmatch=True).filter(
    lambda name: name not in {"true", "false", "null", "for", "if", "in", "endif", "else", "endfor"}
)
TEXTS = st.text(
    st.one_of(
        st.sampled_from('$%{}"\\~ \n\r\t'),
        st.sampled_from("abc é\u2028\x85\x0c\U0001f600"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=12,
)


def quoted(text: str) -> str:
    """Quote by this test's own rules, apart from deployer.hcl.strings."""
    parts = []
    for index, char in enumerate(text):
        if char in '"\\':
            parts.append(f"\\{char}")
        elif char in "\n\r\t":
            parts.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char])
        elif char in "$%" and text[index + 1 : index + 2] == "{":
            parts.append(f"{char}{char}")
        elif ord(char) < 32 or ord(char) == 127:
            parts.append(f"\\u{ord(char):04X}")
        else:
            parts.append(char)
    return f'"{"".join(parts)}"'


SCALARS = st.one_of(
    TEXTS.map(quoted),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-1000, 1000, places=3).map(lambda number: f"{number:f}"),
    st.sampled_from(
        ["true", "false", "null", "1e3", "2.5E-3", '"${a}b"', "var.x", "f(1, [2])", '"x %{ if a }b%{ endif }"']
    ),
)

LABELS = st.one_of(st.just(""), TEXTS.map(quoted), IDENTIFIERS)


def values() -> st.SearchStrategy[str]:
    keys = st.one_of(IDENTIFIERS, TEXTS.map(quoted))
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
            st.lists(inner, min_size=1, max_size=3).map(lambda items: "[\n" + ",\n  # item\n".join(items) + ",\n]"),
            st.dictionaries(keys, inner, max_size=3).map(
                lambda items: "{\n" + "\n".join(f"  {key} = {value}" for key, value in items.items()) + "\n}"
            ),
            st.dictionaries(keys, inner, max_size=3).map(
                lambda items: "{ " + ", ".join(f"{key}: {value}" for key, value in items.items()) + " }"
            ),
        ),
        max_leaves=6,
    )


def heredocs() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(
        [
            "a",
            " ",
            "\t",
            "  ",
            "$${x}",
            "%%{y}",
            "${z}",
            '${"}"}',
            "\\n",
            '"',
            "$",
            "%",
            "é",
            "\u2028",
            "{",
            "}",
            "EOT ",
            "EOTX",
        ]
    )
    lines = st.lists(st.lists(pieces, max_size=5).map("".join), max_size=5)
    return st.builds(
        lambda start, lines, indent, space: (
            f"{start}EOT\n" + "".join(f"{line}\n" for line in lines if line.strip() != "EOT") + f"{indent}EOT{space}"
        ),
        st.sampled_from(["<<", "<<-"]),
        lines,
        st.sampled_from(["", "  ", "\t"]),
        st.sampled_from(["", "", "", " "]),
    )


VALUES = values()
HEREDOCS = heredocs()


@st.composite
def bodies(draw: st.DrawFn, depth: int = 2) -> str:
    names = draw(st.lists(IDENTIFIERS, unique=True, max_size=5))
    lines = []
    for name in names:
        kind = draw(st.integers(0, 5 if depth else 3))
        if kind <= 2:
            lines.append(f"{name} = {draw(VALUES)}{draw(st.sampled_from(['', ' # note', ' // note']))}")
        elif kind == 3:
            lines.append(f"{name} = {draw(HEREDOCS)}")
        else:
            label = draw(LABELS)
            lines.append(f"{name} {label} {{\n{draw(bodies(depth - 1))}}}")
    return "".join(
        f"{line}\n{draw(st.sampled_from(['', chr(10), '/* a' + chr(10) + 'b */' + chr(10)]))}" for line in lines
    )


@given(bodies())
def test_every_literal_of_any_body_is_what_nomads_parser_reads(text: str) -> None:
    try:
        expected = pygohcl.loads(text)
    except pygohcl.HCLParseError:
        return  # invalid: two keys that are one after NFC, for instance

    assert differences(as_go_says(_parse(text, "f")), expected) == []
