from deployer.devcluster.platform_project import platform_project
from deployer.devcluster.state import ClusterState, Node
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve

STATE = ClusterState(
    name="dev",
    directory='/state/o"${b}/dev',
    nomad_address="http://127.0.0.1:4656",
    consul_address="http://127.0.0.1:8510",
    http_port=8090,
    https_port=8453,
    metrics_port=8092,
    nodes=(Node(name="dev-host", address="10.96.0.1", pool="ingress", netns="", data="/data/0", index=0),),
)


def test_the_platform_is_an_ordinary_project_that_the_engine_reads(tmp_path):
    resolved = resolve(load_project(platform_project(STATE, tmp_path)), "dev", Overrides())
    assert resolved.environment.nomad.address == "http://127.0.0.1:4656"
    assert resolved.environment.consul.address == "http://127.0.0.1:8510"
    assert [app.name for app in resolved.apps] == ["traefik"]


def test_traefik_gets_the_cluster_s_ports_and_certificates(tmp_path):
    app = resolve(load_project(platform_project(STATE, tmp_path)), "dev", Overrides()).apps[0]
    text = (tmp_path / "jobs/platform/traefik.hcl").read_text(encoding="utf-8")
    assert app.pack == "traefik"
    assert "https_port      = 8453" in text
    assert 'node_pool       = "ingress"' in text
    assert '"/state/o\\"$${b}/dev/ingress"' in text
