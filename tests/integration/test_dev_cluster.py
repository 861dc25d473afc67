"""`dev up` and `dev down` on a machine where everything that changes can be seen."""

import resource
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from quiet_machine import QuietMachine, dev, interrupt

from deployer.devcluster.state import ClusterState

pytestmark = pytest.mark.cluster

SIDECAR = {
    "Driver": "raw_exec",
    "User": "root",
    "Config": {
        "command": "${meta.nomadeploy_envoy}",
        "work_dir": "${NOMAD_ALLOC_DIR}/..",
        "args": ["-c", "${NOMAD_SECRETS_DIR}/envoy_bootstrap.json", "--disable-hot-restart", "--concurrency", "1"],
    },
}
SMALL = {"CPU": 50, "MemoryMB": 64}
# Ends its own group, forks twice and cleans its environment: nothing but the cgroup tells whose it is.
RUNAWAY = "setsid env -i /bin/sh -c 'sleep 1000 & sleep 1001' & exec sleep 1002"


def a_job(groups):
    return {"Job": {"ID": "mesh", "Name": "mesh", "Datacenters": ["*"], "NodePool": "default", "TaskGroups": groups}}


def a_group(name, port, command, *, upstreams=(), node=""):
    proxy = {"Upstreams": [{"DestinationName": to, "LocalBindPort": local} for to, local in upstreams]}
    return {
        "Name": name,
        "Count": 1,
        "Networks": [{"Mode": "bridge"}],
        "Constraints": [{"LTarget": "${node.unique.name}", "RTarget": node, "Operand": "="}] if node else [],
        "Services": [
            {
                "Name": name,
                "PortLabel": str(port),
                "Provider": "consul",
                "Connect": {"SidecarService": {"Proxy": proxy}, "SidecarTask": SIDECAR},
            }
        ],
        "Tasks": [{"Name": name, "Driver": "raw_exec", "Config": command, "Resources": SMALL}],
    }


def a_docker_group(image):
    config = {"image": image, "entrypoint": ["/usr/local/bin/envoy"], "args": ["--config-yaml", "{}"]}
    return {
        "Name": "container",
        "Count": 1,
        "Networks": [{"Mode": "bridge"}],
        "Tasks": [{"Name": "container", "Driver": "docker", "Config": config, "Resources": SMALL}],
    }


def shell(text):
    return {"command": "/bin/sh", "args": ["-c", text]}


def web(port):
    return {"command": sys.executable, "args": ["-m", "http.server", str(port), "--bind", "127.0.0.1"]}


def run_job(machine, nomad, job, *, limit_s=60):
    machine.request("PUT", f"{nomad}/v1/jobs", job)
    wanted = {group["Name"] for group in job["Job"]["TaskGroups"]}
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        allocations = machine.request("GET", f"{nomad}/v1/job/mesh/allocations")
        running = {
            one["TaskGroup"]: one
            for one in allocations
            if one["ClientStatus"] == "running"
            and all(task["State"] == "running" for task in one["TaskStates"].values())
        }
        if set(running) == wanted:
            return running
        time.sleep(0.2)
    raise AssertionError(f"not running within {limit_s} s: {allocations}")


def changes(before, after):
    return {kind: (sorted(after[kind] - before[kind]), sorted(before[kind] - after[kind])) for kind in before}


def nothing(before):
    return {kind: ([], []) for kind in before}


def cgroups_of(allocations):
    places = Path("/sys/fs/cgroup").rglob("*")
    return [str(path) for path in places if path.name[:36] in allocations]


