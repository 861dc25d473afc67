"""Project → everything that is wrong with its files, packs and rendered jobs, without a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployer.actions.checked import job_findings
from deployer.actions.render import try_render
from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.pack.load import load_pack
from deployer.project.load import load_project
from deployer.project.model import Project
from deployer.project.overrides import Overrides
from deployer.project.resolve import environment_named, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """
    What was checked and found.

    Attributes:
        environments: names of those that were checked.
        jobs: how many jobs were rendered and checked, over all environments.
    """

    environments: tuple[str, ...] = ()
    jobs: int = 0
    findings: tuple[Finding, ...] = ()


def validate(root: Path, environment: str | None, overrides: Overrides) -> Validation:
    """
    Check a project for one environment, or for all where none is named.

    Raises:
        UnknownEnvironment: there is no such environment.
    """
    try:
        project = load_project(root)
    except FilesInvalid as error:
        return Validation(findings=error.findings)
    names = tuple(project.environments) if environment is None else (environment_named(project, environment).name,)
    findings = _check_packs(project)
    jobs = 0
    for name in names:
        count, found = _check_environment(project, name, overrides)
        jobs += count
        findings += found
    return Validation(environments=names, jobs=jobs, findings=tuple(_ordered(findings)))


def _check_packs(project: Project) -> list[Finding]:
    """Check the project's own packs, those that no app uses too."""
    findings: list[Finding] = []
    folders = [path.parent for folder in project.pack_directories for path in sorted(folder.glob("*/metadata.hcl"))]
    for folder in folders:
        try:
            load_pack(folder, project.root)
        except FilesInvalid as error:
            findings += error.findings
    return findings


def _check_environment(project: Project, name: str, overrides: Overrides) -> tuple[int, list[Finding]]:
    try:
        resolved = resolve(project, name, overrides)
    except FilesInvalid as error:
        return 0, list(error.findings)
    rendered, findings = try_render(resolved, resolved.apps)
    for job in rendered:
        findings += job_findings(job)
    return len(rendered), findings


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    # What is wrong in a shared file is wrong in every environment, but is said once.
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.path, finding.line, finding.key))
