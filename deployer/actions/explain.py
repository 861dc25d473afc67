"""An app of an environment → which layer, file and line set each of its values; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployer.errors import UnknownEnvironment
from deployer.finding import did_you_mean
from deployer.hcl import emit
from deployer.project.model import App, Leaf
from deployer.secret import SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """
    One value and its source.

    Attributes:
        key: dotted, as ``--set`` takes it.
        layer: as in `deployer.project.model.Source`.
        line: 0 where the source has no lines: flags and built-in defaults.
    """

    key: str
    value: Any
    layer: str
    path: str
    line: int


def explain(app: App, key: str | None = None) -> tuple[Explanation, ...]:
    """
    Return the values of an app, sorted by key.

    Args:
        key: only this value, or those below it, dotted: ``scaling.min`` or ``scaling``.

    Raises:
        UnknownEnvironment: nothing is set under this key.
    """
    wanted = tuple(key.split(".")) if key else ()
    found = {path: leaf for path, leaf in app.leaves.items() if path[: len(wanted)] == wanted}
    if not found:
        known = {".".join(path[:depth]) for path in app.leaves for depth in range(1, len(path) + 1)}
        raise UnknownEnvironment(
            f"nothing sets {key!r} of app {app.name!r} in environment {app.environment!r}"
            f"{did_you_mean(key or '', known)}",
            hint=f"`nomadeploy explain {app.environment} {app.name}` lists everything that is set",
        )
    return tuple(_explanation(path, leaf, app.values) for path, leaf in sorted(found.items()))


def _explanation(path: Sequence[str], leaf: Leaf, values: Mapping[str, Any]) -> Explanation:
    source = leaf.source
    return Explanation(
        key=".".join(path), value=_used(path, leaf, values), layer=source.layer, path=source.path, line=source.line
    )


def _used(path: Sequence[str], leaf: Leaf, values: Mapping[str, Any]) -> Any:
    """Return the value after conversion to its type, which is the one the job gets."""
    node: Any = values
    for name in path:
        if not isinstance(node, Mapping) or name not in node:
            return leaf.value
        node = node[name]
    return node


def shown(value: Any) -> str:
    """Return a value in one line, as it would be written in a file; secrets by their reference."""
    if isinstance(value, SecretReference):
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {shown(item)}" for name, item in value.items()) + " }" if value else "{}"
    return emit.hcl(value)
