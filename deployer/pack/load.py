"""Reads packs from disk: metadata.hcl, variables.hcl and the template; every finding at once."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from deployer.errors import FilesInvalid
from deployer.finding import Finding, did_you_mean
from deployer.hcl.body import Block, Body, Expression, is_literal
from deployer.hcl.parse import parse_body
from deployer.hcl.type_text import TypeInvalid, parse_type
from deployer.hcl.types import ANY, STRING, Field, ListOf, MapOf, ObjectOf, Problem, Type, conform
from deployer.pack.model import Pack
from deployer.project.flatten import tree_of
from deployer.project.load import check_tree, relative
from deployer.project.sections import APP

TEMPLATE_SUFFIX = ".nomad.hcl.j2"

_METADATA = ObjectOf(
    {
        "app": Field(type=ObjectOf({"url": Field(type=STRING), "author": Field(type=STRING)})),
        "pack": Field(
            type=ObjectOf(
                {
                    "name": Field(type=STRING, required=True),
                    "description": Field(type=STRING, default=""),
                    "url": Field(type=STRING),
                    "version": Field(type=STRING, default="0.0.0"),
                }
            ),
            required=True,
        ),
        "integration": Field(type=MapOf(ANY)),
        "nomadeploy": Field(
            type=ObjectOf(
                {
                    "kind": Field(type=STRING, default="service", choices=("service", "batch", "platform")),
                    "supports": Field(type=ListOf(STRING), default=[]),
                }
            ),
            default={},
        ),
    }
)


def builtin_packs() -> Path:
    """Return the folder of the packs that come with nomadeploy: inside the wheel, or of the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "packs"
    return inside if inside.is_dir() else package.parent / "packs"


def find_packs(directories: Sequence[Path]) -> Mapping[str, Path]:
    """Return pack folders by name; earlier directories win, the built-in packs come last."""
    found: dict[str, Path] = {}
    for directory in (*directories, builtin_packs()):
        for metadata in sorted(directory.glob("*/metadata.hcl")):
            found.setdefault(metadata.parent.name, metadata.parent)
    return found


@cache
def load_pack(directory: Path, root: Path) -> Pack:
    """
    Read one pack.

    Args:
        root: the project's root, for the names of files in findings.

    Raises:
        FilesInvalid: with every finding of its files.
    """
    findings: list[Finding] = []
    metadata = _metadata(directory, root, findings)
    variables, sources = _variables(directory / "variables.hcl", root, findings)
    templates = [path for path in directory.glob(f"templates/*{TEMPLATE_SUFFIX}") if not path.name.startswith("_")]
    name = relative(directory, root)
    if len(templates) != 1:
        message = f"wants one templates/*{TEMPLATE_SUFFIX}, has {len(templates)}; parts begin with an underscore"
        findings.append(Finding(path=name, line=0, key="templates", message=message))
    if findings:
        raise FilesInvalid(findings)
    pack, own = metadata["pack"], metadata["nomadeploy"]
    return Pack(
        name=directory.name,
        directory=directory,
        description=pack["description"],
        version=pack["version"],
        url=pack["url"] or "",
        kind=own["kind"],
        supports=frozenset(own["supports"]),
        variables=variables,
        sources=sources,
        template=templates[0],
        digest=_digest(directory),
    )


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file() and "tests" not in path.relative_to(directory).parts:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(directory)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _metadata(directory: Path, root: Path, findings: list[Finding]) -> Any:
    path = directory / "metadata.hcl"
    name = relative(path, root)
    before = len(findings)
    try:
        body = parse_body(path.read_text(encoding="utf-8"), name)
    except FilesInvalid as error:
        findings += error.findings
        return None
    tree = tree_of(body, "pack", name, labels={"integration": 0}, findings=findings)
    values = check_tree(tree, _METADATA, name, findings)
    if len(findings) == before:
        for key in values["nomadeploy"]["supports"]:
            if key not in APP:
                message = f"{key!r} is no built-in app key{did_you_mean(key, APP)}"
                findings.append(Finding(path=name, line=1, key="nomadeploy/supports", message=message))
    return values


def _variables(path: Path, root: Path, findings: list[Finding]) -> tuple[dict[str, Field], dict[str, tuple[str, int]]]:
    name = relative(path, root)
    if not path.is_file():
        return {}, {}
    try:
        body = parse_body(path.read_text(encoding="utf-8"), name)
    except FilesInvalid as error:
        findings += error.findings
        return {}, {}
    fields: dict[str, Field] = {}
    sources: dict[str, tuple[str, int]] = {}
    for block in body.blocks:
        problem = _not_a_variable(block, fields)
        if problem:
            findings.append(Finding(path=name, line=block.line, key=block.type, message=problem))
            continue
        fields[block.labels[0]] = _variable(block, name, findings)
        sources[block.labels[0]] = (name, block.line)
    return fields, sources


def _not_a_variable(block: Block, fields: Mapping[str, Field]) -> str:
    if block.type != "variable" or len(block.labels) != 1:
        return 'only variable "name" { … } blocks stand in variables.hcl'
    if block.labels[0] in fields:
        return f"variable {block.labels[0]!r} is declared twice"
    if block.labels[0] in APP:
        return f"{block.labels[0]!r} is a built-in app key; list it in metadata.hcl under nomadeploy.supports instead"
    return ""


def _variable(block: Block, path: str, findings: list[Finding]) -> Field:
    body, label = block.body, block.labels[0]

    def find(line: int, key: str, message: str) -> None:
        findings.append(Finding(path=path, line=line, key=f"variable/{label}/{key}", message=message))

    for name, attribute in body.attributes.items():
        if name not in ("type", "default", "description"):
            find(attribute.line, name, f"unknown key{did_you_mean(name, ('type', 'default', 'description'))}")
    kind = _type(body, find)
    default = body.value("default")
    if not is_literal(default):
        find(body.attributes["default"].line, "default", "must be a plain value")
        default = None
    problems: list[Problem] = []
    conform(default, kind, ("default",), problems)
    for key, message in problems:
        find(body.attributes["default"].line_of(key[1:]), "/".join(map(str, key)), message)
    description = body.value("description")
    if not isinstance(description, str) or not description.strip():
        find(block.line, "description", "is required, so that `packs show` can explain the variable")
    return Field(
        type=kind,
        description=str(description or "").strip(),
        required="default" not in body.attributes,
        default=default,
        validations=tuple(_validation(inner) for inner in body.of_type("validation")),
    )


def _type(body: Body, find: Any) -> Type:
    attribute = body.attributes.get("type")
    if attribute is None:
        return ANY
    source = attribute.value.source if isinstance(attribute.value, Expression) else str(attribute.value)
    try:
        return parse_type(source)
    except TypeInvalid as error:
        find(attribute.line, "type", str(error))
        return ANY


def _validation(block: Block) -> tuple[str, str]:
    condition = block.body.value("condition")
    source = condition.source if isinstance(condition, Expression) else str(condition)
    return source, str(block.body.value("error_message") or "is not valid")
