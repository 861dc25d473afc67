"""Strings written into HCL are read back as they were, by the parser that Nomad uses."""

import unicodedata

import pygohcl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deployer.hcl.parse import _parse
from deployer.hcl.strings import escape_templates, quote
from deployer.pack.filters import hcl, hcl_raw, heredoc

TEXTS = st.text(
    st.one_of(
        st.sampled_from('$%{}"\\~ \n\r\t'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
).filter(lambda text: "\x00" not in text)


def read(text: str) -> str:
    value = pygohcl.loads(f"x = {text}\n")["x"]
    assert isinstance(value, str)
    return value


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(TEXTS)
@example("$")
@example("$$")
@example("${")
@example("$${")
@example("$$${x}")
@example("%{ if x }")
@example("%%{")
@example("\\${x}")
@example("\\$")
@example("\x7f\x85\u2028\ufeff\ufffe")
def test_any_text_in_quotes_means_itself(text: str) -> None:
    assert read(quote(text)) == nfc(text)
    assert read(hcl(text)) == nfc(text)


@given(TEXTS)
@example("$${x}")
@example("$")
def test_our_own_reader_agrees_on_quoted_texts(text: str) -> None:
    assert _parse(f"x = {quote(text)}\n", "f").value("x") == nfc(text)


@given(TEXTS, TEXTS)
def test_two_quoted_texts_side_by_side_keep_their_ends(left: str, right: str) -> None:
    body = pygohcl.loads(f"x = [{quote(left)}, {quote(right)}]\n")

    assert body["x"] == [nfc(left), nfc(right)]


@given(TEXTS)
@example("EOT")
@example("EOT\nEOT1\n")
@example("  EOT  ")
@example("a\r\nEOT\r\nb")
@example("x\u2028EOT")
@example("\r0")
@example("a\r")
def test_any_text_in_a_heredoc_means_itself_with_a_last_newline(text: str) -> None:
    wanted = text if text.endswith("\n") or not text else f"{text}\n"

    assert read(heredoc(text)) == nfc(wanted)


@given(TEXTS)
def test_a_raw_text_differs_from_a_quoted_one_in_its_templates_alone(text: str) -> None:
    if "${" in text or "%{" in text:
        assert escape_templates(hcl_raw(text)) == quote(text)
    else:
        assert hcl_raw(text) == quote(text)


def test_a_raw_text_keeps_nomads_interpolation_alive() -> None:
    assert hcl_raw('say "${NOMAD_TASK_DIR}"') == '"say \\"${NOMAD_TASK_DIR}\\""'


@pytest.mark.parametrize("value", [1.5, 10**30, -3, True, False, [], {}, {"a b": [1, "x"], "c": {"d": False}}, 2.5e-07])
def test_values_of_all_kinds_are_read_back(value: object) -> None:
    assert pygohcl.loads(f"x = {hcl(value)}\n")["x"] == value
