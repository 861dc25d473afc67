"""`nomadeploy stop ENV [APP…]`."""

from deployer.cli import options
from deployer.cli.app import App


@options.command(
    "stop",
    examples="""
    nomadeploy stop dev
    nomadeploy stop staging app-a --yes
    nomadeploy stop prod --stack jobboard --yes
    """,
)
@options.environment
@options.app_names
@options.stack
@options.yes
@options.output
def command(
    app: App,
    environment: str,
    app_names: tuple[str, ...],
    stack: str | None,
    yes: bool,  # noqa: FBT001 - click passes by name
    output: str,
) -> None:
    """
    Stop apps that this project's releases own, after asking.

    Without names every app of the environment is stopped and the stack's intentions are removed.
    """
    from deployer.actions.connect import connect
    from deployer.actions.run import run_plans
    from deployer.actions.stop import plan_stops
    from deployer.cli.run import open_report, results_json, results_text
    from deployer.project.resolve import Resolved, environment_named
    from deployer.report.plan_text import plan_text

    where = environment_named(app.project, environment)
    cluster = connect(where)
    plans = plan_stops(app.project, where, cluster, apps=app_names, stack=stack or "")
    changes = [step for plan in plans for step in plan.plan.changes]
    for plan in plans:
        app.note(plan_text(plan.plan).rstrip())
    if not changes:
        app.note("nothing of this project runs there")
    else:
        app.confirm(f"Make {len(changes)} changes in {environment}?", yes=yes)
    report = open_report(app)
    resolved = Resolved(project=app.project, environment=where, apps=(), packs={})
    try:
        results = run_plans(plans, resolved, cluster, report)
    finally:
        report.close()
    app.result(results_json(results) if output == "json" else results_text(results))
