"""The tables of deployer.project.sections → docs/configuration.md; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from deployer.hcl import emit
from deployer.hcl.types import Field, ListOf, MapOf, ObjectOf, Type
from deployer.project.sections import APP, ENVIRONMENT, PROJECT_FILE, STACK_FILE

_INTRODUCTION = """\
# Configuration

<!-- Made by `nomadeploy schema --docs`; edit deployer/project/sections.py instead. -->

All files are HCL2, read as Nomad reads it. A key with a dot in the tables below, such as
`scaling.min`, is written as a block: `scaling { … }` on lines of its own.

| file | what it holds |
|---|---|
| `nomadeploy.hcl` | the project: where its packs are, and its environments |
| `jobs/<stack>/stack.hcl` | what a stack is, and which environments have it |
| `jobs/<stack>/*.hcl` | `app "name" { … }` blocks |
| `jobs/<stack>/*.nomad.hcl` | Nomad job files that an app takes as they are (`jobspec`) |
| `environments/<env>.hcl` | variables of one environment; `apps = { NAME = { … } }` sets keys of apps |
| `packs/<name>/` | a pack: `metadata.hcl`, `variables.hcl`, one template in `templates/`, `README.md` |

Values come from layers, each over the one before; blocks and objects are merged, lists are replaced:

1. the pack's default
2. the app
3. the app's `environment "NAME" { … }` block
4. `environments/<env>.hcl`
5. each `--var-file`, in the given order
6. `--set APP.KEY=VALUE` and `--image APP=IMAGE`

`nomadeploy explain ENV APP KEY` says which layer set a value, with file and line.

The expressions are `${var.NAME}`, `${env.name}`, `${app.name}`, and `secret("app#key")` for a value
kept in a Nomad Variable. Conditions and functions belong into packs.
"""


def configuration_page() -> str:
    """Return docs/configuration.md."""
    project = {name: field for name, field in PROJECT_FILE.fields.items() if name == "project"}
    sections = [
        _INTRODUCTION,
        '## `project "NAME"` in nomadeploy.hcl\n',
        _table(_inner(project["project"].type)),
        '## `environment "NAME"` in nomadeploy.hcl\n',
        _table(ENVIRONMENT),
        "## stack.hcl\n",
        _table(STACK_FILE),
        '## `app "NAME"`\n',
        "Every other key is a variable of the app's pack: `nomadeploy packs show NAME` lists them.\n",
        _table(ObjectOf(APP)),
    ]
    return "\n".join(sections)


def _inner(kind: Type) -> ObjectOf:
    match kind:
        case ObjectOf():
            return kind
        case MapOf(item=ObjectOf() as inner):
            return inner
        case _:
            raise AssertionError(kind)


def _table(kind: ObjectOf) -> str:
    lines = ["| key | type | default | what it means |", "|---|---|---|---|"]
    lines += [
        f"| `{key}` | {type_words(field.type)} | {_default(field)} | {_meaning(field)} |"
        for key, field in _rows(kind.fields, "")
    ]
    return "\n".join([*lines, ""])


def _rows(fields: Mapping[str, Field], prefix: str) -> Iterator[tuple[str, Field]]:
    for name, field in fields.items():
        yield f"{prefix}{name}", field
        if isinstance(field.type, ObjectOf):
            yield from _rows(field.type.fields, f"{prefix}{name}.")


def type_words(kind: Type) -> str:
    """Return a type in words for people."""
    match kind:
        case ObjectOf():
            return "block"
        case ListOf():
            return f"list of {type_words(kind.item)}s"
        case MapOf():
            return f"map of {type_words(kind.item)}s" if kind.item.__class__ is not ObjectOf else "map of blocks"
        case _:
            return "any value" if kind.name == "any" else kind.name


def _default(field: Field) -> str:
    if field.required:
        return "required"
    if field.default is None:
        return ""
    return f"`{default_text(field.default)}`" if not isinstance(field.type, ObjectOf) else "as below"


def default_text(value: Any) -> str:
    """Return a default as it would be written in a file, in one line."""
    return " ".join(emit.hcl(value).split()) if value is not None else "null"


def _meaning(field: Field) -> str:
    choices = f"; one of {', '.join(f'`{choice}`' for choice in field.choices)}" if field.choices else ""
    least = f"; at least {field.minimum:g}" if field.minimum is not None else ""
    most = f"; at most {field.maximum:g}" if field.maximum is not None else ""
    shape = f"; {field.pattern.words}" if field.pattern is not None else ""
    names = f"; each name is {field.type.keys.words}" if isinstance(field.type, MapOf) and field.type.keys else ""
    return f"{field.description}{choices}{least}{most}{shape}{names}".replace("|", "\\|")
