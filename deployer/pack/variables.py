"""Checks an app's values against the built-in keys and its pack's variables; pure but for the Go evaluator."""

import re
from collections.abc import Mapping
from typing import Any

from deployer.finding import Finding
from deployer.hcl import emit
from deployer.hcl.parse import go_parser
from deployer.hcl.types import Field, ObjectOf, Problem, conform
from deployer.pack.model import Pack
from deployer.project.flatten import Tree, values_of
from deployer.project.load import nearest
from deployer.project.model import AppFile
from deployer.project.sections import APP

_ALWAYS = frozenset({"pack", "namespace", "calls", "after", "smoke", "protocol"})
_JOBSPEC_KEYS = frozenset({"jobspec", "namespace", "calls", "after", "smoke", "public", "port", "protocol"})
_SECRET_KEY = re.compile(r"[A-Za-z0-9_.-]+")
"""What a key of a Nomad Variable may be made of, so that it stands in a template as it is."""


def check_values(tree: Tree, app: AppFile, pack: Pack | None, findings: list[Finding]) -> dict[str, Any]:
    """Return the app's values with defaults filled in; what is wrong is added to `findings`."""
    values = values_of(tree)
    fields = _fields(values, pack)
    problems: list[Problem] = []
    result: dict[str, Any] = conform(values, ObjectOf(fields), (), problems)
    problems += _secrets(result.get("secrets") or {}, app.name)
    if pack is not None:
        problems += [((name,), f"pack {pack.name!r} does not support {name!r}") for name in _unsupported(values, pack)]
        problems += [] if problems else _validations(result, pack)
    for key, message in problems:
        path, line = nearest(tree, key, app.path) if key and str(key[0]) in tree else (app.path, app.line)
        name = "/".join(["app", app.name, *(str(word) for word in key)])
        findings.append(Finding(path=path, line=line, key=name, message=message))
    return result


def _secrets(references: Mapping[str, str | None], app: str) -> list[Problem]:
    """Return what is wrong with an app's ``secrets``: each reads a key of the app's own Nomad Variable."""
    problems: list[Problem] = []
    for name, reference in references.items():
        if reference is None:  # its type is wrong, which is told already
            continue
        owner, _, key = reference.partition("#")
        if "#" not in reference:
            problems.append((("secrets", name), f'{reference!r} is no reference to a secret; write "{app}#KEY"'))
        elif owner != app:
            why = "the workload identity of this job reads its own Nomad Variable only"
            message = f'a secret of {owner!r} is not readable here: {why}; store it there and write "{app}#{key}"'
            problems.append((("secrets", name), message))
        elif not _SECRET_KEY.fullmatch(key):
            problems.append((("secrets", name), f"the key {key!r} is not made of letters, digits, '_', '.' and '-'"))
    return problems


def _fields(values: Mapping[str, Any], pack: Pack | None) -> dict[str, Field]:
    if pack is not None:
        return {**APP, **pack.variables}
    if values.get("jobspec"):
        return {name: field for name, field in APP.items() if name in _JOBSPEC_KEYS}
    # A template of the app's own has no variables.hcl: every further key is a variable of it.
    from deployer.hcl.types import ANY

    free = {name: Field(type=ANY) for name in values if name not in APP}
    return {**APP, **free}


def _unsupported(values: Mapping[str, Any], pack: Pack) -> list[str]:
    return [name for name in values if name in APP and name not in _ALWAYS and name not in pack.supports]


def _validations(values: Mapping[str, Any], pack: Pack) -> list[Problem]:
    parser = go_parser()
    if parser is None:
        return []
    problems: list[Problem] = []
    for name, field in pack.variables.items():
        if values.get(name) is None:
            continue
        for condition, message in field.validations:
            try:
                parser.eval_var_condition(condition, message, name, emit.hcl(values[name]))
            except parser.UnknownFunctionError as error:  # a kind of ValidationError, so it comes first
                problems.append(((name,), f"the pack's condition {condition!r} cannot be judged: {error}"))
            except (parser.ValidationError, TypeError) as error:  # a TypeError: the value has no HCL form
                problems.append(((name,), str(error)))
    return problems
