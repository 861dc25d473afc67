"""`nomadeploy status ENV`."""

from deployer.cli import options
from deployer.cli.app import App


@options.command(
    "status",
    examples="""
    nomadeploy status dev
    nomadeploy status prod --output json
    """,
)
@options.environment
@options.output
def command(app: App, environment: str, output: str) -> None:
    """Show each app of an environment: state, allocations, public URL, release."""
    from deployer.actions.connect import connect
    from deployer.actions.status import read_status
    from deployer.cli.output import as_json, as_table

    resolved = app.resolve(environment)
    rows = read_status(resolved, connect(resolved.environment))
    if output == "json":
        app.result(as_json(rows))
        return
    head = ["STACK", "APP", "STATE", "ALLOCATIONS", "RELEASE", "URL", "NOTE"]
    table = [[r.stack, r.app, r.state, f"{r.healthy}/{r.wanted}", r.release or "-", r.url or "-", r.note] for r in rows]
    app.result(as_table([head, *table]))
