from typing import Any

import pytest

from deployer.cluster.model import ObservedAllocation, TaskState
from deployer.errors import NotFound
from deployer.operate.choice import (
    command_allocation,
    command_task,
    log_tasks,
    logged_allocations,
    roles_of,
)

JOB = {
    "TaskGroups": [
        {
            "Name": "app-a",
            "Tasks": [
                {"Name": "firewall", "Lifecycle": {"Hook": "prestart", "Sidecar": False}},
                {"Name": "prepare", "Lifecycle": {"Hook": "prestart", "Sidecar": False}},
                {"Name": "app-a"},
                {"Name": "connect-proxy-app-a", "Kind": "connect-proxy:app-a", "Lifecycle": {"Sidecar": True}},
            ],
        }
    ]
}


def an_allocation(alloc_id: str, **given: Any) -> ObservedAllocation:
    running = TaskState(state="running", failed=False, restarts=0, events=())
    values: dict[str, Any] = {
        "name": "app-a.app-a[0]",
        "namespace": "default",
        "job_id": "app-a",
        "job_version": 1,
        "group": "app-a",
        "node_id": "n",
        "node_name": "node",
        "client_status": "running",
        "desired_status": "run",
        "deployment_healthy": True,
        "create_index": 1,
        "modify_index": 1,
        "tasks": {"app-a": running},
        "next_allocation": "",
    }
    return ObservedAllocation(id=alloc_id, **(values | given))


def test_logs_are_those_of_the_app_and_what_prepares_it() -> None:
    assert log_tasks(roles_of(JOB), "app-a") == ("prepare", "app-a")


def test_sidecars_and_the_firewall_are_logged_when_asked_for() -> None:
    roles = roles_of(JOB)

    assert log_tasks(roles, "app-a", every=True) == ("firewall", "prepare", "app-a", "connect-proxy-app-a")
    assert log_tasks(roles, "app-a", task="firewall") == ("firewall",)
    assert log_tasks(roles, "app-a", task="nope") == ()


def test_logs_are_those_of_allocations_that_shall_run_ended_ones_included() -> None:
    kept = [
        an_allocation("aa", name="app-a.app-a[1]"),
        an_allocation("bb", client_status="failed"),
        an_allocation("cc", desired_status="stop"),
    ]

    assert [one.id for one in logged_allocations(kept)] == ["bb", "aa"]


def test_of_a_stopped_job_the_last_version_is_logged() -> None:
    stopped = [
        an_allocation("aa", desired_status="stop", job_version=3),
        an_allocation("bb", desired_status="stop", job_version=4),
    ]

    assert [one.id for one in logged_allocations(stopped)] == ["bb"]


def test_logs_can_begin_with_a_job_version() -> None:
    both = [an_allocation("aa", job_version=3), an_allocation("bb", job_version=4)]

    assert [one.id for one in logged_allocations(both, since_version=4)] == ["bb"]


def test_an_allocation_is_named_by_the_beginning_of_its_id() -> None:
    allocations = [an_allocation("3f2c19d0-1111"), an_allocation("3f2cffff-2222", desired_status="stop")]

    assert logged_allocations(allocations, alloc_id="3F2CF")[0].id == "3f2cffff-2222"
    with pytest.raises(NotFound, match="several allocations begin with '3f2c'"):
        logged_allocations(allocations, alloc_id="3f2c")
    with pytest.raises(NotFound, match="the app has no allocation 'zz'") as error:
        logged_allocations(allocations, alloc_id="zz")
    assert error.value.hint == "it has 3f2c19d0, 3f2cffff"


def test_a_command_runs_in_a_healthy_allocation_of_the_newest_version() -> None:
    allocations = [
        an_allocation("aa", client_status="pending", job_version=9),
        an_allocation("bb", deployment_healthy=False, job_version=5),
        an_allocation("cc", job_version=3),
        an_allocation("dd", job_version=4),
        an_allocation("ee", job_version=5, canary=True, deployment_healthy=None),
    ]

    assert command_allocation(allocations, "", "app-a").id == "dd"


def test_without_a_running_allocation_there_is_nowhere_to_run() -> None:
    with pytest.raises(NotFound, match="no allocation of 'app-a' is running"):
        command_allocation([an_allocation("aa", client_status="failed")], "", "app-a")


def test_a_command_runs_in_the_apps_own_task() -> None:
    assert command_task(roles_of(JOB), an_allocation("aa"), "", "app-a") == "app-a"


def test_the_only_main_task_is_meant_whatever_its_name() -> None:
    job = {"TaskGroups": [{"Name": "app-a", "Tasks": [{"Name": "app-a"}, {"Name": "x", "Kind": "connect-proxy:x"}]}]}

    assert command_task(roles_of(job), an_allocation("aa"), "", "other") == "app-a"


def test_of_several_main_tasks_one_must_be_named() -> None:
    job = {"TaskGroups": [{"Name": "app-a", "Tasks": [{"Name": "one"}, {"Name": "two"}]}]}

    with pytest.raises(NotFound) as error:
        command_task(roles_of(job), an_allocation("aa"), "", "app-a")
    assert error.value.hint == "name one with --task: one, two"


def test_a_task_that_does_not_run_takes_no_command() -> None:
    with pytest.raises(NotFound, match="task 'prepare' of allocation aa is not started, not running"):
        command_task(roles_of(JOB), an_allocation("aa"), "prepare", "app-a")
    with pytest.raises(NotFound, match="has no task 'firewal'; did you mean 'firewall'"):
        command_task(roles_of(JOB), an_allocation("aa"), "firewal", "app-a")
