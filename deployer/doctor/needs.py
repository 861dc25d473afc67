"""Resolved apps → what they ask of a cluster; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployer.project.model import App
from deployer.project.resolve import Resolved

_META = re.compile(r"\$\{meta\.([\w.-]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppNeed:
    """
    What one app asks of a node.

    Attributes:
        drivers: of the app's task and its sidecar; empty where only the job knows.
        pool: the node pool that its node must be in.
        mesh: it has a sidecar.
        meta: keys that the node's meta must have for sidecar and firewall.
        cpu_mhz, memory_mb: of the app and its sidecar together, 0 where only the job knows.
        volumes: host volumes it mounts.
    """

    name: str
    drivers: frozenset[str]
    pool: str
    mesh: bool
    meta: frozenset[str]
    cpu_mhz: int
    memory_mb: int
    volumes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """
    What an environment asks of its cluster.

    Attributes:
        variables: namespace → a path below which releases are recorded there.
        services: names in Consul whose intentions are written.
        hosts: public hosts that are served over TLS.
        brings_ingress: Traefik is one of the project's own apps.
        makes_certificates: `run` gives public hosts their certificates, as it does in a dev cluster.
    """

    namespaces: tuple[str, ...]
    variables: Mapping[str, str]
    services: tuple[str, ...]
    hosts: tuple[str, ...]
    ingress: str
    brings_ingress: bool
    makes_certificates: bool
    apps: tuple[AppNeed, ...]

    @property
    def mesh(self) -> bool:
        """Whether any app is in the mesh."""
        return any(app.mesh for app in self.apps)


def needs_of(resolved: Resolved) -> Needs:
    """Return what the apps of an environment need."""
    apps, environment = resolved.apps, resolved.environment
    record = f"nomadeploy/{resolved.project.name}"
    home = environment.nomad.namespace or "default"
    public = [app.public for app in apps if app.public is not None and app.public.get("tls", True)]
    called = {call.service for app in apps for call in app.calls}
    return Needs(
        namespaces=tuple(sorted({app.namespace for app in apps} | {home})),
        variables={home: record},
        services=tuple(sorted(called | {app.service for app in apps if app.public is not None})),
        hosts=tuple(sorted({str(block["host"]) for block in public})),
        ingress=environment.ingress.service,
        brings_ingress=any(app.service == environment.ingress.service for app in apps),
        makes_certificates=bool(environment.dev_cluster),
        apps=tuple(_app_need(app) for app in apps),
    )


def _app_need(app: App) -> AppNeed:
    values = app.values
    mesh = app.kind == "pack" and "sidecar_memory_mb" in values
    driver = str(values.get("driver") or "") if app.kind == "pack" else ""
    beside = str(values.get("sidecar") or ("docker" if driver == "docker" else "raw_exec")) if mesh else ""
    resources = values.get("resources") or {}
    known = app.kind == "pack"
    return AppNeed(
        name=app.name,
        drivers=frozenset(filter(None, (driver, beside))),
        pool=str(values.get("node_pool") or "default"),
        mesh=mesh,
        meta=_meta(values, beside),
        cpu_mhz=int(resources.get("cpu_mhz", 0)) + int(values.get("sidecar_cpu_mhz") or 0) if known else 0,
        memory_mb=int(resources.get("memory_mb", 0)) + int(values.get("sidecar_memory_mb") or 0) if known else 0,
        volumes=frozenset(values.get("volumes") or ()) if known else frozenset(),
    )


def _meta(values: Mapping[str, Any], beside: str) -> frozenset[str]:
    texts = []
    if beside == "raw_exec":
        texts.append(str(values.get("envoy") or ""))
    if beside == "docker" and values.get("isolation") == "firewall":
        texts.append(str(values.get("firewall_image") or ""))
    return frozenset(found[1] for text in texts if (found := _META.fullmatch(text)))
