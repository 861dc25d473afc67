"""Bodies as trees of single values with their sources, and layers of them merged deeply; pure."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from deployer.finding import Finding
from deployer.hcl.body import Attribute, Body, Value
from deployer.project.model import Leaf, Source

Tree: TypeAlias = dict[str, "Tree | Leaf"]
"""Blocks and objects as branches, all other values (lists too) as leaves; an empty block is a leaf of ``{}``."""


def tree_of(body: Body, layer: str, path: str, *, labels: Mapping[str, int], findings: list[Finding]) -> Tree:
    """
    Return the tree of a body.

    Args:
        labels: how many labels each labelled block type has; other blocks have none.
        findings: receives blocks that stand twice or have the wrong labels.
    """
    tree: Tree = {
        attribute.name: _value(attribute.value, (), attribute, Source(layer, path, attribute.line))
        for attribute in body.attributes.values()
    }
    for block in body.blocks:
        key = (block.type, *block.labels)
        wanted = labels.get(block.type, 0)
        problem = ""
        if len(block.labels) != wanted:
            problem = f"takes {wanted} label{'s' if wanted != 1 else ''}, has {len(block.labels)}"
        elif block.type in body.attributes or _at(tree, key) is not None:
            problem = "stands twice; keep one of the two"
        if problem:
            findings.append(Finding(path=path, line=block.line, key="/".join(key), message=problem))
            continue
        inner = tree_of(block.body, layer, path, labels={}, findings=findings)
        _put(tree, key, inner or Leaf({}, Source(layer, path, block.line)))
    return tree


def _value(value: Value, key: tuple[str, ...], attribute: Attribute, source: Source) -> Tree | Leaf:
    if not isinstance(value, dict) or not value:
        return Leaf(value, source)
    branches: Tree = {}
    for name, item in value.items():
        inner = (*key, name)
        branches[name] = _value(item, inner, attribute, Source(source.layer, source.path, attribute.line_of(inner)))
    return branches


def _at(tree: Tree, key: tuple[str, ...]) -> Tree | Leaf | None:
    node: Tree | Leaf | None = tree
    for name in key:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _put(tree: Tree, key: tuple[str, ...], node: Tree | Leaf) -> None:
    for name in key[:-1]:
        inner = tree.setdefault(name, {})
        if isinstance(inner, Leaf):  # `environment = …` beside `environment "x" { … }`: the block wins
            inner = tree[name] = {}
        tree = inner
    tree[key[-1]] = node


def set_value(tree: Tree, key: tuple[str, ...], leaf: Leaf) -> None:
    """Set one value, making the branches above it."""
    _put(tree, key, leaf)


def overlay(lower: Tree | Leaf, upper: Tree | Leaf) -> Tree | Leaf:
    """Merge two layers: branches are merged, anything else is replaced by the upper one."""
    if isinstance(lower, Leaf):
        return upper
    if isinstance(upper, Leaf):
        # `public {}` over `public { host = … }` adds nothing and takes nothing away.
        return lower if upper.value == {} else upper
    merged = dict(lower)
    for name, node in upper.items():
        merged[name] = overlay(merged[name], node) if name in merged else node
    return merged


def leaves_of(tree: Tree, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Leaf]:
    """Return the leaves by their paths."""
    leaves: dict[tuple[str, ...], Leaf] = {}
    for name, node in tree.items():
        if isinstance(node, Leaf):
            leaves[*above, name] = node
        else:
            leaves.update(leaves_of(node, (*above, name)))
    return leaves


def values_of(tree: Tree) -> dict[str, Any]:
    """Return the nested values without their sources."""
    return {name: node.value if isinstance(node, Leaf) else values_of(node) for name, node in tree.items()}


def top_leaves(tree: Tree) -> dict[str, Leaf]:
    """Return one leaf per top name: a branch becomes its nested values, with the source of its first one."""
    return {
        name: node if isinstance(node, Leaf) else Leaf(values_of(node), next(iter(leaves_of(node).values())).source)
        for name, node in tree.items()
    }
