"""A plan as text, totals first; pure. Colour is added at the edge, by the marks."""

from collections.abc import Mapping, Sequence

from deployer.plan.model import Action, Kind, Plan, Step

_MARKS: Mapping[Action, str] = {
    Action.CREATE: "+",
    Action.REPLACE: "~",
    Action.IN_PLACE: "~",
    Action.STOP: "-",
    Action.REMOVE: "-",
    Action.KEEP: " ",
    Action.REFUSE: "!",
}
_DETAIL_LINES = 40


def plan_text(plan: Plan, *, details: bool = True) -> str:
    """Return the whole plan: totals, every change with its cause, what is public afterwards."""
    lines = [f"Plan for {plan.owner}: {totals_text(plan)}"]
    changed = [step for step in plan.steps if step.action is not Action.KEEP]
    for step in changed:
        lines += _step_lines(step, details=details)
    kept = [step.name for step in plan.steps if step.kind is Kind.JOB and step.action is Action.KEEP]
    if kept:
        lines.append(f"    unchanged: {_shortened(kept)}")
    if plan.routes and changed:
        lines.append("    public:")
        lines += [f"      {app}  {url}" for app, url in sorted(plan.routes.items())]
    return "\n".join(lines) + "\n"


def totals_text(plan: Plan) -> str:
    """Return the counts in words, what stops or is refused first."""
    totals = plan.totals()
    order = [Action.REFUSE, Action.STOP, Action.REPLACE, Action.IN_PLACE, Action.CREATE, Action.KEEP]
    names = {Action.REFUSE: "refused", Action.STOP: "to stop", Action.CREATE: "to create"}
    names |= {Action.REPLACE: "to update with new allocations", Action.IN_PLACE: "to update in place"}
    parts = [f"{totals[a.value]} {names.get(a, a.value)}" for a in order if totals.get(a.value)]
    mesh = totals.get("mesh changes", 0)
    if mesh:
        parts.append(f"{mesh} mesh {'change' if mesh == 1 else 'changes'}")
    return ", ".join(parts) or "nothing declared"


def _step_lines(step: Step, *, details: bool) -> list[str]:
    where = f" in namespace {step.namespace}" if step.namespace not in ("", "default") else ""
    lines = [f"  {_MARKS[step.action]} {step.kind.value} {step.name}{where}: {step.action.value} ({step.cause})"]
    if details:
        shown = step.details[:_DETAIL_LINES]
        lines += [f"      {line}" for line in shown]
        if len(step.details) > len(shown):
            lines.append(f"      … {len(step.details) - len(shown)} more lines")
    return lines + [f"      warning: {warning}" for warning in step.warnings]


def _shortened(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown  # noqa: PLR2004 - fits a line
