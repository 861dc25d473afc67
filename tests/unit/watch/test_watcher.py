"""The watcher with a clock that the twin's waits move; nothing here sleeps."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from deployer.cluster.memory import MemoryNomad, Outcome
from deployer.cluster.model import ObservedEvaluation, PlacementFailure, Reading, Registered
from deployer.errors import NotFound
from deployer.watch.verdict import State, Verdict
from deployer.watch.watcher import PLACEMENT_GRACE_S, Watched, Watcher


@dataclass
class Clock:
    """Time passes by what was waited, and a little with each look."""

    now: float = 1000.0
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        self.now += 0.001
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def a_job(kind: str = "service", count: int = 2, **changes: Any) -> dict[str, Any]:
    group = {"Name": "web", "Count": count, "Tasks": [{"Name": "server"}]}
    return {"ID": "api", "Type": kind, "TaskGroups": [group], **changes}


def watch(nomad: MemoryNomad, clock: Clock, body: dict[str, Any], *, limit_s: float = 60) -> tuple[Verdict, list[str]]:
    listed = nomad.list_jobs(prefix="api")
    index = listed[0].job_modify_index if listed else 0
    registered = nomad.register_job(body, expected_index=index)
    told: list[str] = []
    watcher = Watcher(nomad, limit_s=limit_s, clock=clock)
    verdict = watcher.watch(Watched.of(body, "default"), registered, lambda one: told.append(one.reason))
    return verdict, told


def test_a_service_is_watched_until_its_deployment_is_successful() -> None:
    verdict, told = watch(MemoryNomad(), Clock(), a_job())

    assert (verdict.state, verdict.healthy, verdict.total) == (State.HEALTHY, 2, 2)
    assert told == ["Deployment is running", "deployment successful"]


def test_a_failed_deployment_is_final() -> None:
    verdict, _ = watch(MemoryNomad(outcome=Outcome.FAILS), Clock(), a_job())

    assert (verdict.state, verdict.reason) == (State.FAILED, "Failed due to unhealthy allocations")


def test_a_rollout_that_hangs_times_out_with_what_it_was_doing() -> None:
    clock = Clock()
    verdict, told = watch(MemoryNomad(outcome=Outcome.HANGS, pass_time=clock.pass_time), clock, a_job(), limit_s=45)

    assert verdict.state is State.TIMED_OUT
    assert verdict.reason == "not healthy after 45 s: 0/2 healthy, 2 placed, deployment is running"
    assert (verdict.placed, verdict.total) == (2, 2)
    assert told == ["Deployment is running"], "the same reading is told once"
    assert sum(clock.waited) == pytest.approx(45, abs=0.2)


def test_a_batch_job_is_watched_until_it_completed() -> None:
    verdict, _ = watch(MemoryNomad(), Clock(), a_job("batch"))

    assert (verdict.state, verdict.reason, verdict.total) == (State.HEALTHY, "succeeded", 2)


def test_a_batch_jobs_earlier_allocations_do_not_count() -> None:
    nomad, clock = MemoryNomad(), Clock()
    watch(nomad, clock, a_job("batch"))
    verdict, _ = watch(nomad, clock, a_job("batch", Priority=60))

    assert (verdict.state, verdict.healthy) == (State.HEALTHY, 2)


def test_a_job_without_a_deployment_is_healthy_when_it_runs() -> None:
    verdict, _ = watch(MemoryNomad(), Clock(), a_job("system", count=1))

    assert (verdict.state, verdict.reason) == (State.HEALTHY, "running")


@pytest.mark.parametrize("launch", [{"Periodic": {"Spec": "@daily"}}, {"ParameterizedJob": {"Payload": "optional"}}])
def test_a_job_that_only_launches_others_is_done_when_it_is_registered(launch: dict[str, Any]) -> None:
    verdict, told = watch(MemoryNomad(), Clock(), a_job("batch", **launch))

    assert (verdict.state, verdict.reason, told) == (State.HEALTHY, "registered", [])


def test_a_job_counts_one_allocation_per_group_where_it_says_no_count() -> None:
    body = {"ID": "api", "TaskGroups": [{"Name": "web"}, {"Name": "db", "Count": 0}]}
    watched = Watched.of(body, "prod")

    assert (watched.namespace, watched.type, watched.launches) == ("prod", "service", False)
    assert watched.counts == {"web": 1, "db": 0}
    assert Watched.of({"ID": "api"}, "prod").counts == {}


READ_AT = 7


@dataclass
class Scheduler(MemoryNomad):
    """A Nomad whose evaluations a test scripts: id → answers in their order, the last one for ever."""

    script: dict[str, list[dict[str, Any]]]
    clock: Clock
    asked: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(pass_time=self.clock.pass_time)

    def evaluation(
        self, namespace: str, eval_id: str, *, index: int = 0, wait_s: float = 0
    ) -> Reading[ObservedEvaluation]:
        del namespace
        self.asked.append((eval_id, wait_s))
        answers = self.script.get(eval_id)
        if answers is None:
            raise NotFound(f"no evaluation {eval_id}")
        if index >= READ_AT and wait_s:
            self.clock.pass_time(wait_s)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return Reading(value=replace(EVALUATION, id=eval_id, **answer), index=READ_AT)


EVALUATION = ObservedEvaluation(
    id="first",
    namespace="default",
    status="complete",
    status_description="",
    triggered_by="job-register",
    type="service",
    job_id="api",
    job_modify_index=40,
    blocked_eval="",
    next_eval="",
    previous_eval="",
    failed_groups={},
    queued={},
    deployment_id="",
)
FULL = {"web": PlacementFailure(nodes_evaluated=1, nodes_filtered=0, nodes_exhausted=1, dimension_exhausted={"cpu": 1})}
UNPLACED = {"failed_groups": FULL, "blocked_eval": "second"}


def schedule(limit_s: float = 60, **script: list[dict[str, Any]]) -> tuple[Verdict, Scheduler]:
    nomad = Scheduler(script=script, clock=Clock())
    nomad.register_job(a_job("batch"), expected_index=0)
    watcher = Watcher(nomad, limit_s=limit_s, clock=nomad.clock)
    registered = Registered(eval_id="first", job_modify_index=2, warnings="")
    job = Watched.of(a_job("batch"), "default")
    return watcher.watch(job, registered, lambda _verdict: None), nomad


def test_what_cannot_be_placed_is_told_after_a_grace_and_not_at_the_limit() -> None:
    verdict, nomad = schedule(first=[UNPLACED], second=[{"status": "blocked", "failed_groups": FULL}])

    assert verdict.state is State.UNPLACED
    assert verdict.reason == "group 'web': not enough cpu on 1 of 1 nodes"
    assert sum(nomad.clock.waited) == pytest.approx(PLACEMENT_GRACE_S, abs=0.1)


def test_room_that_is_made_within_the_grace_lets_the_rollout_go_on() -> None:
    verdict, nomad = schedule(first=[UNPLACED], second=[{"status": "blocked", "failed_groups": FULL}, {}])

    assert verdict.state is State.HEALTHY
    assert sum(nomad.clock.waited) <= PLACEMENT_GRACE_S


def test_a_blocked_evaluation_that_is_gone_was_replaced() -> None:
    verdict, _ = schedule(first=[UNPLACED])

    assert verdict.state is State.HEALTHY


def test_an_evaluation_without_a_blocked_one_is_unplaced_after_the_grace() -> None:
    verdict, nomad = schedule(first=[{"failed_groups": FULL}])

    assert verdict.state is State.UNPLACED
    assert sum(nomad.clock.waited) == pytest.approx(PLACEMENT_GRACE_S, abs=0.1)


def test_a_failed_evaluation_ends_the_watch_at_once() -> None:
    verdict, nomad = schedule(first=[{"status": "failed", "status_description": "maximum attempts reached"}])

    assert (verdict.state, verdict.reason) == (State.FAILED, "maximum attempts reached")
    assert nomad.clock.waited == []


def test_a_scheduler_that_never_looks_is_a_timeout() -> None:
    verdict, nomad = schedule(limit_s=25, first=[{"status": "pending"}])

    assert (verdict.state, verdict.reason) == (State.TIMED_OUT, "the scheduler has not looked at it yet")
    assert sum(nomad.clock.waited) == pytest.approx(25, abs=0.2)


def test_an_evaluation_that_is_pending_is_waited_for() -> None:
    verdict, nomad = schedule(first=[{"status": "pending"}, {}])

    assert verdict.state is State.HEALTHY
    assert nomad.asked == [("first", 10.0), ("first", 10.0)]
