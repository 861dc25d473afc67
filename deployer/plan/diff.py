"""Nomad's job diff as lines for people; pure. Source: ``JobDiff`` of ``PUT /v1/job/:id/plan``."""

from collections.abc import Iterator, Mapping
from typing import Any

_MARKS = {"Added": "+", "Deleted": "-", "Edited": "~", "None": " "}


def diff_lines(diff: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return one line per changed field, indented under its group, task and object."""
    return tuple(_object_lines(diff, 0, skip_title=True)) if diff else ()


def told_changes(diff: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """
    Return the diff without objects that Nomad calls edited and tells no change of.

    It says so of every scaling policy, since the one it keeps has an id and the job's own has none.
    """
    if diff is None:
        return None
    groups: list[Mapping[str, Any]] = []
    for group in diff.get("TaskGroups") or ():
        objects = [item for item in group.get("Objects") or () if not _is_empty_edit(item)]
        tasks = [task for task in group.get("Tasks") or () if task.get("Type") != "None"]
        rest = bool(group.get("Fields") or objects or tasks)
        groups.append({**group, "Objects": objects, "Type": group.get("Type") if rest else "None"})
    return _with_groups(diff, groups)


def _is_empty_edit(item: Mapping[str, Any]) -> bool:
    return item.get("Type") == "Edited" and not item.get("Fields") and not item.get("Objects")


def without_counts(diff: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the diff without the groups' counts; its type is None where nothing else differs."""
    if diff is None:
        return None
    return _with_groups(diff, [_without_count(group) for group in diff.get("TaskGroups") or ()])


def _with_groups(diff: Mapping[str, Any], groups: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    changed = [group for group in groups if group.get("Type") != "None"]
    rest = bool(diff.get("Fields") or diff.get("Objects") or changed)
    return {**diff, "TaskGroups": groups, "Type": diff.get("Type") if rest else "None"}


def _without_count(group: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = [field for field in group.get("Fields") or () if field.get("Name") != "Count"]
    tasks = [task for task in group.get("Tasks") or () if task.get("Type") != "None"]
    rest = bool(fields or group.get("Objects") or tasks)
    return {**group, "Fields": fields, "Type": group.get("Type") if rest else "None"}


def _object_lines(item: Mapping[str, Any], depth: int, *, skip_title: bool = False) -> Iterator[str]:
    inner = depth if skip_title else depth + 1
    if not skip_title:
        yield f"{'  ' * depth}{_MARKS.get(str(item.get('Type')), ' ')} {_title(item)}"
    for field in item.get("Fields") or ():
        if field.get("Type") != "None":
            yield f"{'  ' * inner}{_field(field)}"
    for name in ("Objects", "TaskGroups", "Tasks"):
        for child in item.get(name) or ():
            if child.get("Type") != "None":
                yield from _object_lines(child, inner)


def _title(item: Mapping[str, Any]) -> str:
    name = item.get("Name", "")
    if "Tasks" in item or "Updates" in item:
        return f'group "{name}"'
    if "Annotations" in item:
        return f'task "{name}"'
    return str(name)


def _field(field: Mapping[str, Any]) -> str:
    name, old, new = field.get("Name"), _value(field.get("Old")), _value(field.get("New"))
    annotations = field.get("Annotations") or []
    note = f" ({', '.join(annotations)})" if annotations else ""
    match field.get("Type"):
        case "Added":
            return f"+ {name}: {new}{note}"
        case "Deleted":
            return f"- {name}: {old}{note}"
        case _:
            return f"~ {name}: {old} => {new}{note}"


def _value(value: Any) -> str:
    text = str(value or "")
    lines = text.splitlines()
    if len(lines) > 1:
        return f'"{lines[0]} …" ({len(lines)} lines)'
    return f'"{text}"'
