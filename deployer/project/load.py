"""Reads nomadeploy.hcl, jobs/ and environments/ from disk; every finding of every file at once."""

import re
from pathlib import Path
from typing import Any

from deployer.errors import FilesInvalid, ProjectNotFound
from deployer.finding import Finding
from deployer.hcl.body import Body
from deployer.hcl.parse import parse_body
from deployer.hcl.types import Path as KeyPath
from deployer.hcl.types import Problem, Type, conform
from deployer.project.evaluate import Names, evaluate
from deployer.project.flatten import Tree, leaves_of, tree_of, values_of
from deployer.project.model import AppFile, Environment, Leaf, Project, Source, Stack
from deployer.project.naming import LABEL, WORD
from deployer.project.sections import PROJECT_FILE, STACK_FILE
from deployer.project.settings import environments_of

PROJECT_FILE_NAME = "nomadeploy.hcl"
STACK_FILE_NAME = "stack.hcl"


def find_project(start: Path) -> Path:
    """
    Return the folder of the nearest nomadeploy.hcl at or above `start`.

    Raises:
        ProjectNotFound: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE_NAME).is_file():
            return folder
    raise ProjectNotFound(
        f"there is no {PROJECT_FILE_NAME} in {start} or above",
        hint="go to your project's folder, name it with --project, or start one with `nomadeploy init`",
    )


def load_project(root: Path) -> Project:
    """
    Read a project.

    Raises:
        FilesInvalid: with the findings of all files.
    """
    findings: list[Finding] = []
    body = _read(root / PROJECT_FILE_NAME, root, findings)
    name, packs, environments = _project_file(body, root, findings)
    stacks = tuple(_stack(folder, root, findings) for folder in _stack_folders(root))
    for stack in stacks:
        findings += _unknown_environments(stack, environments)
    findings += _twice(stacks)
    findings += _misnamed(name, environments, stacks)
    if findings:
        raise FilesInvalid(sorted(findings, key=lambda f: (f.path, f.line)))
    return Project(
        name=name,
        root=root,
        pack_directories=tuple((root / Path(pack)).resolve() for pack in packs),
        environments=environments,
        stacks=stacks,
    )


def _read(path: Path, root: Path, findings: list[Finding]) -> Body:
    name = relative(path, root)
    try:
        return parse_body(path.read_text(encoding="utf-8"), name)
    except FilesInvalid as error:
        findings += error.findings
    except UnicodeDecodeError:
        findings.append(Finding(path=name, line=0, key="", message="is not UTF-8 text"))
    except OSError as error:
        findings.append(Finding(path=name, line=0, key="", message=f"cannot be read: {error.strerror}"))
    return Body()


def relative(path: Path, root: Path) -> str:
    """Return the path as the user would write it from the project's root."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def check_tree(tree: Tree, kind: Type, path: str, findings: list[Finding], prefix: str = "") -> Any:
    """Return the tree's values made to conform to a type; problems become findings at their lines."""
    problems: list[Problem] = []
    values = conform(values_of(tree), kind, (), problems)
    for key, message in problems:
        place, line = nearest(tree, key, path)
        name = prefix + "/".join(str(word) for word in key)
        findings.append(Finding(path=place, line=line, key=name, message=message))
    return values


def nearest(tree: Tree, key: KeyPath, path: str) -> tuple[str, int]:
    """Return file and line of a key, or of the nearest value around it."""
    leaves = leaves_of(tree)
    words = tuple(str(word) for word in key)
    while words:
        for leaf_path, leaf in leaves.items():
            if leaf_path[: len(words)] == words:
                return leaf.source.path, leaf.source.line
        words = words[:-1]
    return path, 1


def _project_file(body: Body, root: Path, findings: list[Finding]) -> tuple[str, list[str], dict[str, Environment]]:
    path = PROJECT_FILE_NAME
    before = len(findings)
    tree = tree_of(body, "project", path, labels={"project": 1, "environment": 1}, findings=findings)
    values = check_tree(tree, PROJECT_FILE, path, findings)
    if len(findings) > before:
        return "", [], {}
    if len(values["project"]) != 1:
        message = f"wants exactly one project block, has {len(values['project'])}"
        findings.append(Finding(path=path, line=1, key="project", message=message))
        return "", [], {}
    ((name, settings),) = values["project"].items()
    lines = {block.labels[0]: block.line for block in body.of_type("environment") if block.labels}
    branch = tree.get("environment", {})
    trees = branch if isinstance(branch, dict) else {}
    environments = environments_of(values["environment"] or {}, trees, lines, root, findings)
    return name, settings["packs"], environments


def _stack_folders(root: Path) -> list[Path]:
    jobs = root / "jobs"
    return sorted(folder for folder in jobs.iterdir() if folder.is_dir()) if jobs.is_dir() else []


