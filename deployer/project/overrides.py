"""What the command line sets: --var, --var-file, --set and --image, as layers; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.hcl.body import Value, is_literal
from deployer.hcl.parse import parse_body
from deployer.project.flatten import Tree, set_value
from deployer.project.model import Leaf, Source

_BARE = re.compile(r"^(true|false|null|-?\d+(\.\d+)?|\[.*\]|\{.*\}|\".*\")$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """
    The flags of one call, in their order.

    Attributes:
        var_files: later files win.
        variables: ``NAME=VALUE`` for ``${var.NAME}``.
        sets: ``APP.KEY=VALUE`` for single apps.
        images: ``APP=IMAGE``.
    """

    var_files: Sequence[Path] = ()
    variables: Sequence[str] = ()
    sets: Sequence[str] = ()
    images: Sequence[str] = ()


def flag_value(text: str) -> Value:
    """Read a flag's value: HCL where it is a number, bool, list, object or quoted string, else plain text."""
    if not _BARE.match(text.strip()):
        return text
    try:
        value = parse_body(f"value = {text}\n", "flag").value("value")
    except FilesInvalid:
        return text
    return value if is_literal(value) else text


def flag_variables(overrides: Overrides, findings: list[Finding]) -> Tree:
    """Return the layer that --var makes."""
    tree: Tree = {}
    for text in overrides.variables:
        name, equals, value = text.partition("=")
        if not equals or not name:
            findings.append(Finding(path=f"--var {text}", line=0, key="", message="wants NAME=VALUE"))
            continue
        tree[name] = Leaf(flag_value(value), Source("flag", f"--var {text}", 0))
    return tree


def flag_apps(overrides: Overrides, findings: list[Finding]) -> dict[str, Tree]:
    """Return app name → the layer that --set and --image make for it."""
    trees: dict[str, Tree] = {}
    for text in overrides.sets:
        key, equals, value = text.partition("=")
        app, *path = key.split(".")
        if not equals or not path or not all((app, *path)):
            findings.append(Finding(path=f"--set {text}", line=0, key="", message="wants APP.KEY=VALUE"))
            continue
        leaf = Leaf(flag_value(value), Source("flag", f"--set {text}", 0))
        set_value(trees.setdefault(app, {}), tuple(path), leaf)
    for text in overrides.images:
        app, equals, image = text.partition("=")
        if not equals or not app or not image:
            findings.append(Finding(path=f"--image {text}", line=0, key="", message="wants APP=IMAGE"))
            continue
        trees.setdefault(app, {})["image"] = Leaf(image, Source("flag", f"--image {text}", 0))
    return trees
