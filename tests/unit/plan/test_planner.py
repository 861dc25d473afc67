import json
from dataclasses import replace

import pytest
from releases import a_desired_job, a_job_plan, a_recorded_job, an_observed_job, job_text

from deployer.cluster.model import DesiredUpdates, PlacementFailure
from deployer.plan.model import Action
from deployer.plan.planner import Judgement, Look, finish_step, judge_job, kept_step, stop_step

BODY = json.loads(job_text("api"))


def test_a_job_that_is_not_in_the_cluster_must_not_exist_when_it_is_registered() -> None:
    judgement = judge_job(a_desired_job(), None, None)

    assert (judgement.look, judgement.cause) == (Look.COMPARE, "not in the cluster")
    assert (judgement.expected_index, judgement.exists) == (0, False)


def test_a_job_at_its_recorded_index_with_the_same_text_is_unchanged() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(), a_recorded_job())

    assert (judgement.look, judgement.cause, judgement.expected_index) == (Look.KEEP, "unchanged", 40)
    assert kept_step(judgement).action is Action.KEEP


def test_a_stopped_job_counts_as_absent_but_keeps_its_index() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(stop=True, status="dead"), a_recorded_job())

    assert (judgement.look, judgement.cause) == (Look.COMPARE, "is stopped")
    assert (judgement.expected_index, judgement.exists) == (40, False)
    step = finish_step(judgement, BODY, a_job_plan())
    assert (step.action, step.expected_index, step.details) == (Action.CREATE, 40, ())


def test_a_stopped_job_of_somebody_else_may_be_taken_over_since_it_counts_as_absent() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(stop=True), None)

    assert (judgement.look, judgement.cause) == (Look.COMPARE, "is stopped")


@pytest.mark.parametrize("present", [True, False])
def test_a_batch_job_that_has_succeeded_is_unchanged_whether_nomad_still_has_it_or_not(*, present: bool) -> None:
    recorded = a_recorded_job("seed", kind="batch", succeeded=True)
    current = an_observed_job("seed", type="batch", status="dead") if present else None
    judgement = judge_job(a_desired_job("seed", kind="batch"), current, recorded)

    assert (judgement.look, judgement.cause) == (Look.KEEP, "has succeeded")
    assert (judgement.expected_index, judgement.exists) == (40 if present else 0, present)


def test_a_batch_job_that_has_succeeded_runs_again_when_its_text_changed() -> None:
    recorded = a_recorded_job("seed", kind="batch", succeeded=True)
    judgement = judge_job(a_desired_job("seed", version="2", kind="batch"), None, recorded)

    assert (judgement.look, judgement.cause) == (Look.COMPARE, "not in the cluster")


def test_a_job_that_no_release_of_the_stack_made_is_refused() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(), None)

    assert judgement.look is Look.REFUSE
    step = kept_step(judgement)
    assert (step.action, step.body) == (Action.REFUSE, None)
    assert step.cause == "'api' runs in namespace 'default' already and no release of this stack made it"


@pytest.mark.parametrize(
    ("recorded", "version", "cause"),
    [
        (a_recorded_job(), "2", "jobspec changed"),
        (a_recorded_job(failed=True), "1", "failed in the last release"),
        (a_recorded_job(job_modify_index=0), "1", "the last release did not finish it"),
        (a_recorded_job(job_modify_index=30), "1", "was changed outside of releases (index 30 → 40)"),
    ],
)
def test_a_job_of_ours_is_compared_with_the_server_and_the_cause_says_why(recorded, version, cause) -> None:
    judgement = judge_job(a_desired_job(version=version), an_observed_job(), recorded)

    assert (judgement.look, judgement.cause) == (Look.COMPARE, cause)
    assert (judgement.expected_index, judgement.exists) == (40, True)


def changed(**job) -> Judgement:
    return judge_job(a_desired_job(version="2", **job), an_observed_job(), a_recorded_job())


def test_what_nomad_finds_equal_is_unchanged_whatever_the_fingerprint_says() -> None:
    step = finish_step(changed(), BODY, a_job_plan("None"))

    assert (step.action, step.cause, step.body) == (Action.KEEP, "unchanged", None)


def test_a_job_whose_last_rollout_failed_is_stopped_and_started_even_where_nothing_differs() -> None:
    step = finish_step(changed(), BODY, a_job_plan("None"), restarts=True)

    assert (step.action, step.restarts, step.body) == (Action.REPLACE, True, BODY)


def test_a_failed_job_whose_text_changed_is_an_ordinary_update() -> None:
    step = finish_step(changed(), BODY, a_job_plan("Edited"), restarts=True)

    assert (step.action, step.restarts) == (Action.REPLACE, False)