def _stack(folder: Path, root: Path, findings: list[Finding]) -> Stack:
    settings: Any = {"description": "", "environments": []}
    apps: list[AppFile] = []
    for path in sorted(folder.glob("*.hcl")):
        if path.name.endswith(".nomad.hcl"):
            continue  # a jobspec that an app takes as it is
        body = _read(path, root, findings)
        name = relative(path, root)
        if path.name == STACK_FILE_NAME:
            tree = tree_of(body, "stack", name, labels={}, findings=findings)
            settings = check_tree(tree, STACK_FILE, name, findings)
            continue
        apps += _apps(body, folder.name, name, findings)
    return Stack(
        name=folder.name,
        description=str(settings["description"] or ""),
        environments=tuple(settings["environments"] or ()),
        apps=tuple(apps),
    )


def _apps(body: Body, stack: str, path: str, findings: list[Finding]) -> list[AppFile]:
    apps = []
    for attribute in body.attributes.values():
        message = 'only app "name" { … } blocks stand in a stack\'s files'
        findings.append(Finding(path=path, line=attribute.line, key=attribute.name, message=message))
    for block in body.blocks:
        if block.type != "app" or len(block.labels) != 1:
            message = 'only app "name" { … } blocks stand in a stack\'s files'
            findings.append(Finding(path=path, line=block.line, key=block.type, message=message))
            continue
        apps.append(AppFile(name=block.labels[0], stack=stack, body=block.body, path=path, line=block.line))
    return apps


def _twice(stacks: tuple[Stack, ...]) -> list[Finding]:
    findings = []
    for stack in stacks:
        first: dict[str, AppFile] = {}
        for app in stack.apps:
            if app.name in first:
                other = first[app.name]
                message = f"is already declared at {other.path}:{other.line}; give one of them another name"
                findings.append(Finding(path=app.path, line=app.line, key=f"app/{app.name}", message=message))
            first.setdefault(app.name, app)
    return findings


def _misnamed(project: str, environments: dict[str, Environment], stacks: tuple[Stack, ...]) -> list[Finding]:
    findings = []

    def check(name: str, rule: re.Pattern[str], place: tuple[str, int], key: str) -> None:
        if name and not rule.fullmatch(name):
            message = f"{name!r} may hold {_ALLOWED[rule]}"
            findings.append(Finding(path=place[0], line=place[1], key=key, message=message))

    check(project, WORD, (PROJECT_FILE_NAME, 1), "project")
    for environment in environments.values():
        check(environment.name, LABEL, (PROJECT_FILE_NAME, environment.line), "environment")
    for stack in stacks:
        check(stack.name, WORD, (f"jobs/{stack.name}", 0), "stack")
        for app in stack.apps:
            check(app.name, LABEL, (app.path, app.line), "app")
    return findings


_ALLOWED = {
    LABEL: "only a-z, 0-9 and dashes inside, 63 at most; it becomes part of a Consul service name",
    WORD: "only letters, digits, dashes, underscores and tildes, 64 at most; it becomes part of a path in Nomad",
}


def _unknown_environments(stack: Stack, environments: dict[str, Environment]) -> list[Finding]:
    known = ", ".join(environments)
    return [
        Finding(
            path=f"jobs/{stack.name}/{STACK_FILE_NAME}",
            line=1,
            key="environments",
            message=f"there is no environment {name!r}; known are {known}",
        )
        for name in stack.environments
        if environments and name not in environments
    ]


def load_variables(path: Path, root: Path, layer: str, environment: str) -> Tree:
    """
    Read a variables file: attributes only, with no expression but ``env.name``.

    Raises:
        FilesInvalid: with every finding.
    """
    findings: list[Finding] = []
    body = _read(path, root, findings)
    name = relative(path, root)
    for block in body.blocks:
        message = "a variables file holds attributes only; write NAME = value"
        findings.append(Finding(path=name, line=block.line, key=block.type, message=message))
    tree = evaluated(
        tree_of(Body(attributes=body.attributes), layer, name, labels={}, findings=findings),
        Names(variables={}, environment=environment),
        findings,
    )
    if findings:
        raise FilesInvalid(findings)
    return tree


def evaluated(tree: Tree, names: Names, findings: list[Finding], above: tuple[str, ...] = ()) -> Tree:
    """Return the tree with the expressions in its values replaced."""
    result: Tree = {}
    for name, node in tree.items():
        key = (*above, name)
        if isinstance(node, dict):
            result[name] = evaluated(node, names, findings, key)
            continue
        source: Source = node.source

        def report(message: str, source: Source = source, key: tuple[str, ...] = key) -> None:
            findings.append(Finding(path=source.path, line=source.line, key="/".join(key), message=message))

        result[name] = Leaf(evaluate(node.value, names, report), source)
    return result
