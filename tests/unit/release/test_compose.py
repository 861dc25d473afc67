import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from releases import (
    OWNER,
    a_desired_job,
    a_desired_state,
    a_recorded_job,
    a_release,
    a_step,
    an_app,
    intentions,
    job_text,
)

from deployer.apply.executor import Outcome
from deployer.cluster.model import Registered
from deployer.errors import StalePlan
from deployer.plan.model import Action, Kind, Plan
from deployer.project.model import Leaf, Source
from deployer.release.compose import begin_release, detail_of, end_release
from deployer.release.origin import Origin
from deployer.release.record import Head
from deployer.secret import Secret, SecretReference
from deployer.watch.verdict import State, Verdict

NOW = datetime(2026, 11, 23, 19, 5, 6, tzinfo=timezone(timedelta(hours=1)))
ORIGIN = Origin(who="dana@laptop", git_commit="abc", git_dirty=True, ci_link="https://ci.example/7")


def begin(desired, *steps, before=None, partial=False):
    head = Head(modify_index=3, release=before, ids=(before.id,)) if before else Head()
    return begin_release(Plan(owner=OWNER, steps=steps), desired, head, ORIGIN, now=NOW, partial=partial)


def registered(step, *, state=State.HEALTHY, index=50) -> Outcome:
    answer = Registered(eval_id="e1", job_modify_index=index, warnings="")
    return Outcome(step=step, registered=answer, verdict=Verdict(state=state, reason="so"))


def end(release, desired, *outcomes, status="successful", partial=False):
    return end_release(release, desired, outcomes, status=status, now=NOW + timedelta(seconds=9), partial=partial)


def test_a_first_release_is_number_one_and_tells_who_made_it_when_from_what() -> None:
    release = begin(a_desired_state(a_desired_job()), a_step())

    assert (release.id, release.number, release.status) == ("1-20261123T180506", 1, "running")
    assert (release.started_at, release.ended_at) == ("2026-11-23T18:05:06+00:00", "")
    assert (release.who, release.git_commit, release.git_dirty) == ("dana@laptop", "abc", True)
    assert (release.ci_link, release.summary, release.message) == ("https://ci.example/7", {"create": 1}, "")


def test_what_will_be_owned_is_recorded_before_the_first_write() -> None:
    app = an_app(values={"image": "api:1.4"})
    desired = a_desired_state(a_desired_job(app=app), intentions=intentions("web -> api"), protocols={"api": "http"})
    release = begin(desired, a_step())

    (job,) = release.jobs
    assert (job.job_id, job.job_modify_index, job.image, job.succeeded) == ("api", 0, "api:1.4", False)
    assert (release.intentions, release.protocols) == ((("web", "api"),), {"api": "http"})


def test_what_is_about_to_be_taken_away_is_still_ours_until_it_is_gone() -> None:
    before = a_release(
        a_recorded_job("old"), number=4, intentions=(("old", "api"),), protocols={"old": "grpc", "api": "tcp"}
    )
    desired = a_desired_state(a_desired_job(), intentions=intentions("web -> api"), protocols={"api": "http"})
    stop = a_step("old", Action.STOP)
    release = begin(desired, a_step(), stop, before=before)

    assert release.number == 5
    assert {job.job_id for job in release.jobs} == {"api", "old"}
    assert release.intentions == (("old", "api"), ("web", "api"))
    assert release.protocols == {"old": "grpc", "api": "http"}

    done = end(release, desired, registered(a_step()), Outcome(step=stop))
    assert {job.job_id for job in done.jobs} == {"api"}
    assert (done.intentions, done.protocols) == ((("web", "api"),), {"api": "http"})
    assert (done.status, done.ended_at) == ("successful", "2026-11-23T18:05:15+00:00")


def test_a_kept_job_keeps_its_index_and_its_success() -> None:
    before = a_release(a_recorded_job("seed", kind="batch", succeeded=True), a_recorded_job())
    desired = a_desired_state(a_desired_job(), a_desired_job("seed", kind="batch"))
    steps = a_step("api", Action.KEEP, expected_index=40), a_step("seed", Action.KEEP, expected_index=0)
    api, seed = begin(desired, *steps, before=before).jobs

    assert (api.job_modify_index, api.succeeded) == (40, False)
    assert (seed.job_modify_index, seed.succeeded) == (0, True)


def test_a_registered_job_is_recorded_at_the_index_nomad_gave_it() -> None:
    desired = a_desired_state(a_desired_job())
    (job,) = end(begin(desired, a_step()), desired, registered(a_step())).jobs

    assert (job.job_modify_index, job.failed, job.succeeded) == (50, False, False)


@pytest.mark.parametrize("state", [State.FAILED, State.TIMED_OUT, State.UNPLACED])
def test_a_job_whose_rollout_failed_is_recorded_as_failed_and_so_starts_anew_next_time(state: State) -> None:
    desired = a_desired_state(a_desired_job())
    (job,) = end(begin(desired, a_step()), desired, registered(a_step(), state=state), status="failed").jobs

    assert (job.job_modify_index, job.failed) == (50, True)


