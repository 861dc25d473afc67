from dataclasses import replace

import pytest
from releases import KeptReport, actions_of

from deployer.actions.plan import plan_stacks
from deployer.actions.run import run_plans
from deployer.actions.status import read_history, read_status, records_of
from deployer.actions.stop import plan_stops
from deployer.errors import UnknownEnvironment
from deployer.plan.model import Action

APPS = {"board": {"api": 2, "web": 1}, "platform": {"edge": 1}}


def run(resolved, cluster) -> None:
    run_plans(plan_stacks(resolved, cluster), resolved, cluster, KeptReport())


def stops(resolved, cluster, **which):
    return plan_stops(resolved.project, resolved.environment, cluster, **which)


def test_stopping_an_environment_stops_what_its_releases_own_the_platform_last(project, cluster) -> None:
    resolved = project(APPS)
    run(resolved, cluster)
    plans = stops(resolved, cluster)

    assert [plan.plan.owner.stack for plan in plans] == ["board", "platform"]
    assert actions_of(plans[0]) == {"api-dev": Action.STOP, "web-dev": Action.STOP}
    run_plans(plans, resolved, cluster, KeptReport())
    assert all(job.stop for job in cluster.nomad.list_jobs())
    assert [plan.plan.changes for plan in stops(resolved, cluster)] == [(), ()]


def test_a_job_of_somebody_else_is_never_stopped(project, cluster) -> None:
    resolved = project({"board": {"api": 1}})
    run(resolved, cluster)
    cluster.nomad.register_job(cluster.nomad.parse_job('job "theirs" { count = 1'), expected_index=0)
    run_plans(stops(resolved, cluster), resolved, cluster, KeptReport())

    assert {job.id: job.stop for job in cluster.nomad.list_jobs()} == {"api-dev": True, "theirs": False}


def test_one_app_is_stopped_by_name_even_after_the_files_dropped_it(project, cluster) -> None:
    run(project(APPS), cluster)
    resolved = project({"board": {"api": 2}, "platform": {"edge": 1}})
    plans = stops(resolved, cluster, apps=("web",))

    assert [actions_of(plan) for plan in plans if plan.plan.steps] == [{"web-dev": Action.STOP}]
    run_plans(plans, resolved, cluster, KeptReport())
    assert {job.id for job in cluster.nomad.list_jobs() if job.stop} == {"web-dev"}


def test_stopping_what_no_release_has_is_told_with_the_nearest_name(project, cluster) -> None:
    resolved = project(APPS)
    run(resolved, cluster)

    with pytest.raises(UnknownEnvironment, match="no release of 'dev' has an app 'wbe'") as caught:
        stops(resolved, cluster, apps=("wbe",))
    assert caught.value.hint == "did you mean 'web'?"


def test_a_stack_that_neither_files_nor_releases_have_is_told_with_the_nearest_name(project, cluster) -> None:
    resolved = project(APPS)
    assert stops(resolved, cluster, stack="board") == [], "it is known, and nothing of it runs"
    run(resolved, cluster)

    with pytest.raises(UnknownEnvironment, match="has a stack 'bord'; did you mean 'board'") as caught:
        stops(resolved, cluster, stack="bord")
    assert caught.value.hint == "it has board, platform"


def test_an_app_is_stopped_by_stack_and_name_where_its_name_alone_means_several(project, cluster) -> None:
    resolved = project({"board": {"api": 1}, "mail": {"box": 1}})
    run(resolved, cluster)
    mail = records_of("shop", "mail", resolved.environment, cluster)
    head = mail.head()
    moved = replace(head.release, jobs=tuple(replace(job, app="api") for job in head.release.jobs))
    mail.write(head, moved)

    with pytest.raises(UnknownEnvironment, match="several stacks have an app 'api'; write 'board/api' or 'mail/api'"):
        stops(resolved, cluster, apps=("api",))
    plans = stops(resolved, cluster, apps=("mail/api",))
    assert [actions_of(plan) for plan in plans if plan.plan.steps] == [{"box-dev": Action.STOP}]
    assert all(plan.partial for plan in plans)
    with pytest.raises(UnknownEnvironment, match="has an app 'mail/apy'") as caught:
        stops(resolved, cluster, apps=("mail/apy",))
    assert caught.value.hint == "did you mean 'mail/api'?"


