"""A cluster that is fit, to be spoilt one thing at a time."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from deployer.cluster.model import AclSelf, ObservedNode, ServiceInstance
from deployer.doctor.model import Attempt, Certificate, Readings, Wire
from deployer.doctor.needs import AppNeed, Needs
from deployer.doctor.nodes import CNI_PLUGINS

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def a_certificate(*, days: int = 90) -> Certificate:
    return Certificate(subject="CN=x", issuer="CN=y", ends=NOW + timedelta(days=days))


def a_wire(address: str, **given: Any) -> Attempt[Wire]:
    values: dict[str, Any] = {"certificate": None, "verified": True, "ahead_s": 0.2}
    return Attempt(Wire(address=address, **(values | given)))


def an_acl(**given: Any) -> AclSelf:
    values: dict[str, Any] = {
        "enabled": True,
        "name": "ci",
        "accessor_id": "a",
        "management": True,
        "anonymous": False,
        "policies": (),
    }
    return AclSelf(**(values | given))


def a_node(name: str = "n1", **given: Any) -> ObservedNode:
    values: dict[str, Any] = {
        "id": name,
        "status": "ready",
        "eligibility": "eligible",
        "drain": False,
        "pool": "default",
        "node_class": "",
        "datacenter": "dc1",
        "address": "10.0.0.1",
        "version": "1.11.3",
        "drivers": {"docker": (True, True), "raw_exec": (True, True)},
        "attributes": {
            "nomad.bridge.hairpin_mode": "true",
            "consul.connect": "true",
            "consul.grpc": "8502",
            **{f"plugins.cni.version.{plugin}": "1.0.0" for plugin in CNI_PLUGINS},
        },
        "meta": {"nomadeploy_envoy": "/usr/bin/envoy"},
        "cpu_mhz": 4000,
        "memory_mb": 8000,
    }
    return ObservedNode(name=name, **(values | given))


def a_need(name: str = "web", **given: Any) -> AppNeed:
    values: dict[str, Any] = {
        "drivers": frozenset({"raw_exec"}),
        "pool": "default",
        "mesh": True,
        "meta": frozenset({"nomadeploy_envoy"}),
        "cpu_mhz": 150,
        "memory_mb": 192,
        "volumes": frozenset(),
    }
    return AppNeed(name=name, **(values | given))


def needs(*apps: AppNeed, **given: Any) -> Needs:
    values: dict[str, Any] = {
        "namespaces": ("shop",),
        "variables": {"shop": "nomadeploy/shop"},
        "services": ("web",),
        "hosts": ("web.example",),
        "ingress": "traefik",
        "brings_ingress": False,
        "makes_certificates": False,
    }
    return Needs(apps=apps or (a_need(),), **(values | given))


def a_traefik(**given: Any) -> ServiceInstance:
    values: dict[str, Any] = {"status": "passing", "connect_native": True}
    return ServiceInstance(
        id="t", service="traefik", node="n1", address="", port=443, tags=(), meta={}, checks={}, **(values | given)
    )


def readings(**given: Any) -> Readings:
    values: dict[str, Any] = {
        "now": NOW,
        "nomad_wire": a_wire("https://nomad.example:4646", certificate=a_certificate()),
        "nomad_leader": Attempt("10.0.0.1:4647"),
        "nomad_agent": Attempt({"config": {"Version": {"Version": "1.11.3"}}}),
        "nomad_acl": Attempt(an_acl()),
        "namespaces": Attempt(("default", "shop")),
        "variables": {"shop": Attempt(value=True)},
        "nodes": Attempt((a_node(),)),
        "consul_wire": a_wire("https://consul.example:8501", certificate=a_certificate()),
        "consul_leader": Attempt("10.0.0.1:8300"),
        "consul_agent": Attempt({"Config": {"Version": "1.22.7"}}),
        "consul_acl": Attempt(an_acl()),
        "consul_rights": Attempt({}),
        "mesh_roots": Attempt(("-----BEGIN",)),
        "unknown_allowed": Attempt(value=False),
        "ingress": Attempt((a_traefik(),)),
        "doors": {"web.example": Attempt(a_certificate())},
    }
    return Readings(**(values | given))


@pytest.fixture
def fit() -> SimpleNamespace:
    return SimpleNamespace(
        readings=readings,
        needs=needs,
        need=a_need,
        node=a_node,
        acl=an_acl,
        wire=a_wire,
        certificate=a_certificate,
        traefik=a_traefik,
    )
