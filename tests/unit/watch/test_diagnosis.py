from releases import an_allocation, an_event

from deployer.cluster.model import TaskState
from deployer.watch.diagnosis import LOG_LINES, FailedCheck, diagnose, newest_version


def a_task(*events, state: str = "dead", failed: bool = True, restarts: int = 0) -> TaskState:
    return TaskState(state=state, failed=failed, restarts=restarts, events=events)


EXIT = an_event("Terminated", "Exit Code: 137", exit_code=137, signal=9)


def test_a_task_that_died_is_told_with_its_exit_code_restarts_and_telling_events() -> None:
    events = (an_event("Received"), an_event("Started"), EXIT, an_event("Not Restarting", "Exceeded allowed attempts"))
    alloc = an_allocation(3, client_status="failed", tasks={"server": a_task(*events, restarts=2)})
    (found,) = diagnose("api", [alloc])

    assert (found.app, found.group, found.task, found.allocation, found.node) == (
        "api",
        "web",
        "server",
        "00000003",
        "node-1",
    )
    assert (found.exit_code, found.signal, found.restarts, found.driver_error) == (137, 9, 2, "")
    assert found.events == ("Terminated: Exit Code: 137", "Not Restarting: Exceeded allowed attempts")


def test_what_the_driver_said_last_is_the_driver_error() -> None:
    events = (
        an_event("Driver Failure", "no such image", driver_error="pull 1 failed"),
        an_event("Driver Failure", "no such image", driver_error="pull 2 failed"),
    )
    (found,) = diagnose("api", [an_allocation(tasks={"server": a_task(*events, failed=False)})])

    assert (found.driver_error, found.exit_code) == ("pull 2 failed", None)
    assert found.events == ("Driver Failure: no such image",)


def test_the_worst_allocations_come_first_and_three_are_enough() -> None:
    allocations = [
        an_allocation(1, deployment_healthy=True),
        an_allocation(2, client_status="pending"),
        an_allocation(3, client_status="failed", create_index=60),
        an_allocation(4, client_status="failed", create_index=70),
        an_allocation(5, client_status="lost"),
        an_allocation(6, client_status="unknown"),
        an_allocation(7),
    ]

    assert worst_of(allocations) == ["4", "3", "5"]
    assert worst_of(allocations[:2] + allocations[5:]) == ["2", "7", "6"]


def worst_of(allocations) -> list[str]:
    found = diagnose("api", allocations, read_log=lambda _alloc, _task: ["started"])
    return [diagnosis.allocation[-1] for diagnosis in found]


def test_the_task_that_failed_is_the_telling_one() -> None:
    healthy = a_task(state="running", failed=False)
    tasks = {"connect-proxy-api": healthy, "log": healthy, "server": a_task(EXIT)}

    assert diagnose("api", [an_allocation(tasks=tasks)])[0].task == "server"


def test_a_task_that_restarted_is_more_telling_than_one_that_runs() -> None:
    tasks = {
        "log": a_task(state="running", failed=False),
        "server": a_task(EXIT, state="running", failed=False, restarts=4),
    }

    assert diagnose("api", [an_allocation(tasks=tasks)])[0].task == "server"


def test_the_apps_own_task_is_told_before_its_sidecar() -> None:
    tasks = {"connect-proxy-api": a_task(EXIT, state="running", failed=False), "server": LOSES_TEMPLATE}

    assert diagnose("api", [an_allocation(tasks=tasks)])[0].task == "server"


MISSING = "Missing: nomad.var.block(nomad/jobs/api@default.global)"
LOSES_TEMPLATE = a_task(an_event("Received"), an_event("Template", MISSING), state="pending", failed=False)


def test_a_task_that_waits_for_a_secret_is_told_and_not_what_its_pack_runs_beside_it() -> None:
    done, running = a_task(failed=False), a_task(EXIT, state="running", failed=False, restarts=1)
    tasks = {"firewall": done, "firewall-keeper": running, "log": a_task(EXIT, state="running", failed=False)}
    (found,) = diagnose("api", [an_allocation(tasks={**tasks, "server": LOSES_TEMPLATE})])

    assert (found.task, found.events) == ("server", (f"Template: {MISSING}",))


def test_what_a_pack_runs_beside_the_app_is_told_when_it_failed() -> None:
    tasks = {"server": a_task(state="pending", failed=False), "firewall": a_task(EXIT)}

    assert diagnose("api", [an_allocation(tasks=tasks)])[0].task == "firewall"


def test_an_allocation_of_which_nothing_is_known_is_left_out() -> None:
    tasks = {"firewall-keeper": a_task(EXIT, state="running", failed=False)}

    assert diagnose("api", [an_allocation()]) == ()
    assert diagnose("api", [an_allocation(tasks={})], read_log=lambda _alloc, _task: ["never"]) == ()
    assert diagnose("api", [an_allocation(tasks=tasks)], read_log=lambda _alloc, _task: ["never"]) == ()


def test_each_allocation_shows_its_own_checks_and_those_with_some_come_first() -> None:
    check = FailedCheck(name="alive", status="critical", output="connection refused")
    allocations = [an_allocation(number, create_index=100 - number) for number in range(1, 6)]
    (found,) = diagnose("api", allocations, checks={allocations[4].id: [check], allocations[3].id: []})

    assert (found.allocation, found.checks) == ("00000005", (check,))
    assert (
        diagnose("api", [an_allocation(2, node_name="")], checks={an_allocation(2).id: [check]})[0].node == "11111111"
    )


def test_the_last_lines_of_the_log_and_failing_checks_are_part_of_it() -> None:
    check = FailedCheck(name="alive", status="critical", output="connection refused")
    lines = [f"line {number}" for number in range(LOG_LINES + 5)]
    asked = []

    def read_log(alloc, task):
        asked.append((alloc.id[:8], task))
        return lines

    (found,) = diagnose("api", [an_allocation(9)], checks={an_allocation(9).id: [check]}, read_log=read_log)

    assert found.checks == (check,)
    assert found.log == tuple(lines[5:])
    assert asked == [("00000009", "server")]


def test_no_allocation_no_diagnosis() -> None:
    assert diagnose("api", []) == ()
    assert newest_version([]) == ()


def test_only_the_newest_version_is_looked_at() -> None:
    allocations = [an_allocation(1, job_version=3), an_allocation(2, job_version=4), an_allocation(3, job_version=4)]

    assert [alloc.id[:8] for alloc in newest_version(allocations)] == ["00000002", "00000003"]
