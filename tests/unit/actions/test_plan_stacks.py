from typing import Any

import pytest
from releases import KeptReport, actions_of

from deployer.actions.compare import job_body
from deployer.actions.plan import plan_stacks
from deployer.actions.run import run_plans
from deployer.errors import FilesInvalid, JobRejected, UnknownEnvironment
from deployer.plan.model import Action
from deployer.report.plan_text import plan_text


def run(resolved, cluster) -> None:
    run_plans(plan_stacks(resolved, cluster), resolved, cluster, KeptReport())


def test_every_stack_is_planned_on_its_own_the_platform_first(project, cluster) -> None:
    resolved = project({"board": {"web": 1}, "platform": {"edge": 1}, "billing": {"pay": 1}})
    plans = plan_stacks(resolved, cluster)

    assert [plan.plan.owner.stack for plan in plans] == ["platform", "billing", "board"]
    assert plan_text(plans[2].plan) == (
        "Plan for shop/board/dev: 1 to create\n  + job web-dev: create (not in the cluster)\n"
    )


def test_an_unchanged_environment_asks_nomad_about_no_single_job(project, cluster) -> None:
    resolved = project({"board": {f"app-{number}": 1 for number in range(9)}})
    run(resolved, cluster)
    nomad: Any = cluster.nomad
    nomad.parsed.clear()
    (plan,) = plan_stacks(resolved, cluster)

    assert (plan.plan.changes, nomad.parsed) == ((), [])


def test_only_jobs_that_moved_are_read(project, cluster) -> None:
    run(project({"board": {"api": 1, "web": 1}}), cluster)
    nomad: Any = cluster.nomad
    nomad.parsed.clear()
    (plan,) = plan_stacks(project({"board": {"api": 2, "web": 1}}), cluster)

    assert actions_of(plan) == {"api-dev": Action.REPLACE, "web-dev": Action.KEEP}
    assert len(nomad.parsed) == 1


def test_a_dropped_app_is_stopped_and_a_stack_without_apps_gives_up_all_it_had(project, cluster) -> None:
    run(project({"board": {"api": 1, "web": 1}}), cluster)

    (plan,) = plan_stacks(project({"board": {"api": 1}}), cluster)
    assert actions_of(plan) == {"api-dev": Action.KEEP, "web-dev": Action.STOP}
    (plan,) = plan_stacks(project({"board": {}}), cluster)
    assert actions_of(plan) == {"api-dev": Action.STOP, "web-dev": Action.STOP}


def test_a_plan_for_some_apps_leaves_the_others_out_and_stops_nothing(project, cluster) -> None:
    run(project({"board": {"api": 1, "old": 1, "web": 1}}), cluster)
    resolved = project({"board": {"api": 2, "web": 2}})

    for names in (("api",), ("board/api",)):
        (plan,) = plan_stacks(resolved, cluster, apps=names)
        assert (actions_of(plan), plan.partial) == ({"api-dev": Action.REPLACE}, True)


def test_a_plan_for_one_stack_leaves_the_others_out(project, cluster) -> None:
    resolved = project({"board": {"web": 1}, "billing": {"pay": 1}})

    assert [plan.plan.owner.stack for plan in plan_stacks(resolved, cluster, stack="billing")] == ["billing"]


def test_an_unknown_app_or_stack_is_told_with_the_nearest_known_one(project, cluster) -> None:
    resolved = project({"board": {"web": 1}})

    with pytest.raises(UnknownEnvironment, match="'wbe'; did you mean 'web'"):
        plan_stacks(resolved, cluster, apps=["wbe"])
    with pytest.raises(UnknownEnvironment, match=r"no stack 'bord'.*did you mean 'board'"):
        plan_stacks(resolved, cluster, stack="bord")


def test_every_finding_of_every_job_is_told_before_the_cluster_is_asked(project, cluster) -> None:
    resolved = project({"board": {"api": 1, "web": 1}})
    for name in ("api", "web"):
        file = resolved.project.root / "jobs" / "board" / f"{name}.nomad.hcl"
        file.write_text(file.read_text().replace("driver", "drivr"))
    with pytest.raises(FilesInvalid) as caught:
        plan_stacks(resolved, cluster)

    assert {finding.path for finding in caught.value.findings} == {
        "jobs/board/api.nomad.hcl",
        "jobs/board/web.nomad.hcl",
    }


def test_a_job_carries_the_constant_meta_of_its_owner_and_its_own(project, cluster) -> None:
    (plan,) = plan_stacks(project({"board": {"web": 1}}), cluster)
    (step,) = plan.plan.steps

    assert step.body is not None
    assert step.body["Namespace"] == "default"
    assert step.body["Meta"] == {
        "nomadeploy_project": "shop",
        "nomadeploy_stack": "board",
        "nomadeploy_environment": "dev",
    }


def test_a_job_that_names_another_namespace_than_its_app_is_refused(project, cluster) -> None:
    (plan,) = plan_stacks(project({"board": {"web": 1}}), cluster)
    (job,) = plan.desired.jobs
    cluster.nomad._parse = lambda _text: {"ID": "web-dev", "Namespace": "prod", "Meta": {"team": "shop"}}

    with pytest.raises(JobRejected, match="says namespace 'prod', its app file says 'default'"):
        job_body(job, plan.desired.owner, cluster)
