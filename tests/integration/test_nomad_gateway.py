"""What only a real Nomad shows: waits, streams, and access control."""

import json
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployer.cluster.connection import NomadConnection
from deployer.cluster.nomad import NomadGateway
from deployer.devcluster.programs import find_programs
from deployer.devcluster.state import ClusterState
from deployer.errors import AccessDenied, JobRejected, NotFound
from deployer.secret import Secret

pytestmark = pytest.mark.cluster

JOBSPEC = """
job "NAME" {
  type = "service"
  group "web" {
    update {
      min_healthy_time = "0s"
      health_check     = "task_states"
    }
    task "clock" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "while true; do echo tick; sleep 0.2; done"]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
  }
}
"""


@pytest.fixture
def nomad(cluster: ClusterState) -> Iterator[NomadGateway]:
    gateway = NomadGateway(NomadConnection(address=cluster.nomad_address))
    yield gateway
    gateway.close()


@pytest.fixture
def job(nomad: NomadGateway) -> Iterator[dict[str, Any]]:
    job = nomad.parse_job(JOBSPEC.replace("NAME", f"gateway-{uuid.uuid4().hex[:8]}"))
    nomad.register_job(job, expected_index=0)
    yield job
    (stub,) = nomad.list_jobs("default", prefix=job["ID"])
    nomad.stop_job("default", job["ID"], expected_index=stub.job_modify_index, purge=True)


def running_allocation(nomad: NomadGateway, job_id: str) -> str:
    reading = nomad.job_allocations("default", job_id)
    while not any(one.client_status == "running" for one in reading.value):
        reading = nomad.job_allocations("default", job_id, index=reading.index, wait_s=10)
    return reading.value[0].id


def test_a_parsed_jobspec_has_no_filled_in_defaults(nomad: NomadGateway) -> None:
    job = nomad.parse_job('variable "n" {}\njob "x" {\n  meta {\n    n = var.n\n  }\n}', variables='n = "1"')

    assert (job["ID"], job["Meta"]) == ("x", {"n": "1"})
    assert job["Namespace"] is job["Region"] is job["Priority"] is None


def test_a_broken_jobspec_is_rejected_with_its_place(nomad: NomadGateway) -> None:
    with pytest.raises(JobRejected, match=r"input\.hcl:1"):
        nomad.parse_job("job {")


def test_a_wait_outlasts_the_librarys_five_seconds(nomad: NomadGateway, job: dict[str, Any]) -> None:
    running_allocation(nomad, job["ID"])
    reading = nomad.job_evaluations("default", job["ID"])
    started = time.monotonic()

    again = nomad.job_evaluations("default", job["ID"], index=reading.index + 1_000_000, wait_s=6)

    assert 6 <= time.monotonic() - started < 9
    assert {one.job_id for one in again.value} == {job["ID"]}


def test_a_wait_ends_when_the_job_moves(nomad: NomadGateway, job: dict[str, Any]) -> None:
    running_allocation(nomad, job["ID"])
    before = nomad.job_evaluations("default", job["ID"])
    threading.Timer(0.5, nomad.evaluate_job, ("default", job["ID"])).start()
    started = time.monotonic()

    after = nomad.job_evaluations("default", job["ID"], index=before.index, wait_s=30)

    assert time.monotonic() - started < 10
    assert len(after.value) == len(before.value) + 1


def test_a_log_is_followed_as_it_grows_and_closed_while_it_waits(nomad: NomadGateway, job: dict[str, Any]) -> None:
    alloc_id = running_allocation(nomad, job["ID"])
    arrived: list[float] = []
    stream = nomad.logs("default", alloc_id, "clock", follow=True)
    threading.Timer(2.5, stream.close).start()
    started = time.monotonic()

    for piece in stream:
        assert set(piece.split()) == {b"tick"}
        arrived.append(time.monotonic() - started)

    assert time.monotonic() - started < 4
    assert len(arrived) >= 3
    assert arrived[-1] - arrived[0] > 1


def test_a_silent_log_is_closed_from_another_thread_at_once(nomad: NomadGateway, job: dict[str, Any]) -> None:
    alloc_id = running_allocation(nomad, job["ID"])
    stream = nomad.logs("default", alloc_id, "clock", kind="stderr", follow=True)
    threading.Timer(1, stream.close).start()
    started = time.monotonic()

    assert list(stream) == []
    assert time.monotonic() - started < 2.5


def test_a_log_that_is_not_followed_ends_and_can_be_read_from_its_end(nomad: NomadGateway, job: dict[str, Any]) -> None:
    alloc_id = running_allocation(nomad, job["ID"])
    time.sleep(1)

    assert b"".join(nomad.logs("default", alloc_id, "clock")).startswith(b"tick\ntick\n")
    assert b"".join(nomad.logs("default", alloc_id, "clock", origin="end", offset=5)).startswith(b"tick\n")


def test_the_log_of_an_unknown_allocation_is_not_found(nomad: NomadGateway) -> None:
    with pytest.raises(NotFound):
        nomad.logs("default", str(uuid.uuid4()), "clock")


