"""Places, findings, and HCL that other readers stumble over."""

import pytest

from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.hcl.body import Expression, Template
from deployer.hcl.parse import _parse


def findings(text: str) -> tuple[Finding, ...]:
    with pytest.raises(FilesInvalid) as caught:
        _parse(text, "f.hcl")
    return caught.value.findings


def test_every_value_knows_its_line() -> None:
    body = _parse('# one\na = 1\nb = {\n  c = [\n    1,\n    { d = 2 },\n  ]\n}\n\nblock "x" {\n  e = 3\n}\n', "f")

    assert body.attributes["a"].line == 2
    b = body.attributes["b"]
    assert [b.line_of(path) for path in ((), ("c",), ("c", 0), ("c", 1), ("c", 1, "d"))] == [3, 4, 5, 6, 6]
    assert b.line_of(("c", 7)) == 4
    block = body.blocks[0]
    assert (block.line, block.body.attributes["e"].line) == (10, 11)


def test_windows_line_ends_change_neither_values_nor_lines() -> None:
    body = _parse('a = "x"\r\n\r\nb {\r\n  c = 1\r\n}\r\n', "f")

    assert body.value("a") == "x"
    assert body.blocks[0].body.attributes["c"].line == 4


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert _parse("\ufeffa = 1\n", "f").value("a") == 1


def test_names_and_marks_outside_ascii_are_kept() -> None:
    body = _parse('größe = { ключ = 1 }\nt = <<ÄÖ\nx ÄÖ\nÄÖ\nü "é" {\n  w = größe.ключ\n}\n', "f")

    assert body.value("größe") == {"ключ": 1}
    assert body.value("t") == "x ÄÖ\n"
    assert (body.blocks[0].type, body.blocks[0].labels, body.blocks[0].line) == ("ü", ("é",), 5)
    assert body.blocks[0].body.value("w") == Expression("größe.ключ")


def test_a_mark_followed_by_a_space_ends_its_heredoc() -> None:
    body = _parse("a = <<E\none\nE \nb = 2\nc = <<E\nthree\nE\n", "f")

    assert (body.value("a"), body.value("b"), body.value("c")) == ("one\n", 2, "three\n")


def test_an_escaped_template_without_an_end_is_plain_text() -> None:
    assert _parse('a = "$${x"\nb = "%%{y"\n', "f").value("a") == "${x"


def test_templates_keep_their_texts_and_expressions_apart() -> None:
    body = _parse('a = "x-${var.y}-$${z}"\nb = var.y\nc = "${var.y}"\n', "f")

    assert body.value("a") == Template(("x-", Expression("var.y"), "-${z}"))
    assert body.value("b") == Expression("var.y")
    assert body.value("c") == Template((Expression("var.y"),))


def test_lines_inside_an_expression_do_not_count_for_the_indentation_of_a_heredoc() -> None:
    body = _parse("a = <<-E\n    ${x}\n      b ${\n y}\n    E\n", "f")

    assert body.value("a") == Template((Expression("x"), "\n  b ", Expression("y"), "\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\na = 2\n", 2),
        ("a = 1 b = 2\n", 1),
        ('a = "x\ny"\n', 1),
        ("\n\na = {\n", 4),
        ('a = "\\$"\n', 1),
        ("x {\n  a = 1\n  b {\n    c = 1 d = 2\n  }\n}\n", 4),
        ("a = [1, 2\n", 1),
        ('"quoted" = 1\n', 1),
        ("a = <<E\nno end\n", 3),
        ("a = 1\x00\n", 1),
    ],
)
def test_invalid_text_is_a_finding_with_its_line(text: str, line: int) -> None:
    assert findings(text)[0].line == line
    assert findings(text)[0].path == "f.hcl"
    assert all(finding.message and finding.line for finding in findings(text))


def test_all_syntax_errors_are_told_at_once() -> None:
    assert [finding.line for finding in findings("a = 1\na = 2\nb = 1\nb = 2\n")] == [2, 4]


def test_a_file_that_only_nomad_can_read_is_said_to_be_so() -> None:
    (finding,) = findings("a = 1\nb = !!x\n")

    assert finding.line == 2
    assert "nomadeploy cannot" in finding.message
