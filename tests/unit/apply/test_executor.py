from dataclasses import replace
from typing import Any

from releases import OWNER, KeptReport, a_step, an_entry, intentions, twins

from deployer.actions.connect import Cluster
from deployer.apply.executor import Executor, Outcome
from deployer.cluster.memory import Outcome as Rollout
from deployer.errors import NotFound, StalePlan
from deployer.mesh.entries import plan_intentions
from deployer.plan.model import Action, Kind, Plan, Step
from deployer.report.events import StepDone, StepProgress, StepStarted
from deployer.watch.verdict import State
from deployer.watch.watcher import Watcher


def apply(cluster: Cluster, *steps: Step, after_job=lambda _step: "") -> tuple[list[Outcome], KeptReport]:
    report, outcomes = KeptReport(), []
    watcher = Watcher(cluster.nomad, limit_s=0.5)
    executor = Executor(nomad=cluster.nomad, consul=cluster.consul, watcher=watcher, report=report, after_job=after_job)
    executor.apply(Plan(owner=OWNER, steps=steps), outcomes)
    return outcomes, report


def an_intention(*pairs: str, observed: Any = (), owned: tuple[str, ...] = ()) -> list[Step]:
    entries = {entry.destination: entry for entry in observed}
    return plan_intentions(intentions(*pairs), entries, intentions(*owned), last_wave=3)


def test_a_job_is_registered_watched_and_told() -> None:
    cluster = twins()
    (outcome,), report = apply(cluster, a_step("api"))

    (job,) = cluster.nomad.list_jobs()
    assert (outcome.failed, outcome.job_modify_index) == (False, job.job_modify_index)
    assert [type(event) for event in report.events] == [StepStarted, StepProgress, StepProgress, StepDone]
    assert report.events[-1].text == "deployment successful"


def test_what_is_kept_or_refused_is_not_touched() -> None:
    cluster = twins()
    outcomes, report = apply(cluster, a_step("api", Action.KEEP), a_step("db", Action.REFUSE))

    assert (outcomes, report.events, cluster.nomad.list_jobs()) == ([], [], ())


def test_the_waves_after_a_failure_are_not_begun() -> None:
    cluster = twins()
    cluster.nomad.outcomes["db"] = Rollout.FAILS
    outcomes, _ = apply(cluster, a_step("db", wave=1), a_step("mail", wave=1), a_step("api", wave=2))

    assert {outcome.step.name: outcome.failed for outcome in outcomes} == {"db": True, "mail": False}
    assert {job.id for job in cluster.nomad.list_jobs()} == {"db", "mail"}


def test_a_stale_index_is_an_outcome_and_leaves_the_job_alone() -> None:
    cluster = twins()
    apply(cluster, a_step("api"))
    before = cluster.nomad.list_jobs()
    (outcome,), report = apply(cluster, a_step("api", expected_index=0))

    assert isinstance(outcome.error, StalePlan)
    assert (outcome.failed, outcome.job_modify_index, cluster.nomad.list_jobs()) == (True, 0, before)
    assert report.events[-1].failed


def test_a_smoke_test_that_fails_fails_the_healthy_job() -> None:
    (outcome,), _ = apply(twins(), a_step("api"), after_job=lambda step: f"{step.app} answers 500")

    assert outcome.verdict is not None
    assert (outcome.verdict.state, outcome.verdict.reason) == (State.FAILED, "api answers 500")
    assert outcome.job_modify_index > 0


def test_a_smoke_test_that_cannot_be_made_is_an_error_of_its_job_alone() -> None:
    def no_secret(step: Step) -> str:
        raise NotFound("there is no secret")

    (outcome,), _ = apply(twins(), a_step("api"), after_job=no_secret)

    assert isinstance(outcome.error, NotFound)
    assert outcome.failed


def test_an_unhealthy_job_gets_no_smoke_test() -> None:
    asked = []
    apply(twins(outcome=Rollout.FAILS), a_step("api"), after_job=lambda step: asked.append(step) or "")

    assert asked == []


