"""Environment and apps → the texts of their jobs, offline; every finding of every app at once."""

from collections.abc import Sequence
from pathlib import Path

from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.pack.render import Rendered, render_app
from deployer.project.model import App
from deployer.project.resolve import Resolved


def render_apps(resolved: Resolved, apps: Sequence[App]) -> tuple[Rendered, ...]:
    """
    Render the jobs of apps in their order.

    Raises:
        FilesInvalid: with the findings of all templates.
    """
    rendered, findings = try_render(resolved, apps)
    if findings:
        raise FilesInvalid(findings)
    return rendered


def try_render(resolved: Resolved, apps: Sequence[App]) -> tuple[tuple[Rendered, ...], list[Finding]]:
    """Return what could be rendered, and the findings of the rest."""
    rendered: list[Rendered] = []
    findings: list[Finding] = []
    for app in apps:
        try:
            rendered.append(render_app(resolved.project, resolved.environment, app, resolved.pack_of(app)))
        except FilesInvalid as error:
            findings += error.findings
    return tuple(rendered), list(dict.fromkeys(findings))


def write_jobs(rendered: Sequence[Rendered], folder: Path) -> tuple[Path, ...]:
    """Write one file per job, ``<folder>/<stack>/<app>.nomad.hcl``, and return their paths."""
    paths = []
    for job in rendered:
        path = folder / job.app.stack / f"{job.app.name}.nomad.hcl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(job.text, encoding="utf-8")
        paths.append(path)
    return tuple(paths)