def test_a_job_that_was_refused_at_its_index_has_not_failed_and_is_looked_at_again() -> None:
    desired = a_desired_state(a_desired_job())
    outcome = Outcome(step=a_step(), error=StalePlan("it moved"))
    (job,) = end(begin(desired, a_step()), desired, outcome, status="failed").jobs

    assert (job.job_modify_index, job.failed) == (0, False)


def test_a_batch_job_that_succeeded_is_recorded_so_and_one_that_launches_others_is_not() -> None:
    desired = a_desired_state(a_desired_job("seed", kind="batch"))

    def recorded(**body):
        step = a_step("seed", body=json.loads(job_text("seed", Type="batch", **body)))
        return end(begin(desired, step), desired, registered(step)).jobs[0].succeeded

    assert recorded()
    assert not recorded(Periodic={"Spec": "@daily"})
    assert not recorded(ParameterizedJob={"Payload": "optional"})


def test_an_interrupted_release_still_owns_all_it_might_have_written() -> None:
    before = a_release(a_recorded_job("old"), intentions=(("old", "api"),))
    desired = a_desired_state(a_desired_job(), a_desired_job("db"), intentions=intentions("web -> api"))
    steps = a_step(), a_step("db"), a_step("old", Action.STOP)
    release = begin(desired, *steps, before=before)
    ended = end(release, desired, registered(steps[0]), status="interrupted")

    assert {(job.job_id, job.job_modify_index) for job in ended.jobs} == {("api", 50), ("db", 0), ("old", 40)}
    assert set(ended.intentions) == {("old", "api"), ("web", "api")}


def test_a_stop_that_failed_leaves_the_job_ours() -> None:
    before = a_release(a_recorded_job("old"))
    stop = a_step("old", Action.STOP)
    release = begin(a_desired_state(), stop, before=before)
    ended = end(release, a_desired_state(), Outcome(step=stop, error=StalePlan("it moved")), status="failed")

    assert [job.job_id for job in ended.jobs] == ["old"]


def test_a_release_of_some_apps_keeps_the_intentions_of_the_others() -> None:
    before = a_release(a_recorded_job("mail"), intentions=(("web", "mail"),), protocols={"mail": "http"})
    desired = a_desired_state(a_desired_job())
    release = begin(desired, a_step(), before=before, partial=True)
    ended = end(release, desired, registered(a_step()), partial=True)

    assert ended.message == "some apps only"
    assert {job.job_id for job in ended.jobs} == {"api", "mail"}
    assert (ended.intentions, ended.protocols) == ((("web", "mail"),), {"mail": "http"})


def test_outcomes_of_config_entries_are_no_jobs() -> None:
    desired = a_desired_state()
    link = a_step("web -> api", kind=Kind.INTENTION)

    assert end(begin(desired, link), desired, Outcome(step=link)).jobs == ()


def test_the_detail_holds_bodies_texts_and_values_with_their_place_and_no_secret() -> None:
    source = Source("app", "jobs/board/api.hcl", 3)
    leaves = {
        ("image",): Leaf("api:1.4", source),
        ("env", "TOKEN"): Leaf(Secret("hunter2"), source),
        ("smoke", "body"): Leaf(SecretReference("api", "token"), source),
        ("password",): Leaf("hunter2", source),
    }
    job = a_desired_job(app=an_app(leaves=leaves))
    kept = a_step("mail", Action.KEEP, body=None)
    plan = Plan(owner=OWNER, steps=(a_step(), kept, a_step("web -> api", kind=Kind.INTENTION, body={"Name": "api"})))
    detail = detail_of(a_desired_state(job), plan, frozenset({"password"}))

    assert detail.specs == {"default/api": json.loads(job_text("api"))}
    assert detail.texts == {"default/api": job.text}
    assert detail.values["api"] == {
        "image": ("api:1.4", "app (jobs/board/api.hcl:3)"),
        "env.TOKEN": ("[redacted]", "app (jobs/board/api.hcl:3)"),
        "smoke.body": ("secret(api#token)", "app (jobs/board/api.hcl:3)"),
    }
    assert "hunter2" not in repr(detail)


def test_a_release_is_found_by_its_jobs_key() -> None:
    release = a_release(a_recorded_job(), replace(a_recorded_job(), namespace="prod"))

    found = release.job("prod", "api")
    assert found is not None
    assert found.namespace == "prod"
    assert release.job("prod", "web") is None


def test_numbers_count_on_from_the_release_before() -> None:
    release = begin(a_desired_state(), before=a_release(number=41))

    assert release.id.startswith("42-")
    assert datetime.fromisoformat(release.started_at).tzinfo == UTC
