"""
Expressions in project files: ``var.x``, ``env.name``, ``app.name`` and ``secret("app#key")``; pure.

Nothing else is evaluated, so that a file says what it says: conditions belong into packs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.finding import did_you_mean
from deployer.hcl.body import Expression, Template, Value
from deployer.secret import SecretReference

_REFERENCE = re.compile(r"^(var|env|app)\.([A-Za-z_][\w-]*)$")
_SECRET = re.compile(r'^secret\(\s*"([^"#]+)#([^"#]+)"\s*\)$')


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What expressions may name."""

    variables: Mapping[str, Any]
    environment: str
    app: str = ""

    def look_up(self, kind: str, name: str) -> Any:
        """Return a value; raises `KeyError` with the reason when there is none."""
        if kind == "var":
            if name not in self.variables:
                hint = did_you_mean(name, self.variables)
                raise KeyError(
                    f"there is no variable {name!r} in environment {self.environment!r}{hint}; "
                    f"set it in the environment's variables, environments/{self.environment}.hcl or with --var"
                )
            return self.variables[name]
        known = {"env": {"name": self.environment}, "app": {"name": self.app}}[kind]
        if name not in known:
            raise KeyError(f"{kind}.{name} does not exist; only {kind}.name does")
        return known[name]


def evaluate(value: Value, names: Names, report: Callable[[str], None]) -> Any:
    """Return the value with its expressions replaced; what cannot be replaced is reported."""
    match value:
        case Expression():
            return _expression(value.source, names, report)
        case Template():
            return _template(value, names, report)
        case list():
            return [evaluate(item, names, report) for item in value]
        case dict():
            return {key: evaluate(item, names, report) for key, item in value.items()}
        case _:
            return value


def _expression(source: str, names: Names, report: Callable[[str], None]) -> Any:
    if (found := _REFERENCE.match(source)) is not None:
        try:
            return names.look_up(found[1], found[2])
        except KeyError as error:
            report(str(error.args[0]))
            return None
    if (found := _SECRET.match(source)) is not None:
        return SecretReference(found[1], found[2])
    report(f'{source!r} cannot be used here; the expressions are var.NAME, env.name, app.name and secret("app#key")')
    return None


def _template(template: Template, names: Names, report: Callable[[str], None]) -> Any:
    texts = []
    for part in template.parts:
        value = part if isinstance(part, str) else _expression(part.source, names, report)
        if isinstance(value, SecretReference):
            report("a secret cannot be part of a longer string; let the whole value be the secret")
            return None
        if isinstance(value, list | dict):
            report("a list or an object cannot stand inside a string")
            return None
        texts.append(value)
    if len(texts) == 1:
        return texts[0]
    return "".join(str(text).lower() if isinstance(text, bool) else str(text) for text in texts)
