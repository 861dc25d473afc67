"""The packs' jobs: whole texts, and what must hold for each of them."""

from pathlib import Path

import pytest
from golden import Golden

from deployer.actions.checked import checked_jobs
from deployer.errors import FilesInvalid
from deployer.hcl.body import Block
from deployer.hcl.parse import parse_body
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve

PROJECT = """
project "shop" {}

environment "dev" {
  nomad {
    address = "http://127.0.0.1:4646"
  }
  consul {
    address = "http://127.0.0.1:8500"
  }
}
"""

PROCESS = """
  process {
    directory = "apps/x"
    command   = ["../.venv/bin/python3", "-m", "x"]
  }
"""

PRIVATE = """
app "stock" {{
  pack   = "service"
  driver = "{driver}"
  image  = "shop/stock:1"
  port   = 8001
  {process}
  check {{
    command = ["python3", "check.py"]
  }}
}}
"""

PUBLIC = """
app "orders" {{
  pack    = "service"
  driver  = "{driver}"
  image   = "shop/orders:1"
  port    = 8000
  calls   = ["stock"]
  env     = {{ GREETING = "costs $$${{5}} in $${{NOMAD_DC}}" }}
  secrets = {{ PASSWORD = "orders#password" }}
  {process}
  public {{
    host       = "shop.example.com"
    path       = "/orders"
    strip_path = true
  }}
  check {{
    path = "/health"
  }}
  scaling {{
    min                 = 2
    max                 = 5
    requests_per_second = 20
    cpu_percent         = 70
  }}
  update {{
    canary  = 1
    promote = "auto"
  }}
}}
"""

BATCH = """
app "report" {
  pack    = "batch"
  image   = "shop/report:1"
  command = ["report", "--all"]
  calls   = ["stock"]

  periodic {
    cron = "0 3 * * *"
  }
}
"""

SITE = """
app "site" {
  pack      = "static-site"
  driver    = "raw_exec"
  port      = 7000
  directory = "site"
  settings  = { API = "https://api.example.com" }

  public {
    host = "www.example.com"
  }
  check {
    path = "/"
  }
}
"""

TRAEFIK = """
app "traefik" {
  pack            = "traefik"
  certificate     = "/etc/ssl/a.pem"
  certificate_key = "/etc/ssl/a.key"
  entrypoints     = { api = 5000 }
}
"""


def render(root: Path, *apps: str) -> dict[str, str]:
    stack = root / "jobs" / "shop"
    stack.mkdir(parents=True, exist_ok=True)
    (root / "nomadeploy.hcl").write_text(PROJECT)
    (stack / "apps.hcl").write_text("\n".join(apps))
    resolved = resolve(load_project(root), "dev", Overrides())
    return {job.app.name: job.text.replace(str(root), "/project") for job in checked_jobs(resolved, resolved.apps)}


def service_apps(driver: str) -> tuple[str, str]:
    process = "" if driver == "docker" else PROCESS
    return PRIVATE.format(driver=driver, process=process), PUBLIC.format(driver=driver, process=process)


def group_of(text: str) -> Block:
    job = parse_body(text, "job").first("job")
    assert job is not None
    group = job.body.first("group")
    assert group is not None
    return group


@pytest.mark.parametrize("driver", ["docker", "exec", "raw_exec"])
def test_a_service_runs_on_every_driver(tmp_path: Path, golden: Golden, driver: str) -> None:
    for name, text in render(tmp_path, *service_apps(driver)).items():
        golden(f"{name}-{driver}.nomad.hcl", text)


def test_the_other_packs_make_their_jobs(tmp_path: Path, golden: Golden) -> None:
    jobs = render(tmp_path, service_apps("docker")[0], BATCH, SITE, TRAEFIK)
    for name in ("report", "site", "traefik"):
        golden(f"{name}.nomad.hcl", jobs[name])


@pytest.mark.parametrize("driver", ["docker", "exec", "raw_exec"])
def test_no_service_publishes_a_port_or_leaves_its_firewall_out(tmp_path: Path, driver: str) -> None:
    for text in render(tmp_path, *service_apps(driver)).values():
        group = group_of(text)
        network = group.body.first("network")
        assert network is not None
        assert network.body.value("mode") == "bridge"
        assert not list(network.body.of_type("port"))
        tasks = [task.labels[0] for task in group.body.of_type("task")]
        assert tasks[:2] == ["firewall", "firewall-keeper"]


def test_only_a_public_app_has_a_route(tmp_path: Path) -> None:
    jobs = render(tmp_path, *service_apps("docker"))
    assert "traefik" not in jobs["stock"]
    assert "Host(`shop.example.com`) && PathPrefix(`/orders`)" in jobs["orders"]


def test_an_app_that_listens_on_loopback_may_leave_the_firewall_out(tmp_path: Path) -> None:
    private = service_apps("docker")[0].replace("port   = 8001", 'port   = 8001\n  isolation = "loopback"')
    tasks = [task.labels[0] for task in group_of(render(tmp_path, private)["stock"]).body.of_type("task")]
    assert tasks == ["stock"]


def test_envoy_is_asked_at_the_admin_port_that_nomad_gives_it(tmp_path: Path) -> None:
    process = PROCESS.replace('directory = "apps/x"', 'directory = "apps/x"\n    prepare = ["./load"]')
    private = PRIVATE.format(driver="raw_exec", process=process)
    text = render(tmp_path, private)["stock"]
    before_the_sidecar = len(list(group_of(text).body.of_type("task")))
    assert before_the_sidecar == 4
    assert f"http://127.0.0.2:{19000 + before_the_sidecar}/ready" in text


def test_a_driver_that_the_pack_does_not_know_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FilesInvalid) as caught:
        render(tmp_path, service_apps("docker")[0].replace('"docker"', '"podman"'))
    assert [(finding.line, finding.message) for finding in caught.value.findings] == [
        (4, "driver is docker, exec or raw_exec")
    ]


@pytest.mark.parametrize(
    ("app", "missing"),
    [
        (PRIVATE.format(driver="raw_exec", process=""), "the driver raw_exec needs command"),
        (service_apps("docker")[0].replace('image  = "shop/stock:1"', ""), "the driver docker needs image"),
        (service_apps("docker")[0].replace("port   = 8001", ""), "port"),
    ],
)
def test_what_a_driver_or_the_mesh_needs_is_asked_for_by_name(tmp_path: Path, app: str, missing: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        render(tmp_path, app)
    assert missing in caught.value.findings[0].message
