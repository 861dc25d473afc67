"""Which packs a project can use, and what one of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployer.errors import FilesInvalid, UnknownEnvironment
from deployer.finding import Finding, did_you_mean
from deployer.hcl.types import describe
from deployer.pack.load import builtin_packs, find_packs, load_pack
from deployer.pack.model import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSummary:
    """
    A pack in one line.

    Attributes:
        origin: ``built in``, or its folder as the user would write it.
    """

    name: str
    version: str
    kind: str
    description: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSummary:
    """
    A variable of a pack.

    Attributes:
        type: as it is written in variables.hcl.
        default: None also where there is none; `required` tells.
    """

    name: str
    type: str
    required: bool
    default: Any
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDetail:
    """
    A pack with everything that an app file needs to know.

    Attributes:
        supports: built-in app keys that the pack honours, besides those that every pack does.
        readme: the text of README.md, or empty.
    """

    summary: PackSummary
    supports: tuple[str, ...]
    variables: tuple[VariableSummary, ...]
    readme: str


def list_packs(directories: Sequence[Path], root: Path) -> tuple[PackSummary, ...]:
    """
    Return the packs by name.

    Raises:
        FilesInvalid: with the findings of all packs.
    """
    summaries: list[PackSummary] = []
    findings: list[Finding] = []
    for _, folder in sorted(find_packs(directories).items()):
        try:
            summaries.append(_summary(load_pack(folder, root), root))
        except FilesInvalid as error:
            findings += error.findings
    if findings:
        raise FilesInvalid(findings)
    return tuple(summaries)


def show_pack(name: str, directories: Sequence[Path], root: Path) -> PackDetail:
    """Return one pack; raises `UnknownEnvironment` (no such pack) and `FilesInvalid`."""
    folders = find_packs(directories)
    if name not in folders:
        raise UnknownEnvironment(
            f"there is no pack {name!r}{did_you_mean(name, folders)}", hint="`nomadeploy packs list` lists them"
        )
    pack = load_pack(folders[name], root)
    readme = pack.directory / "README.md"
    return PackDetail(
        summary=_summary(pack, root),
        supports=tuple(sorted(pack.supports)),
        variables=tuple(_variables(pack)),
        readme=readme.read_text(encoding="utf-8") if readme.is_file() else "",
    )


def _summary(pack: Pack, root: Path) -> PackSummary:
    folder = pack.directory
    inside = str(folder.relative_to(root)) if folder.is_relative_to(root) else str(folder)
    origin = "built in" if folder.parent == builtin_packs() and not folder.is_relative_to(root) else inside
    return PackSummary(
        name=pack.name, version=pack.version, kind=pack.kind, description=pack.description, origin=origin
    )


def _variables(pack: Pack) -> list[VariableSummary]:
    return [
        VariableSummary(
            name=name,
            type=describe(field.type),
            required=field.required,
            default=field.default,
            description=field.description,
        )
        for name, field in pack.variables.items()
    ]