def test_down_puts_the_machine_back_as_it_was(quiet_machine: QuietMachine):
    before = quiet_machine.snapshot()
    quiet_machine.cluster("up", "one")
    (picture,) = quiet_machine.status()
    groups = [
        a_group("app-b", 9001, web(9001)),
        a_group("app-a", 9002, shell(RUNAWAY), upstreams=[("app-b", 7001)]),
        a_docker_group("nomadeploy/envoy:1.40.0"),
    ]
    running = run_job(quiet_machine, picture["nomad"], a_job(groups))
    allocations = {one["ID"] for one in running.values()}
    during = quiet_machine.snapshot()
    assert any("sleep 1001" in words for words in during["processes"])
    assert len(during["namespaces"]) >= 2
    assert any("CNI-FORWARD" in rule for rule in during["firewall"])

    quiet_machine.cluster("down", "one")
    assert changes(before, quiet_machine.snapshot()) == nothing(before)
    assert cgroups_of(allocations) == []
    assert quiet_machine.status() == []


def test_a_second_up_returns_at_once(quiet_machine: QuietMachine):
    quiet_machine.cluster("up", "one")
    (first,) = quiet_machine.status()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet_machine.cluster("up", "one")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1
    (second,) = quiet_machine.status()
    assert second["processes"] == first["processes"]


@pytest.mark.parametrize("after_s", [0.1, 0.25, 0.4, 0.7, 1.2, 2.0, 3.0])
def test_down_clears_what_a_killed_up_left_at_any_moment(quiet_machine: QuietMachine, after_s: float):
    before = quiet_machine.snapshot()
    with quiet_machine.start(*dev("up", "one", "1")) as up:
        time.sleep(after_s)
        interrupt(up, signal.SIGKILL)
        up.communicate()
    quiet_machine.cluster("down", "one")
    assert changes(before, quiet_machine.snapshot()) == nothing(before)


def test_up_after_a_killed_up_starts_clean(quiet_machine: QuietMachine):
    with quiet_machine.start(*dev("up", "one")) as up:
        time.sleep(1.0)
        interrupt(up, signal.SIGKILL)
        up.communicate()
    quiet_machine.cluster("up", "one")
    (picture,) = quiet_machine.status()
    assert picture["status"] == "running"
    assert len(picture["processes"]) == 3


def test_up_starts_anew_when_an_agent_has_ended(quiet_machine: QuietMachine):
    quiet_machine.cluster("up", "one")
    (first,) = quiet_machine.status()
    agent = next(process for process in first["processes"] if process["role"] == "nomad-client")
    quiet_machine.run("kill", "-9", str(agent["pid"]))
    again = quiet_machine.cluster("up", "one")
    assert "parts of it have ended: starting anew" in again.stderr
    (second,) = quiet_machine.status()
    assert second["status"] == "running"


def test_ctrl_c_during_up_leaves_nothing(quiet_machine: QuietMachine):
    before = quiet_machine.snapshot()
    with quiet_machine.start(*dev("up", "one")) as up:
        time.sleep(1.2)
        interrupt(up, signal.SIGINT)
        _, errors = up.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert changes(before, quiet_machine.snapshot()) == nothing(before)


def test_two_clusters_run_side_by_side_and_one_goes_alone(quiet_machine: QuietMachine):
    quiet_machine.cluster("up", "one")
    (one,) = quiet_machine.status()
    groups = [a_group("app-b", 9001, web(9001)), a_docker_group("nomadeploy/envoy:1.40.0")]
    run_job(quiet_machine, one["nomad"], a_job(groups))
    with_one = quiet_machine.snapshot()

    quiet_machine.cluster("up", "two", "1")
    two = quiet_machine.status()[1]
    assert {two["nomad"], two["consul"], two["https"]}.isdisjoint({one["nomad"], one["consul"], one["https"]})
    run_job(quiet_machine, two["nomad"], a_job(groups))
    quiet_machine.cluster("down", "two")

    found = changes(with_one, quiet_machine.snapshot())
    assert found == nothing(with_one)
    (left,) = quiet_machine.status()
    assert left["status"] == "running"


