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

_GO_POSITION = re.compile(r"tmp\.hcl:(\d+),(\d+)(?:-(?:(\d+),)?(\d+))?: ")
_FORMAT = "body-2"


def parse_body(text: str, path: str) -> Body:
    """
    Read HCL2 text exactly.

    Args:
        path: the file's name as the user would write it, for findings.

    Raises:
        FilesInvalid: with every syntax error, each with its line.
    """
    return storage.cached(_FORMAT, f"{path}\n{text}".encode(), lambda: _parse(text, path))


def _parse(text: str, path: str) -> Body:
    findings = syntax_findings(text, path)
    if findings:
        raise FilesInvalid(findings)
    decoder = Decoder(text, path)
    body = decoder.body(_tree(text, path).children[0])
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


def _tree(text: str, path: str) -> Any:
    parser = _lark_parser()
    from lark.exceptions import UnexpectedInput

    try:
        # The grammar wants a newline after the last heredoc and block; editors often leave it out.
        return parser.parse(text if text.endswith("\n") else f"{text}\n")
    except UnexpectedInput as error:
        line = getattr(error, "line", 0) or 0
        raise FilesInvalid([_unexpected(error, path, max(line, 0))]) from None


def _unexpected(error: Any, path: str, line: int) -> Finding:
    token = getattr(error, "token", None)
    word = str(token).strip() if token is not None else ""
    what = f"unexpected {word!r}" if word else "not valid HCL"
    return Finding(path=path, line=line, key="", message=f"{what}: check quotes, braces and line ends near here")


@cache
def _lark_parser() -> Any:
    import hcl2.parser

    # The tables are pickled beside the library by default: unwritable there means a second per run.
    hcl2.parser.PARSER_FILE = storage.cache_directory() / "hcl2-grammar.bin"
    return hcl2.parser.parser()
