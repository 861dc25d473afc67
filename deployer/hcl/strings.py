r"""
HCL's quoted strings and heredocs, in both directions; pure.

Rules from the HCL native syntax specification, "Template Expressions" and "Heredoc Templates":
quoted strings know ``\n \r \t \" \\ \uNNNN \UNNNNNNNN``, heredocs know no backslash escape,
both know ``$${`` and ``%%{``.
"""

import re

_ESCAPE = re.compile(r"\\(?:([nrt\"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_QUOTED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NEEDS_QUOTING = re.compile(r'[\\"\x00-\x1f\x7f]')


def unescape(text: str) -> str:
    """Return what a literal part of a quoted string means."""
    text = text.replace("$${", "${").replace("%%{", "%{")
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    plain, short, long = match.groups()
    return _PLAIN[plain] if plain else chr(int(short or long, 16))


def quote(text: str, *, interpolate: bool = False) -> str:
    """
    Return `text` as an HCL quoted string.

    Args:
        interpolate: keep ``${…}`` and ``%{…}`` alive instead of escaping them.
    """
    quoted = _NEEDS_QUOTING.sub(lambda match: _QUOTED.get(match[0]) or f"\\u{ord(match[0]):04x}", text)
    return f'"{quoted if interpolate else escape_templates(quoted)}"'


def escape_templates(text: str) -> str:
    """Return `text` with template starts doubled, so that HCL reads them as plain text."""
    # A lone "$" before "${" would merge with it ("$$${" reads as "$" + "${"), which is what we mean.
    return text.replace("${", "$${").replace("%{", "%%{")


def heredoc_content(token: str) -> tuple[str, bool]:
    """Split a heredoc token into its content, last newline included, and whether it is flush (``<<-``)."""
    _, _, rest = token.partition("\n")
    return rest[: rest.rstrip().rfind("\n") + 1], token.startswith("<<-")