def test_a_restart_stops_first_and_registers_on_the_index_the_stop_made() -> None:
    cluster = twins()
    apply(cluster, a_step("api"))
    apply(cluster, a_step("api-2"))
    first = cluster.nomad.list_jobs()[0].job_modify_index
    (outcome,), _ = apply(cluster, a_step("api", Action.REPLACE, expected_index=first, restarts=True))

    assert not outcome.failed
    job = cluster.nomad.read_job("default", "api")
    assert job is not None
    assert (job["Stop"], job["Version"]) == (False, 2)


def test_a_stop_stops_at_its_index_alone() -> None:
    cluster = twins()
    apply(cluster, a_step("old"))
    index = cluster.nomad.list_jobs()[0].job_modify_index
    (stale,), _ = apply(cluster, a_step("old", Action.STOP, expected_index=index - 1))
    assert isinstance(stale.error, StalePlan)
    assert not cluster.nomad.list_jobs()[0].stop

    (done,), _ = apply(cluster, a_step("old", Action.STOP, expected_index=index))
    assert not done.failed
    assert cluster.nomad.list_jobs()[0].stop


def order_of(report: KeptReport) -> list[str]:
    return [event.step.name for event in report.of(StepDone)]


def test_rights_are_given_before_the_jobs_of_their_wave_and_taken_away_after_the_stops() -> None:
    cluster = twins()
    cluster.consul.put_config_entry(dict(an_entry("api", "old").raw) | {"ModifyIndex": 0}, cas=0)
    apply(cluster, a_step("old"))
    stop = a_step("old", Action.STOP, expected_index=cluster.nomad.list_jobs()[0].job_modify_index, wave=3)
    observed = cluster.consul.intentions()
    add, remove = an_intention("web -> api", observed=observed, owned=("old -> api",))
    outcomes, report = apply(cluster, replace(add, wave=1), a_step("web"), remove, stop)

    assert order_of(report) == ["web -> api", "web", "old", "old -> api"]
    assert not any(outcome.failed for outcome in outcomes)
    (entry,) = cluster.consul.intentions()
    assert [source.name for source in entry.sources] == ["web"], "both writes of one entry went through"


def test_a_source_that_somebody_adds_between_our_two_writes_is_not_lost() -> None:
    cluster = twins()
    cluster.consul.put_config_entry(dict(an_entry("api", "old").raw), cas=0)
    add, remove = an_intention("web -> api", observed=cluster.consul.intentions(), owned=("old -> api",))

    def somebody_adds(_step: Step) -> str:
        entry = cluster.consul.config_entry("service-intentions", "api")
        assert entry is not None
        sources = [*entry.raw["Sources"], {"Name": "theirs", "Action": "allow"}]
        cluster.consul.put_config_entry({**entry.raw, "Sources": sources}, cas=entry.modify_index)
        return ""

    outcomes, _ = apply(cluster, add, a_step("web"), remove, after_job=somebody_adds)

    assert isinstance(outcomes[-1].error, StalePlan)
    (entry,) = cluster.consul.intentions()
    assert {source.name for source in entry.sources} == {"old", "web", "theirs"}


def test_an_entry_without_sources_left_is_deleted() -> None:
    cluster = twins()
    cluster.consul.put_config_entry(dict(an_entry("api", "old").raw), cas=0)
    outcomes, _ = apply(cluster, *an_intention(observed=cluster.consul.intentions(), owned=("old -> api",)))

    assert not outcomes[0].failed
    assert cluster.consul.intentions() == ()


def test_service_defaults_are_written_and_deleted_at_their_index() -> None:
    cluster = twins()
    body = {"Kind": "service-defaults", "Name": "api", "Protocol": "http"}
    apply(cluster, a_step("api", Action.CREATE, Kind.SERVICE_DEFAULTS, body=body))
    (entry,) = cluster.consul.service_defaults()
    assert entry.protocol == "http"

    stale = a_step("api", Action.REMOVE, Kind.SERVICE_DEFAULTS, expected_index=entry.modify_index - 1)
    (outcome,), _ = apply(cluster, stale)
    assert isinstance(outcome.error, StalePlan)
    apply(cluster, replace(stale, expected_index=entry.modify_index))
    assert cluster.consul.service_defaults() == ()