def test_an_environment_without_releases_has_nothing_to_stop(project, cluster) -> None:
    assert stops(project(APPS), cluster) == []


def status(resolved, cluster) -> dict[str, tuple[str, int, int, str]]:
    return {one.app: (one.state, one.healthy, one.wanted, one.note) for one in read_status(resolved, cluster)}


def test_the_status_tells_what_is_absent_running_stopped_foreign_or_moved(project, cluster) -> None:
    resolved = project(APPS)
    assert status(resolved, cluster)["api"] == ("absent", 0, 0, "")
    run(resolved, cluster)
    assert status(resolved, cluster)["api"] == ("running", 2, 2, "")

    web = next(job for job in cluster.nomad.list_jobs() if job.id == "web-dev")
    cluster.nomad.stop_job("default", "web-dev", expected_index=web.job_modify_index)
    cluster.nomad.scale("default", "api-dev", "web", count=3)
    cluster.nomad.register_job(cluster.nomad.parse_job('job "mail-dev" { count = 1'), expected_index=0)
    told = status(project({"board": APPS["board"] | {"mail": 1}}), cluster)

    assert told["web"][0] == "stopped"
    assert told["api"] == ("running", 3, 3, "changed since its release; see `nomadeploy plan`")
    assert told["mail"] == ("running", 1, 1, "no release of this project made it")


def with_scaling(resolved, **scaling):
    return replace(
        resolved, apps=tuple(replace(app, values={**app.values, "scaling": scaling}) for app in resolved.apps)
    )


def test_a_job_that_the_autoscaler_scaled_has_not_changed_since_its_release(project, cluster) -> None:
    resolved = project({"board": {"api": 1}})
    run(resolved, cluster)
    cluster.nomad.scale("default", "api-dev", "web", count=3)

    assert status(with_scaling(resolved, max=4, enabled=True), cluster)["api"] == ("running", 3, 3, "")
    assert status(with_scaling(resolved, max=4, enabled=False), cluster)["api"][3].startswith("changed since")


def test_what_a_release_or_a_stop_left_undone_is_told_as_it_is(project, cluster) -> None:
    resolved = project({"board": {"api": 1, "web": 1}})
    run(resolved, cluster)
    records = records_of("shop", "board", resolved.environment, cluster)
    head = records.head()
    api, web = head.release.jobs
    records.write(head, replace(head.release, status="interrupted", jobs=(replace(api, job_modify_index=0), web)))
    cluster.nomad.stop_job("default", "web-dev", expected_index=web.job_modify_index)
    told = status(resolved, cluster)

    assert told["api"] == ("running", 1, 1, "its release has not finished it; see `nomadeploy plan`")
    assert told["web"] == ("stopped", 0, 0, ""), "the stop was ours, though its record was never written"
    cluster.nomad.stop_job("default", "api-dev", expected_index=api.job_modify_index)
    assert status(resolved, cluster)["api"] == ("stopped", 0, 0, "")


def test_the_history_lists_the_kept_releases_of_all_stacks_newest_first(project, cluster) -> None:
    run(project(APPS), cluster)
    resolved = project({"board": {"api": 3, "web": 1}, "platform": {"edge": 1}})
    run(resolved, cluster)
    history = read_history("shop", ["platform", "board"], resolved.environment, cluster)

    assert sorted((release.number, len(release.jobs)) for release in history) == [(1, 1), (1, 2), (2, 2)]
    assert [release.started_at for release in history] == sorted((r.started_at for r in history), reverse=True)
    assert {release.status for release in history} == {"successful"}
