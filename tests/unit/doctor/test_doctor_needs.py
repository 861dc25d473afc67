from pathlib import Path

from projects import an_app, write_project

from deployer.doctor.needs import needs_of
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve

ROOT = Path(__file__).parents[3]


def test_the_job_board_needs_drivers_envoy_intentions_and_a_door() -> None:
    needs = needs_of(resolve(load_project(ROOT), "dev", Overrides()))

    app_a, app_b = (next(app for app in needs.apps if app.name == name) for name in ("app-a", "app-b"))
    assert app_a.drivers == app_b.drivers == {"raw_exec"}
    assert app_a.meta == {"nomadeploy_envoy"}
    assert (app_a.cpu_mhz, app_a.memory_mb) == (150, 192)
    assert {"app-a", "app-b"} <= set(needs.services)
    assert "app-a.localhost" in needs.hosts
    assert needs.makes_certificates


def test_docker_apps_need_a_docker_sidecar_and_the_firewall_image() -> None:
    overrides = Overrides(variables=("driver=docker",))

    app_a = next(app for app in needs_of(resolve(load_project(ROOT), "dev", overrides)).apps if app.name == "app-a")

    assert app_a.drivers == {"docker"}
    assert app_a.meta == {"nomadeploy_firewall_image"}


def test_records_go_to_the_environments_namespace_and_apps_may_have_others(tmp_path: Path) -> None:
    files = {"jobs/main/a.hcl": an_app("a", 'namespace = "batch"'), "jobs/main/b.hcl": an_app("b")}

    needs = needs_of(resolve(load_project(write_project(tmp_path, files)), "prod", Overrides()))

    assert needs.namespaces == ("batch", "shop")
    assert needs.variables == {"shop": "nomadeploy/shop"}
    assert not needs.mesh
