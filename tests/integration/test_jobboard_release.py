"""The job board on every driver, and by the quick start of its exercise."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from api import eventually
from jobboard import JOBS, Board

# The first run on a machine makes the base image of the containers, which takes minutes.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900)]

DRIVERS = [
    pytest.param("on_raw_exec", "raw_exec", id="raw_exec"),
    pytest.param("on_docker", "docker", id="docker", marks=pytest.mark.docker),
    pytest.param("on_exec", "exec", id="exec"),
]


@pytest.mark.parametrize(("deployed", "driver"), DRIVERS)
def test_the_job_board_gives_the_right_bodies(
    request: pytest.FixtureRequest, board: Board, deployed: str, driver: str
) -> None:
    environment = request.getfixturevalue(deployed)
    host = board.host(environment)

    assert board.ask(host, "GET", "/hello").body == "Hello there"
    eventually(lambda: board.ask(host).body, lambda body: body == JOBS)
    assert board.ask(host, token="wrong").body == "fail"
    assert board.ask(host, "GET", "/jobs").status == 405
    for app in ("app-a", "app-b"):
        job = board.nomad.get(f"job/{app}-{environment}")
        tasks = {task["Name"]: task["Driver"] for task in job["TaskGroups"][0]["Tasks"]}
        assert tasks[app] == driver
    assert board.call("plan", environment, "--exit-code").code == 0


def test_environments_on_one_cluster_do_not_meet(board: Board, on_raw_exec: str, on_docker: str) -> None:
    for caller, other in ((on_raw_exec, on_docker), (on_docker, on_raw_exec)):
        allowed = board.consul.get("connect/intentions/check", source=f"app-a-{caller}", destination=f"app-b-{other}")
        assert allowed == {"Allowed": False}
        entry = board.consul.get(f"config/service-intentions/app-b-{other}")
        assert [source["Name"] for source in entry["Sources"]] == [f"app-a-{other}"]


@pytest.fixture
def quiet_place() -> Iterator[list[str]]:
    """A network namespace whose ports 5000 and 5001 are free; yields the words that enter it."""
    name = f"quick{uuid.uuid4().hex[:6]}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        yield ["ip", "netns", "exec", name]
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def test_the_quick_start_of_the_exercise_works_without_a_cluster(apps: Path, quiet_place: list[str]) -> None:
    subprocess.run(["sh", "-c", "rm -f database.db; sqlite3 database.db < schema.sql"], cwd=apps, check=True)
    running = [
        subprocess.Popen(
            [*quiet_place, ".venv/bin/python", script],
            cwd=apps,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for script in ("app_a.py", "app_b.py")
    ]

    def curl(*words: str) -> str:
        command = [*quiet_place, "curl", "-s", "--max-time", "5", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    try:
        eventually(lambda: curl("http://localhost:5000/hello"), lambda body: body == "Hello there")
        ask = ("-X", "POST", "http://localhost:5000/jobs", "-H")
        eventually(lambda: curl(*ask, "Authorization: mytoken"), lambda body: body == JOBS)
        assert curl(*ask, "Authorization: wrong") == "fail"
    finally:
        for process in running:
            process.terminate()
            process.wait(10)
        (apps / "database.db").unlink()
