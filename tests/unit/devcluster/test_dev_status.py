import json

from deployer.devcluster.status import status_text

PICTURE = {
    "name": "dev",
    "status": "running",
    "nomad": "http://127.0.0.1:4646",
    "consul": "http://127.0.0.1:8500",
    "grpc": "127.0.0.1:8502",
    "http": "http://localhost:8080",
    "https": "https://localhost:8443",
    "ca_cert": "/state/ca/ca.pem",
    "docker": None,
    "docker_note": "Docker is not installed; raw_exec and exec work without it",
    "platform": "deployed",
    "versions": {"nomad": "1.11.3"},
    "directory": "/state/clusters/dev",
    "processes": [{"role": "consul", "node": "dev", "pid": 7, "alive": False, "log": "/log"}],
    "nodes": [{"name": "dev", "address": "10.96.0.1", "pool": "default", "status": "ready", "drivers": ["exec"]}],
}


def test_the_text_says_where_everything_is_and_what_is_gone():
    text = status_text([PICTURE], "text")
    assert "cluster   dev (running)" in text
    assert "docker    Docker is not installed; raw_exec and exec work without it" in text
    assert "node      dev 10.96.0.1 default ready: exec" in text
    assert "process   consul on dev: pid 7 (gone)" in text


def test_json_is_the_picture_itself():
    assert json.loads(status_text([PICTURE], "json")) == [PICTURE]


def test_without_a_cluster_the_text_says_how_to_start_one():
    assert "nomadeploy dev up" in status_text([], "text")
