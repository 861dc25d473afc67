"""
Reads HCL text into a Body, or says everything that is wrong with it.

python-hcl2 gives values and places; it also accepts invalid HCL, so pygohcl, the parser that Nomad
uses, decides validity wherever it is installed.
"""

import re
from functools import cache
from typing import Any

from deployer import storage
from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.hcl.body import Body
from deployer.hcl.decode import Decoder
from deployer.hcl.plain import Plain, plain

_GO_POSITION = re.compile(r"tmp\.hcl:(\d+),(\d+)(?:-(?:(\d+),)?(\d+))?: ")
_SPACED_WORD = re.compile(r"^[ \t]*[^\W\d][\w-]*[ \t]+\r?$", re.MULTILINE)


def parse_body(text: str, path: str) -> Body:
    """
    Read HCL2 text exactly.

    Args:
        path: the file's name as the user would write it, for findings.

    Raises:
        FilesInvalid: with every syntax error, each with its line.
    """
    kind = f"body {storage.code_digest('hcl')}"
    return storage.cached(kind, f"{path}\n{text}".encode(), lambda: _parse(text, path))


def _parse(text: str, path: str) -> Body:
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FilesInvalid([Finding(path=path, line=line, key="", message="holds a NUL character; is it a text file?")])
    findings = syntax_findings(text, path)
    if findings:
        raise FilesInvalid(findings)
    tree, read = _tree(text, path)
    decoder = Decoder(read, path)
    body = decoder.body(tree.children[0])
    if decoder.findings:
        raise FilesInvalid(decoder.findings)
    return body


def syntax_findings(text: str, path: str) -> tuple[Finding, ...]:
    """Return what Nomad's own HCL parser says against the text; empty where it is not installed."""
    pygohcl = go_parser()
    if pygohcl is None:
        return ()
    try:
        pygohcl.loads(text)
    except pygohcl.HCLParseError as error:
        return tuple(_go_findings(str(error), path))
    except pygohcl.HCLInternalError:
        return ()  # valid, but pygohcl has no form for it, such as `x = 1` beside `x { }`
    return ()


@cache
def go_parser() -> Any | None:
    """Return the pygohcl module, or None where it has no wheel (musl)."""
    try:
        import pygohcl  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    return pygohcl


def _go_findings(message: str, path: str) -> list[Finding]:
    findings = []
    places = list(_GO_POSITION.finditer(message))
    # Only positions that open a diagnostic count; others are quoted inside a text.
    starts = [place for place in places if place.start() == 0 or message[: place.start()].endswith((", ", ": "))]
    for index, place in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(message)
        words = message[place.end() : end].strip().rstrip(",")
        title, _, detail = words.partition("; ")
        text = (detail or title).replace("tmp.hcl:", f"{path}:").rstrip(".")
        line = int(place[1])
        findings.append(Finding(path=path, line=line, key="", message=f"{title}: {text}" if detail else title))
    return findings or [Finding(path=path, line=0, key="", message=message)]


def _tree(text: str, path: str) -> tuple[Any, Plain]:
    """Return python-hcl2's tree, and the text that it was made of."""
    from lark.exceptions import UnexpectedInput

    # The grammar wants a newline after the last heredoc and block; editors often leave it out.
    text = text if text.endswith("\n") else f"{text}\n"
    # A marker followed by spaces would not be refused but overlooked, and the heredoc run on to the next one.
    read = plain(text) if "<<" in text and _SPACED_WORD.search(text) else Plain(text)
    try:
        return _lark_parser().parse(read.text), read
    except UnexpectedInput:
        read = plain(read.text)
    try:
        return _lark_parser().parse(read.text), read
    except UnexpectedInput as error:
        raise FilesInvalid([_unexpected(error, path, read)]) from None


def _unexpected(error: Any, path: str, read: Plain) -> Finding:
    line = max(getattr(error, "line", 0) or 0, 0)
    token = getattr(error, "token", None)
    word = read.original(str(token)).strip().partition("\n")[0] if token is not None else ""
    what = f"unexpected {word!r}" if word else "not valid HCL"
    if go_parser() is not None:  # Nomad's own parser has taken it, so the fault is python-hcl2's
        what = f"Nomad can read this, nomadeploy cannot ({what})"
        return Finding(path=path, line=line, key="", message=f"{what}: write the expression more plainly")
    return Finding(path=path, line=line, key="", message=f"{what}: check quotes, braces and line ends near here")


@cache
def _lark_parser() -> Any:
    import hcl2.parser

    # The tables are pickled beside the library by default: unwritable there means a second per run.
    hcl2.parser.PARSER_FILE = storage.cache_directory() / "hcl2-grammar.bin"
    return hcl2.parser.parser()
