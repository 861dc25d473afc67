"""Deploy a whole project without asking: what `dev up` does with its platform."""

from pathlib import Path

from deployer.actions.connect import connect
from deployer.actions.plan import plan_stacks
from deployer.actions.run import StackResult, run_plans
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve
from deployer.report.events import Report


def deploy_project(root: Path, environment: str, report: Report) -> list[StackResult]:
    """Make the cluster match the project at `root`; raises what `run` raises."""
    resolved = resolve(load_project(root), environment, Overrides())
    cluster = connect(resolved.environment)
    try:
        return run_plans(plan_stacks(resolved, cluster), resolved, cluster, report)
    finally:
        cluster.close()