def test_the_mesh_reaches_across_nodes_and_denies_by_default(quiet_machine: QuietMachine):
    before = quiet_machine.snapshot()
    quiet_machine.cluster("up", "mesh", "2")
    (picture,) = quiet_machine.status()
    assert [(node["pool"], node["status"]) for node in picture["nodes"]] == [
        ("ingress", "ready"),
        ("default", "ready"),
        ("default", "ready"),
    ]
    caller = shell(
        "while :; do curl -s -m 2 -o /dev/null -w '%%{http_code}\\n' http://127.0.0.1:7001/; sleep 0.2; done"
    )
    groups = [
        a_group("app-b", 9001, web(9001), node="mesh-1"),
        a_group("app-a", 9002, caller, upstreams=[("app-b", 7001)], node="mesh-2"),
    ]
    running = run_job(quiet_machine, picture["nomad"], a_job(groups))
    log = f"{picture['nomad']}/v1/client/fs/logs/{running['app-a']['ID']}?task=app-a&type=stdout&plain=true"
    time.sleep(2)
    denied = quiet_machine.run("curl", "-s", log).stdout.split()
    allow = {"Kind": "service-intentions", "Name": "app-b", "Sources": [{"Name": "app-a", "Action": "allow"}]}
    quiet_machine.request("PUT", f"{picture['consul']}/v1/config", allow)
    answered = _wait_for_answer(quiet_machine, log)
    assert "200" not in denied
    assert answered
    quiet_machine.cluster("down", "mesh")
    assert changes(before, quiet_machine.snapshot()) == nothing(before)


def _wait_for_answer(machine, log):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if machine.run("curl", "-s", log).stdout.split()[-1:] == ["200"]:
            return True
        time.sleep(0.3)
    return False


def test_an_agent_that_does_not_come_up_is_shown_by_the_end_of_its_log(quiet_machine: QuietMachine):
    quiet_machine.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", "/var/lib/nomadeploy")
    before = quiet_machine.snapshot()
    failed = quiet_machine.cluster("up", "one", check=False)
    assert failed.returncode != 0
    assert "no space left on device" in failed.stderr
    assert changes(before, quiet_machine.snapshot()) == nothing(before)


def test_without_docker_the_cluster_works_and_says_so(quiet_machine: QuietMachine):
    dockerd = shutil.which("dockerd")
    if dockerd is not None:
        quiet_machine.run("mount", "--bind", "/dev/null", dockerd)
    said = quiet_machine.cluster("up", "one").stderr
    (picture,) = quiet_machine.status()
    assert "no Docker engine: Docker is not installed; raw_exec and exec work without it" in said
    assert picture["status"] == "running"
    assert "docker" not in picture["nodes"][0]["drivers"]
    run_job(quiet_machine, picture["nomad"], a_job([a_group("app-b", 9001, web(9001))]))


def test_a_dockerd_that_does_not_start_leaves_the_other_drivers_and_nothing_of_itself(
    quiet_machine: QuietMachine, tmp_path: Path
):
    broken = tmp_path / "dockerd"
    broken.write_text("#!/bin/sh\necho 'failed to start daemon: no cgroup for devices' >&2\nexit 1\n")
    broken.chmod(0o755)
    quiet_machine.run("mount", "--bind", str(broken), str(shutil.which("dockerd")))
    before = quiet_machine.snapshot()
    said = quiet_machine.cluster("up", "one").stderr
    (picture,) = quiet_machine.status()
    assert "no Docker engine: dockerd does not start: failed to start daemon: no cgroup for devices" in said
    assert picture["status"] == "running"
    assert "docker" not in picture["nodes"][0]["drivers"]
    quiet_machine.cluster("down", "one")
    assert changes(before, quiet_machine.snapshot()) == nothing(before)


def test_the_shared_cluster_takes_jobs(cluster: ClusterState):
    assert cluster.phase == "running"
    assert Path(cluster.envoy).is_file()
    assert Path(cluster.ca_cert).is_file()
