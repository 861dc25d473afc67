"""`nomadeploy history ENV`."""

from deployer.cli import options
from deployer.cli.app import App


@options.command(
    "history",
    examples="""
    nomadeploy history prod
    nomadeploy history prod --stack jobboard --output json
    """,
)
@options.environment
@options.stack
@options.output
def command(app: App, environment: str, stack: str | None, output: str) -> None:
    """List the releases of an environment, newest first: who, when, from which commit, how it ended."""
    from deployer.actions.connect import connect
    from deployer.actions.status import read_history
    from deployer.cli.output import as_json, as_table
    from deployer.project.resolve import environment_named

    where = environment_named(app.project, environment)
    stacks = [item.name for item in app.project.stacks if item.is_in(environment) and stack in (None, item.name)]
    releases = read_history(app.project.name, stacks, where, connect(where))
    if output == "json":
        app.result(as_json(releases))
        return
    head = ["RELEASE", "STATUS", "STARTED", "WHO", "COMMIT", "CHANGES"]
    rows = [
        [
            release.id,
            release.status,
            release.started_at,
            release.who,
            (release.git_commit[:8] + ("+" if release.git_dirty else "")) or "-",
            ", ".join(f"{count} {name}" for name, count in release.summary.items()),
        ]
        for release in releases
    ]
    app.result(as_table([head, *rows]))
