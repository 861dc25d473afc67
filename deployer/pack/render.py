"""An app of an environment → the text of its Nomad job; reads templates, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployer.pack.engine import render_file
from deployer.pack.model import Pack
from deployer.project.load import relative
from deployer.project.model import App, Environment, Project
from deployer.project.sections import APP


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """
    A rendered job.

    Attributes:
        name: how the text is called in findings: ``<stack>/<app>.nomad.hcl``.
        kind: ``service``, ``batch`` or ``platform``, as the pack says.
    """

    app: App
    name: str
    text: str
    kind: str


def render_app(project: Project, environment: Environment, app: App, pack: Pack | None) -> Rendered:
    """
    Render one app's job.

    Raises:
        FilesInvalid: with the line of the template.
    """
    name = f"{app.stack}/{app.name}.nomad.hcl"
    if app.kind == "jobspec" and app.file is not None:
        return Rendered(app=app, name=relative(app.file, project.root), text=_read(app.file), kind="service")
    template = pack.template if pack is not None else app.file
    if template is None:  # the resolver gives every app one of the three
        raise AssertionError(app.name)
    context = template_context(project, environment, app, pack)
    text = render_file(template, context, relative(template, project.root))
    return Rendered(app=app, name=name, text=text, kind=pack.kind if pack else "service")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def template_context(project: Project, environment: Environment, app: App, pack: Pack | None) -> Mapping[str, Any]:
    """Return the names a template knows: project, stack, env, app, var, meta."""
    values = app.values
    own = {name: value for name, value in values.items() if name not in APP}
    return {
        "project": {"name": project.name, "root": str(project.root)},
        "stack": {"name": app.stack},
        "env": {
            "name": environment.name,
            "namespace": app.namespace,
            "region": environment.nomad.region,
            "var": {name: leaf.value for name, leaf in environment.variables.items()},
        },
        "app": {
            **{name: values.get(name) for name in APP},
            "name": app.name,
            "kind": pack.kind if pack else "service",
            "job_id": app.job_id,
            "service": app.service,
            "upstreams": [{"app": call.app, "service": call.service, "port": call.port} for call in app.calls],
        },
        "var": own,
        "meta": {
            "nomadeploy_project": project.name,
            "nomadeploy_stack": app.stack,
            "nomadeploy_environment": environment.name,
        },
    }
