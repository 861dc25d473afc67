"""``nomadeploy render``: the jobs as Nomad would get them, without a cluster."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.pack.render import Rendered
    from deployer.project.overrides import Overrides


@options.command(
    "render",
    examples="""
        nomadeploy render prod
        nomadeploy render prod app-a --set app-a.scaling.min=3
        nomadeploy render prod --to rendered/
    """,
)
@options.environment
@options.app_names
@options.stack
@options.overrides
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Write one file per job into this folder.")
@options.output
def command(
    app: App,
    environment: str,
    app_names: tuple[str, ...],
    stack: str | None,
    overrides: "Overrides",
    to: Path | None,
    output: str,
) -> None:
    """
    Print the jobs of an environment, offline.

    Prints the job of each APP, or of all apps of ENV. With --to, files are written to
    DIRECTORY/STACK/APP.nomad.hcl instead.
    """
    from deployer.actions.render import render_apps, write_jobs
    from deployer.project.choose import chosen_apps

    resolved = app.resolve(environment, overrides)
    rendered = render_apps(resolved, chosen_apps(resolved, app_names, stack))
    if to is not None:
        paths = write_jobs(rendered, to)
        app.note(f"{len(paths)} job{'s' if len(paths) != 1 else ''} written to {to}")
        return
    app.result(_json(rendered) if output == "json" else _text(rendered), newline=output == "json")


def _text(rendered: "tuple[Rendered, ...]") -> str:
    if len(rendered) == 1:
        return rendered[0].text
    return "\n".join(f"# {job.name}\n{job.text}" for job in rendered)


def _json(rendered: "tuple[Rendered, ...]") -> str:
    from deployer.cli.output import as_json

    return as_json(
        [
            {"stack": job.app.stack, "app": job.app.name, "job_id": job.app.job_id, "jobspec": job.text}
            for job in rendered
        ]
    )
