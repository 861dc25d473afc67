from dataclasses import replace
from typing import Any

from releases import a_desired_job, a_desired_state, an_app, intentions, job_text, twins

from deployer.actions.connect import Cluster
from deployer.cluster.model import PortMapping, ServiceInstance
from deployer.mesh.proof import STRANGER, prove

WEB = an_app("web", values={"public": {"host": "shop.localhost"}})
STATE = a_desired_state(
    a_desired_job("api"), a_desired_job(app=WEB), intentions=intentions("web -> api", "traefik -> web")
)


def allow(cluster: Cluster, destination: str, *sources: str, action: str = "allow") -> None:
    listed = [{"Name": source, "Action": action} for source in sources]
    entry = {"Kind": "service-intentions", "Name": destination, "Sources": listed}
    cluster.consul.put_config_entry(entry, cas=0)


def as_declared(**settings: Any) -> Cluster:
    cluster = twins(**settings)
    allow(cluster, "api", "web")
    allow(cluster, "web", "traefik")
    return cluster


def proofs(cluster: Cluster, *apps: str, state=STATE) -> dict[str, str]:
    found = prove(state, frozenset(apps), cluster.nomad, cluster.consul, cluster.ingress)
    return {f"{one.app}: {one.statement}": one.problem for one in found}


def test_what_is_as_declared_is_stated_without_a_problem() -> None:
    assert proofs(as_declared(), "api", "web") == {
        "api: web may call it": "",
        f"api: {STRANGER} may not call it": "",
        "api: traefik may not call it": "",
        "api: no port but the sidecar's is published": "",
        "api: no public route leads to it": "",
        "web: traefik may call it": "",
        f"web: {STRANGER} may not call it": "",
    }


def test_only_the_named_apps_are_proved() -> None:
    assert proofs(as_declared()) == {}
    assert {statement.partition(":")[0] for statement in proofs(as_declared(), "web")} == {"web"}


def test_a_mesh_that_allows_by_default_is_found_out_by_the_stranger() -> None:
    cluster = as_declared()
    cluster.consul.default_allow = True  # type: ignore[attr-defined]
    problems = proofs(cluster, "api")

    assert "default deny" in problems[f"api: {STRANGER} may not call it"]
    assert "Consul lets 'traefik' call it" in problems["api: traefik may not call it"]


def test_a_deny_that_beats_a_declared_call_is_found_out() -> None:
    cluster = twins()
    allow(cluster, "api", "web", action="deny")

    assert "Consul does not let 'web' call it" in proofs(cluster, "api")["api: web may call it"]


def with_ports(*ports: PortMapping, **changes: Any) -> dict[str, str]:
    cluster = as_declared()
    nomad: Any = cluster.nomad
    nomad.register_job(nomad.parse_job(job_text("api")), expected_index=0)
    ((key, alloc),) = nomad._allocations.items()
    nomad._allocations[key] = replace(alloc, ports=ports, **changes)
    return proofs(cluster, "api")


def test_a_port_beside_the_sidecars_is_a_hole_in_a_private_app() -> None:
    sidecar = PortMapping(label="connect-proxy-api", value=21000, to=21000, host_ip="10.0.0.2")
    own = PortMapping(label="http", value=23456, to=8080, host_ip="")

    statement = "api: no port but the sidecar's is published"
    assert with_ports(sidecar)[statement] == ""
    assert with_ports(sidecar, own)[statement] == "the node publishes http at the node:23456"
    assert with_ports(own, desired_status="stop")[statement] == ""
    assert with_ports(own, client_status="complete")[statement] == ""


def with_tags(*tags: str) -> str:
    cluster = as_declared()
    instance = ServiceInstance(
        id="1", service="api", node="n", address="", port=0, tags=tags, meta={}, status="passing", checks={}
    )
    cluster.consul.known_instances["api"] = (instance,)  # type: ignore[attr-defined]
    return proofs(cluster, "api")["api: no public route leads to it"]


def test_a_router_is_a_hole_in_a_private_app() -> None:
    router = "traefik.http.routers.api.rule=Host(`a`)"

    assert with_tags("v1", "traefik.enable=false") == ""
    assert with_tags("traefik.enable=true") == "Traefik has a router for it (traefik.enable=true)"
    assert with_tags(router) == f"Traefik has a router for it ({router})"
    assert "traefik.tcp.routers.db" in with_tags("traefik.tcp.routers.db.rule=HostSNI(`*`)")


def test_jobs_that_are_no_services_of_a_pack_have_no_service_to_prove() -> None:
    state = a_desired_state(
        a_desired_job("seed", kind="batch"),
        a_desired_job("edge", kind="platform"),
        a_desired_job(app=an_app("plain", kind="jobspec")),
    )

    assert proofs(twins(), "seed", "edge", "plain", state=state) == {}
