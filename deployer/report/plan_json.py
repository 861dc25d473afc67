"""A plan as JSON for scripts; pure. It holds what would change, never a job's whole body."""

import json
from collections.abc import Sequence
from typing import Any

from deployer.plan.model import Plan, Step


def plans_as_json(plans: Sequence[Plan]) -> str:
    """Return the plans of all stacks as one document."""
    return json.dumps({"stacks": [plan_document(plan) for plan in plans]}, indent=2, ensure_ascii=False)


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return one stack's plan."""
    return {
        "project": plan.owner.project,
        "stack": plan.owner.stack,
        "environment": plan.owner.environment,
        "totals": plan.totals(),
        "changed": bool(plan.changes),
        "steps": [_step(step) for step in plan.steps],
        "routes": dict(plan.routes),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "action": step.action.value,
        "name": step.name,
        "app": step.app,
        "namespace": step.namespace,
        "cause": step.cause,
        "wave": step.wave,
        "expected_index": step.expected_index,
        "details": list(step.details),
        "warnings": list(step.warnings),
    }
