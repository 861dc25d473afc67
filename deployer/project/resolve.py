"""
Project + environment + flags → resolved apps: the layers merged, expressions replaced, names settled.

Layers, each over the one before: pack default, app, the app's environment block,
environments/<env>.hcl, --var-file in the given order, --set and --image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deployer.errors import FilesInvalid, UnknownEnvironment
from deployer.finding import Finding, did_you_mean
from deployer.hcl.parse import parse_body
from deployer.pack.load import find_packs, load_pack
from deployer.pack.model import Pack
from deployer.pack.variables import check_values
from deployer.project.evaluate import Names
from deployer.project.flatten import Tree, leaves_of, overlay, top_leaves, tree_of, values_of
from deployer.project.links import link_calls
from deployer.project.load import evaluated, load_variables, relative
from deployer.project.model import App, AppFile, Environment, Leaf, Project, Source
from deployer.project.naming import clashing_names, job_id, service_name
from deployer.project.overrides import Overrides, flag_apps, flag_variables
from deployer.project.sections import VARIABLES_FILE_APPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An environment of a project with all its apps; `packs` holds the pack of each by name."""

    project: Project
    environment: Environment
    apps: tuple[App, ...]
    packs: Mapping[str, Pack]

    def pack_of(self, app: App) -> Pack | None:
        """Return the pack that makes the app's job, or None."""
        return self.packs.get(app.pack)


def environment_named(project: Project, name: str) -> Environment:
    """Return an environment; raises `UnknownEnvironment`."""
    if name in project.environments:
        return project.environments[name]
    known = ", ".join(project.environments) or "none yet"
    hint = did_you_mean(name, project.environments).lstrip("; ")
    raise UnknownEnvironment(
        f"there is no environment {name!r} in {project.root.name}/nomadeploy.hcl (it has {known})", hint=hint
    )


def resolve(project: Project, environment_name: str, overrides: Overrides) -> Resolved:
    """
    Resolve every app that the environment has.

    Raises:
        UnknownEnvironment: there is no such environment.
        FilesInvalid: with the findings of every app.
    """
    environment = environment_named(project, environment_name)
    findings: list[Finding] = []
    files = [app for stack in project.stacks if stack.is_in(environment.name) for app in stack.apps]
    variables, app_layers = _layers(project, environment, overrides, files, findings)
    environment = replace(environment, variables=variables)
    packs: dict[str, Pack] = {}
    resolver = _Resolver(project, environment, find_packs(project.pack_directories), packs, findings)
    clashing = clashing_names(files)
    apps = [resolver.app(file, app_layers.get(file.name, []), clashing) for file in files]
    resolved = [app for app in apps if app is not None]
    linked = link_calls(resolved, findings, {file.name for file in files})
    if findings:
        raise FilesInvalid(_ordered(findings))
    return Resolved(project=project, environment=environment, apps=tuple(linked), packs=packs)


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.path, finding.line, finding.key))


def _layers(
    project: Project, environment: Environment, overrides: Overrides, files: Sequence[AppFile], findings: list[Finding]
) -> tuple[dict[str, Leaf], dict[str, list[Tree]]]:
    """Return the environment's variables, and the layers above the files for each app."""
    trees: list[Tree] = []
    own = project.root / "environments" / f"{environment.name}.hcl"
    named = [(path, "var-file") for path in overrides.var_files]
    for path, layer in [(own, "environment file")] * own.is_file() + named:
        try:
            trees.append(load_variables(path, project.root, layer, environment.name))
        except FilesInvalid as error:
            findings += error.findings
    app_layers: dict[str, list[Tree]] = {}
    merged: Tree | Leaf = dict(environment.variables)
    for tree in trees:
        branch = tree.pop(VARIABLES_FILE_APPS, {})
        for name, values in branch.items() if isinstance(branch, dict) else ():
            app_layers.setdefault(name, []).append(values if isinstance(values, dict) else {})
        merged = overlay(merged, tree)
    merged = overlay(merged, flag_variables(overrides, findings))
    for name, layer_tree in flag_apps(overrides, findings).items():
        app_layers.setdefault(name, []).append(layer_tree)
    known = {file.name for file in files}
    findings += [_no_such_app(name, layers[0], known) for name, layers in app_layers.items() if name not in known]
    return top_leaves(merged if isinstance(merged, dict) else {}), app_layers


def _no_such_app(name: str, tree: Tree, known: set[str]) -> Finding:
    source = next(iter(leaves_of(tree).values()), Leaf(None, Source("", "apps", 0))).source
    message = f"there is no app {name!r} in this environment{did_you_mean(name, known)}"
    return Finding(path=source.path, line=source.line, key=f"apps/{name}", message=message)