def test_events_come_as_they_happen_and_go_on_from_an_index(nomad: NomadGateway, job: dict[str, Any]) -> None:
    running_allocation(nomad, job["ID"])
    topics = (f"Evaluation:{job['ID']}", f"Job:{job['ID']}")
    with nomad.events("default", topics=topics) as stream:
        batches = iter(stream)
        first, events = next(batches)
        second, _ = next(batches)
    assert events[0]["Topic"] == "Job"

    with nomad.events("default", topics=topics, index=first) as stream:
        again, _ = next(iter(stream))
    assert again == second


def test_a_silent_event_stream_is_closed_from_another_thread_at_once(nomad: NomadGateway) -> None:
    stream = nomad.events("default", topics=("Job:nobody-has-this-id",))
    threading.Timer(1, stream.close).start()
    started = time.monotonic()

    assert list(stream) == []
    assert time.monotonic() - started < 2.5


def test_a_purge_waits_for_the_scheduler_and_the_server_lives_on(nomad: NomadGateway) -> None:
    # Nomad 1.11.3's leader crashes when a job is purged while the scheduler works on it.
    for number in range(20):
        job = nomad.parse_job(JOBSPEC.replace("NAME", f"purged-{uuid.uuid4().hex[:8]}-{number}"))
        done = nomad.register_job(job, expected_index=0)
        nomad.stop_job("default", job["ID"], expected_index=done.job_modify_index, purge=True)
        assert nomad.read_job("default", job["ID"]) is None
    assert nomad.leader()


# Access control


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A lone Nomad server with access control: (address, management token)."""
    folder = tmp_path_factory.mktemp("guarded")
    http, rpc, serf = free_ports(3)
    here = "127.0.0.1"
    config = {
        "data_dir": str(folder / "data"),
        "bind_addr": here,
        "ports": {"http": http, "rpc": rpc, "serf": serf},
        "advertise": {"http": here, "rpc": here, "serf": here},
        "server": {"enabled": True, "bootstrap_expect": 1},
        "acl": {"enabled": True},
        "disable_update_check": True,
    }
    (folder / "agent.json").write_text(json.dumps(config))
    program = find_programs(lambda _line: None).nomad.path
    with (folder / "log").open("wb") as log:
        agent = subprocess.Popen(
            [program, "agent", "-config", folder / "agent.json"], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://{here}:{http}"
        yield address, bootstrapped(address, folder)
    finally:
        agent.terminate()
        agent.wait(20)


def bootstrapped(address: str, folder: Path) -> str:
    gateway = NomadGateway(NomadConnection(address=address))
    for _ in range(100):
        try:
            return str(gateway._http.send("bootstrap", ("acl", "bootstrap"))["SecretID"])
        except Exception:  # noqa: BLE001 - it is starting; the log tells when it never does
            time.sleep(0.3)
    raise AssertionError((folder / "log").read_text())


def gateway_for(address: str, token: str) -> NomadGateway:
    return NomadGateway(NomadConnection(address=address, token=Secret(token) if token else None))


@pytest.fixture(scope="module")
def reader(guarded: tuple[str, str]) -> NomadGateway:
    address, management = guarded
    http = gateway_for(address, management)._http
    policy = {"Name": "reader", "Rules": 'namespace "default" { policy = "read" }'}
    http.send("write a policy", ("acl", "policy", "reader"), method="post", body=policy)
    token = {"Name": "reader", "Type": "client", "Policies": ["reader"]}
    made = http.send("make a token", ("acl", "token"), method="post", body=token)
    return gateway_for(address, made["SecretID"])


def test_a_token_may_read_what_its_policy_gives(reader: NomadGateway) -> None:
    assert reader.list_jobs("default") == ()
    who = reader.acl_self()
    assert (who.enabled, who.name, who.management, [one.name for one in who.policies]) == (
        True,
        "reader",
        False,
        ["reader"],
    )
    assert "read-job" in who.policies[0].rules["Namespaces"][0]["Capabilities"]


def test_a_denied_write_names_the_call_and_what_it_needs(reader: NomadGateway) -> None:
    task = {"Name": "t", "Driver": "raw_exec", "Config": {"command": "/bin/true"}}
    job = {"ID": "app-a", "Name": "app-a", "Type": "batch", "TaskGroups": [{"Name": "g", "Tasks": [task]}]}

    with pytest.raises(AccessDenied, match="could not register job 'app-a'") as caught:
        reader.register_job(job, expected_index=0)
    assert "'submit-job' in namespace 'default'" in caught.value.hint
    with pytest.raises(AccessDenied) as caught:
        reader.put_variable("default", "app/x", {"a": "b"}, cas=0)
    assert "'write' on variables at 'app/x'" in caught.value.hint


def test_no_token_is_anonymous_and_a_made_up_one_is_denied(guarded: tuple[str, str]) -> None:
    address, management = guarded
    made_up = str(uuid.uuid4())

    assert gateway_for(address, "").acl_self().anonymous
    assert gateway_for(address, management).acl_self().management
    with pytest.raises(AccessDenied) as caught:
        gateway_for(address, made_up).list_jobs()
    assert made_up not in f"{caught.value}{caught.value.__cause__}"


def test_an_event_stream_that_is_denied_says_so_at_once(guarded: tuple[str, str]) -> None:
    started = time.monotonic()

    with pytest.raises(AccessDenied) as caught:
        gateway_for(guarded[0], "").events()
    assert "'list-jobs'" in caught.value.hint
    assert time.monotonic() - started < 2