def test_a_job_that_was_written_but_never_seen_healthy_is_watched_to_its_end() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(), a_recorded_job(job_modify_index=0))
    step = finish_step(judgement, BODY, a_job_plan("None"), unfinished=True)

    assert (step.action, step.resumes, step.restarts) == (Action.IN_PLACE, True, False)
    assert step.cause == "the last release did not finish it"


@pytest.mark.parametrize("launch", [{"Periodic": {"Spec": "@daily"}}, {"ParameterizedJob": {}, "Periodic": {"a": 1}}])
def test_a_job_that_launches_others_has_nothing_to_be_watched_to(launch) -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(), a_recorded_job(job_modify_index=0))

    assert finish_step(judgement, BODY | launch, a_job_plan("None"), unfinished=True).action is Action.KEEP


def test_a_restart_beats_a_resume() -> None:
    judgement = judge_job(a_desired_job(), an_observed_job(), a_recorded_job(job_modify_index=0, failed=True))
    step = finish_step(judgement, BODY, a_job_plan("None"), restarts=True, unfinished=True)

    assert (step.action, step.restarts, step.resumes) == (Action.REPLACE, True, False)


@pytest.mark.parametrize(
    ("updates", "action"),
    [
        (DesiredUpdates(in_place_update=2), Action.IN_PLACE),
        (DesiredUpdates(ignore=2), Action.IN_PLACE),
        (DesiredUpdates(destructive_update=1), Action.REPLACE),
        (DesiredUpdates(create=1, in_place_update=1), Action.REPLACE),
        (DesiredUpdates(canary=1), Action.REPLACE),
        (DesiredUpdates(migrate=1), Action.REPLACE),
        (DesiredUpdates(stop=1), Action.REPLACE),
    ],
)
def test_new_allocations_are_told_apart_from_updates_in_place(updates, action) -> None:
    step = finish_step(changed(), BODY, a_job_plan(updates={"web": updates}))

    assert step.action is action


COUNT = {"Type": "Edited", "Name": "Count", "Old": "4", "New": "2", "Annotations": []}
SCALED = {"Type": "Edited", "ID": "api", "TaskGroups": [{"Type": "Edited", "Name": "web", "Fields": [COUNT]}]}


def test_a_count_that_a_scaling_policy_moved_is_no_change() -> None:
    step = finish_step(changed(autoscaled=True), BODY, a_job_plan(diff=SCALED))

    assert step.action is Action.KEEP


def test_the_same_count_is_a_change_where_no_policy_scales() -> None:
    step = finish_step(changed(), BODY, a_job_plan(diff=SCALED, updates={"web": DesiredUpdates(stop=2)}))

    assert (step.action, step.details) == (Action.REPLACE, ("~ web", '  ~ Count: "4" => "2"'))


def test_a_step_shows_what_nomad_warns_of_and_what_it_could_not_place_now() -> None:
    failure = PlacementFailure(
        nodes_evaluated=2, nodes_filtered=1, nodes_exhausted=1, dimension_exhausted={"memory": 1}
    )
    nowhere = PlacementFailure(nodes_evaluated=0, nodes_filtered=0, nodes_exhausted=0)
    server = a_job_plan(
        warnings='1 warning:\n\n* Group "web" has no update block\n', failed_groups={"web": failure, "db": nowhere}
    )
    step = finish_step(changed(), BODY, server)

    assert step.warnings == (
        'Group "web" has no update block',
        "group 'web' cannot be placed now: memory (1 nodes)",
        "group 'db' cannot be placed now: no node is available",
    )


def test_a_job_of_ours_that_the_files_dropped_is_stopped_at_its_present_index() -> None:
    step = stop_step(a_recorded_job("old"), an_observed_job("old"), wave=3, cause="no longer declared")

    assert step is not None
    assert (step.action, step.name, step.app, step.expected_index, step.wave) == (Action.STOP, "old", "old", 40, 3)


@pytest.mark.parametrize(
    "current",
    [
        None,
        an_observed_job("old", stop=True, status="dead"),
        an_observed_job("old", type="batch", status="dead"),
    ],
)
def test_what_does_not_run_any_more_needs_no_stop(current) -> None:
    assert stop_step(a_recorded_job("old"), current, wave=1, cause="no longer declared") is None


def test_a_service_whose_allocations_all_died_is_stopped_all_the_same() -> None:
    dead = replace(an_observed_job("old"), status="dead")

    assert stop_step(a_recorded_job("old"), dead, wave=1, cause="asked for") is not None