@dataclass(frozen=True, slots=True)
class _Resolver:
    project: Project
    environment: Environment
    pack_folders: Mapping[str, Path]
    packs: dict[str, Pack]
    findings: list[Finding]

    def app(self, file: AppFile, layers: Sequence[Tree], clashing: frozenset[str]) -> App | None:
        tree = self._merged(file, layers)
        kind = self._kind(tree, file)
        pack = self._pack(values_of(tree).get("pack"), tree, file) if kind == "pack" else None
        if not kind or (kind == "pack" and pack is None):
            return None
        values = check_values(tree, file, pack, self.findings)
        return App(
            name=file.name,
            stack=file.stack,
            environment=self.environment.name,
            kind=kind,
            pack=pack.name if pack else "",
            file=self._file(values, kind, file),
            job_id=self._own_id(values, kind, file) or job_id(file, self.environment, clashing),
            service=service_name(file, self.environment, clashing),
            namespace=str(values.get("namespace") or self.environment.nomad.namespace or "default"),
            path=file.path,
            line=file.line,
            values=values,
            leaves={**_defaults(values, pack), **leaves_of(tree)},
            after=tuple(str(name) for name in values.get("after") or ()),
        )

    def _merged(self, file: AppFile, layers: Sequence[Tree]) -> Tree:
        labels = {"environment": 1}
        own = tree_of(file.body, "app", file.path, labels=labels, findings=self.findings)
        blocks = own.pop("environment", {})
        merged: Tree | Leaf = own
        if isinstance(blocks, Leaf):
            message = 'is a block with a label: environment "NAME" { … }'
            self._find(file.path, blocks.source.line, f"app/{file.name}/environment", message)
        for name, block in blocks.items() if isinstance(blocks, dict) else ():
            self._check_environment(name, block, file)
            if name == self.environment.name and isinstance(block, dict):
                merged = overlay(merged, _relabelled(block))
        for layer in layers:
            merged = overlay(merged, layer)
        names = Names(
            variables={name: leaf.value for name, leaf in self.environment.variables.items()},
            environment=self.environment.name,
            app=file.name,
        )
        tree = merged if isinstance(merged, dict) else {}
        return evaluated(tree, names, self.findings, ("app", file.name))

    def _check_environment(self, name: str, block: Tree | Leaf, file: AppFile) -> None:
        if name in self.project.environments:
            return
        leaf = block if isinstance(block, Leaf) else next(iter(leaves_of(block).values()))
        hint = did_you_mean(name, self.project.environments)
        message = f"there is no environment {name!r}{hint}"
        self._find(leaf.source.path, leaf.source.line, f"app/{file.name}/environment", message)

    def _kind(self, tree: Tree, file: AppFile) -> str:
        kinds = [kind for kind in ("pack", "template", "jobspec") if kind in tree]
        if len(kinds) == 1:
            return kinds[0]
        message = "wants exactly one of pack, template or jobspec" + (f", has {' and '.join(kinds)}" if kinds else "")
        self._find(file.path, file.line, f"app/{file.name}", message)
        return ""

    def _pack(self, name: Any, tree: Tree, file: AppFile) -> Pack | None:
        folder = self.pack_folders.get(str(name))
        node = tree["pack"]
        line = node.source.line if isinstance(node, Leaf) else file.line
        if folder is None:
            message = (
                f"there is no pack {name!r}{did_you_mean(str(name), self.pack_folders)}; see `nomadeploy packs list`"
            )
            self._find(file.path, line, f"app/{file.name}/pack", message)
            return None
        try:
            return self.packs.setdefault(folder.name, load_pack(folder, self.project.root))
        except FilesInvalid as error:
            self.findings.extend(error.findings)
            return None

    def _file(self, values: Mapping[str, Any], kind: str, file: AppFile) -> Path | None:
        if kind == "pack":
            return None
        path = (self.project.root / file.path).parent / str(values[kind])
        if not path.is_file():
            self._find(file.path, file.line, f"app/{file.name}/{kind}", f"there is no file {values[kind]!r} beside it")
        return path

    def _own_id(self, values: Mapping[str, Any], kind: str, file: AppFile) -> str:
        """Return the id that a jobspec gives itself; it is taken as it is."""
        path = self._file(values, kind, file) if kind == "jobspec" else None
        if path is None or not path.is_file():
            return ""
        try:
            body = parse_body(path.read_text(encoding="utf-8"), relative(path, self.project.root))
        except FilesInvalid as error:
            self.findings.extend(error.findings)
            return ""
        job = body.first("job")
        return job.labels[0] if job is not None and job.labels else ""

    def _find(self, path: str, line: int, key: str, message: str) -> None:
        self.findings.append(Finding(path=path, line=line, key=key, message=message))


def _relabelled(tree: Tree) -> Tree:
    """Return the tree of an app's environment block with that layer's name."""
    result: Tree = {}
    for name, node in tree.items():
        if isinstance(node, Leaf):
            source = node.source
            result[name] = Leaf(node.value, Source("app environment", source.path, source.line))
        else:
            result[name] = _relabelled(node)
    return result


def _defaults(values: Mapping[str, Any], pack: Pack | None) -> dict[tuple[str, ...], Leaf]:
    """Return leaves for what nobody set: the pack's defaults, with the line that declares them."""
    leaves: dict[tuple[str, ...], Leaf] = {}
    for name, value in values.items():
        if value is None:
            continue
        path, line = pack.sources.get(name, ("built in", 0)) if pack else ("built in", 0)
        layer = "pack default" if line else "default"
        _default_leaves((name,), value, Source(layer, path, line), leaves)
    return leaves


def _default_leaves(key: tuple[str, ...], value: Any, source: Source, leaves: dict[tuple[str, ...], Leaf]) -> None:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            _default_leaves((*key, str(name)), item, source, leaves)
    else:
        leaves[key] = Leaf(value, source)
