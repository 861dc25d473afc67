"""An app's ``smoke`` block → a probe, its secrets read from Nomad Variables at the last moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from deployer.cluster.ports import VariablesPort
from deployer.errors import NotFound
from deployer.project.model import App
from deployer.project.settings import seconds
from deployer.secret import Secret, SecretReference
from deployer.smoke.probe import Probe


def probe_of(app: App, apps: Sequence[App], variables: VariablesPort) -> Probe | None:
    """
    Return the probe of a public app, or None where it has none.

    Raises:
        NotFound: a secret that the probe needs is not stored.
    """
    smoke = app.values.get("smoke")
    if not smoke or app.public is None:
        return None

    def secret(value: object) -> Secret:
        return _secret(value, apps, variables)

    prefix = str(app.public.get("path") or "/").rstrip("/")
    return Probe(
        host=str(app.public["host"]),
        method=smoke["method"],
        path=prefix + smoke["path"],
        headers={name: secret(value) for name, value in _mapping(smoke["headers"]).items()},
        body=secret(smoke["body"]),
        status=smoke["status"],
        body_contains=smoke["body_contains"],
        body_equals=smoke["body_equals"],
        timeout_s=seconds(smoke["timeout"]),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _secret(value: object, apps: Sequence[App], variables: VariablesPort) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, SecretReference):
        return Secret(str(value))
    app = next((app for app in apps if app.name == value.app), None)
    job, namespace = (app.job_id, app.namespace) if app else (value.app, "default")
    path = f"nomad/jobs/{job}"
    item = variables.variable(namespace, path)
    if item is None or value.key not in item.items:
        raise NotFound(
            f"the Nomad Variable {path} in namespace {namespace!r} has no item {value.key!r}",
            hint=f"store it with `nomad var put -namespace {namespace} {path} {value.key}=…`",
        )
    return Secret(item.items[value.key])
