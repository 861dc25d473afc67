"""What doctor says of a real cluster, and of one that is not there."""

import socket
from pathlib import Path
from shutil import copytree

import pytest
from api import eventually
from project import Checkout

from deployer.devcluster.state import ClusterState

pytestmark = pytest.mark.cluster

PACKS = Path(__file__).parents[2] / "packs"


def messages(project: Checkout, outcome: str, *words: str) -> list[str]:
    return [
        one["message"]
        for one in project.call("doctor", *words, "--output", "json").document
        if one["outcome"] == outcome
    ]


def in_the_mesh(project: Checkout, body: str = "") -> str:
    """Write an app of the pack service, which needs sidecar, firewall and bridge."""
    copytree(PACKS, project.root / "packs", dirs_exist_ok=True)
    name = project.name("web")
    project.write(
        "jobs/main/web.hcl",
        f"""
        app "{name}" {{
          pack   = "service"
          driver = "raw_exec"
          port   = 5000
          process {{
            command = ["sleep", "3600"]
          }}
          {body}
        }}
        """,
    )
    return name


def test_a_fit_cluster_passes_and_says_what_was_looked_at(project: Checkout) -> None:
    name = in_the_mesh(project)

    ended = project.call("doctor")

    assert (ended.code, messages(project, "fails")) == (0, [])
    for text in ("driver raw_exec is healthy", "every CNI plugin is there", "denied", f"{name} fits on 1 node"):
        assert text in ended.out
    assert f"Variables below 'nomadeploy/{project.mark}' in namespace '{project.mark}' can be written" in ended.out
    assert project.nomad.get("vars", namespace=project.mark) == [], "looking changes nothing"


def test_what_no_node_has_fails_with_what_to_do(project: Checkout) -> None:
    name = in_the_mesh(project, 'resources {\n memory_mb = 9000000\n }\n node_pool = "default"')

    ended = project.call("doctor")

    assert ended.code == 4
    (message,) = messages(project, "fails")
    assert message.startswith(f"{name} wants 150 MHz and 9000064 MB, its sidecar included; nodes have at most")
    assert "→ make resources smaller, or add a larger node" in ended.out


def test_a_namespace_that_does_not_exist_is_named(project: Checkout) -> None:
    project.app("web", 'namespace = "no-such"')

    assert "there is no namespace 'no-such', or the token may not see it" in messages(project, "fails")


def test_a_part_out_of_reach_is_one_finding_and_hides_no_other(project: Checkout) -> None:
    project.reach(nomad="http://127.0.0.1:9")

    found = messages(project, "fails")

    assert len(found) == 1
    assert found[0].startswith("could not reach Nomad: http://127.0.0.1:9 refused the connection")
    assert any("the leader is" in message for message in messages(project, "ok"))


def test_a_mesh_open_to_all_fails(project: Checkout, cluster: ClusterState) -> None:
    in_the_mesh(project)
    entry = project.consul.get("config/service-intentions/*")
    project.consul.delete("config/service-intentions/*")
    try:
        found = eventually(lambda: messages(project, "fails"), len)
    finally:
        project.consul.put("config", {key: entry[key] for key in ("Kind", "Name", "Sources")})

    assert found == ["services that nobody allowed may connect: private apps are open to the whole mesh"]


def test_the_way_in_is_seen_as_a_browser_sees_it(project: Checkout, ingress: ClusterState) -> None:
    in_the_mesh(project, 'public {\n host = "localhost"\n }')

    found = messages(project, "ok")

    assert messages(project, "fails") == []
    assert any("localhost is served over TLS and its certificate holds until" in one for one in found)
    assert any(one.startswith("'traefik' is in the mesh") for one in found)


def test_a_certificate_for_another_name_fails(project: Checkout, ingress: ClusterState) -> None:
    in_the_mesh(project, 'public {\n host = "web.example.com"\n }')

    (message,) = messages(project, "fails")

    assert "answers for 'web.example.com' with a certificate that does not hold" in message


def test_a_door_that_nobody_opened_fails(project: Checkout) -> None:
    in_the_mesh(project, 'public {\n host = "web.localhost"\n }')
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        text = (project.root / "nomadeploy.hcl").read_text()
        project.write(
            "nomadeploy.hcl", text.replace(f"https_port = {project.cluster.https_port}", f"https_port = {port}")
        )

        found = messages(project, "fails")

    assert f"127.0.0.1:{port}, where 'web.localhost' is served, cannot be reached: Connection refused" in found
