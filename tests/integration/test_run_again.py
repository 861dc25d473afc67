"""A release, and then another: what is the same stays, what moved is told and put right."""

import shutil

import pytest
from project import SLEEPER, Checkout, wait_until_running
from recorder import Recorded, recording

pytestmark = pytest.mark.cluster

SCALED = SLEEPER.replace(
    '    task "main" {',
    """\
    scaling {
      min     = [[ app.scaling.min ]]
      max     = [[ app.scaling.max ]]
      enabled = true
    }
    task "main" {""",
)
LIMITS = "scaling {\n min = 1\n max = 4\n}"
"""A group whose count belongs to an autoscaler."""


def test_a_second_run_changes_nothing_and_shows_the_same_release(project: Checkout) -> None:
    name = project.app("web")
    first = project.done("run", "--output", "json").document["stacks"][0]
    before = project.modify_index(name)

    second = project.done("run", "--output", "json").document["stacks"][0]

    assert (first["changed"], second["changed"]) == (True, False)
    assert first["release"] == second["release"]
    assert second["status"] == "successful"
    assert project.modify_index(name) == before
    assert [release["id"] for release in project.releases()] == [first["release"]]
    assert project.call("plan", "--exit-code").code == 0


def test_the_platform_is_released_before_every_other_stack(project: Checkout) -> None:
    early = project.app("early", stack="aaa")
    ingress = project.app("ingress", stack="platform")
    late = project.app("late", stack="zzz")

    results = project.done("run", "--output", "json").document["stacks"]

    assert [result["stack"] for result in results] == ["platform", "aaa", "zzz"]
    created = {name: job["CreateIndex"] for name, job in project.jobs().items()}
    assert created[ingress] < created[early] < created[late]


def test_named_apps_alone_are_released_and_nothing_is_stopped(project: Checkout) -> None:
    kept, gone = project.app("kept"), project.app("gone")
    project.done("run")
    project.drop("gone")
    project.app("kept", "round = 2")
    new = project.app("new")

    project.done("run", kept)

    assert set(project.jobs()) == {kept, gone}
    assert wait_until_running(project, gone)
    assert project.job(kept)["TaskGroups"][0]["Tasks"][0]["Env"] == {"ROUND": "2"}
    assert project.done("plan", "--output", "json").steps() == {new: "create", gone: "stop"}


def test_one_stack_alone_is_released(project: Checkout) -> None:
    project.app("left", stack="one")
    right = project.app("right", stack="two")

    project.done("run", "--stack", "two")

    assert set(project.jobs()) == {right}


def test_a_job_that_somebody_else_registered_is_refused_and_untouched(project: Checkout) -> None:
    theirs, ours = project.app("theirs"), project.app("ours")
    text = SLEEPER.replace("[[ app.job_id | hcl ]]", f'"{theirs}"').replace("[[ env.namespace | hcl ]]", '"x"')
    for expression, value in (("priority | default(50)", "50"), ("count | default(1)", "1")):
        text = text.replace(f"[[ var.{expression} ]]", value)
    text = text.replace('[[ var.round | default("1") | string | hcl ]]', '"theirs"')
    body = project.nomad.put("jobs/parse", {"JobHCL": text.replace("[[ var.memory | default(20) ]]", "20")})
    project.nomad.put("jobs", {"Job": body | {"Namespace": project.mark}}, namespace=project.mark)
    before = project.modify_index(theirs)

    ended = project.call("run", "--yes")

    assert ended.code == 5, ended.err
    assert f"error[not-owned]: job {theirs}" in ended.err
    assert "hint: " in ended.err
    assert set(project.jobs()) == {theirs}, f"{ours} must not be registered"
    assert project.modify_index(theirs) == before
    assert project.call("plan").code == 5
    assert project.releases() == []


def test_a_stopped_environment_runs_again_at_once(project: Checkout) -> None:
    name = project.app("web")
    project.done("run")
    project.done("stop", "--yes")
    assert project.job(name)["Stop"] is True
    assert project.done("plan", "--output", "json").steps() == {name: "create"}

    project.done("run")

    assert project.job(name)["Stop"] is False
    assert len(wait_until_running(project, name)) == 1
    assert [release["status"] for release in project.releases()] == ["successful"] * 3


def test_an_app_taken_out_of_the_files_is_stopped_after_asking_with_its_intention_alone(project: Checkout) -> None:
    back = project.app("back", "port = 80")
    gone = project.app("gone", f'calls = ["{back}"]')
    project.done("run")
    entry = project.consul.get(f"config/service-intentions/{back}")
    others = [*entry["Sources"], {"Name": f"{project.mark}-theirs", "Action": "allow", "Type": "consul"}]
    project.consul.put("config", {"Kind": "service-intentions", "Name": back, "Sources": others})
    project.drop("gone")

    plan = project.done("plan", "--output", "json")
    assert plan.steps() == {gone: "stop", f"{gone} -> {back}": "remove"}
    refused = project.call("run")
    assert (refused.code, f"Stop {gone}" in refused.err) == (2, True)
    assert project.job(gone)["Stop"] is False

    project.done("run", "--yes")

    assert project.job(gone)["Stop"] is True
    assert project.job(back)["Stop"] is False
    assert project.intention(back) == [f"{project.mark}-theirs allow"]
    assert project.call("plan", "--exit-code").code == 0


@pytest.mark.parametrize("way", ["its folder is deleted", "it leaves the environment", "its last app goes"])
def test_a_stack_that_the_files_no_longer_have_is_stopped(project: Checkout, way: str) -> None:
    kept, gone = project.app("kept", stack="one"), project.app("gone", stack="two")
    project.done("run")
    if way == "it leaves the environment":
        project.reach(more='}\nenvironment "other" {')
        project.write("jobs/two/stack.hcl", 'environments = ["other"]\n')
    else:
        project.drop("gone", stack="two")
    if way == "its folder is deleted":
        shutil.rmtree(project.root / "jobs/two")

    assert project.done("plan", "--output", "json").steps() == {gone: "stop"}
    project.done("run", "--yes")

    assert (project.job(gone)["Stop"], project.job(kept)["Stop"]) == (True, False)
    assert project.done("plan", "--output", "json").steps() == {}


def test_stop_reaches_what_the_files_no_longer_have(project: Checkout) -> None:
    gone = project.app("gone", stack="two")
    project.done("run")
    shutil.rmtree(project.root / "jobs")

    project.done("stop", "--yes")

    assert project.job(gone)["Stop"] is True


def test_protocols_and_intentions_are_written_before_the_jobs_that_need_them(project: Checkout) -> None:
    api = project.app("api", 'port = 80\nprotocol = "http"')
    front = project.app("front", f'calls = ["{api}"]')
    seen = Recorded()
    with recording(project.cluster.nomad_address, seen) as nomad, recording(project.cluster.consul_address, seen) as c:
        project.reach(nomad=nomad, consul=c)
        project.done("run")

    writes = [line for line in seen.writes() if "/v1/var/" not in line]
    assert writes == ["PUT /v1/config", "PUT /v1/config", "PUT /v1/jobs", "PUT /v1/jobs"]
    assert project.consul.get(f"config/service-defaults/{api}")["Protocol"] == "http"
    assert project.intention(api) == [f"{front} allow"]
    assert project.jobs()[api]["CreateIndex"] < project.jobs()[front]["CreateIndex"], "what is called comes first"


def test_a_protocol_that_is_taken_out_of_the_files_is_removed(project: Checkout) -> None:
    api = project.app("api", 'port = 80\nprotocol = "http"')
    project.done("run")
    project.app("api", "port = 80")

    assert project.done("plan", "--output", "json").steps() == {api: "remove"}
    project.done("run")

    assert project.consul.get(f"config/service-defaults/{api}") is None


def test_a_count_that_an_autoscaler_set_is_no_change_and_outlasts_a_release(project: Checkout) -> None:
    name = project.app("web", LIMITS, job=SCALED)
    project.done("run")
    project.nomad.put(f"job/{name}/scale", {"Count": 3, "Target": {"Group": "main"}}, namespace=project.mark)
    wait_until_running(project, name, 3)

    assert project.call("plan", "--exit-code").code == 0
    project.app("web", f"round = 2\n{LIMITS}", job=SCALED)
    project.done("run")

    assert project.job(name)["TaskGroups"][0]["Count"] == 3
    assert len(wait_until_running(project, name, 3)) == 3


def test_a_count_beyond_the_limits_of_the_files_is_brought_within_them(project: Checkout) -> None:
    name = project.app("web", LIMITS, job=SCALED)
    project.done("run")
    project.nomad.put(f"job/{name}/scale", {"Count": 4, "Target": {"Group": "main"}}, namespace=project.mark)
    project.app("web", "scaling {\n min = 1\n max = 2\n}", job=SCALED)

    project.done("run")

    assert project.job(name)["TaskGroups"][0]["Count"] == 2


def test_a_job_edited_by_hand_is_shown_as_such_and_put_back(project: Checkout) -> None:
    name = project.app("web")
    project.done("run")
    job = project.job(name)
    job["TaskGroups"][0]["Tasks"][0]["Env"]["ROUND"] = "by hand"
    project.nomad.put("jobs", {"Job": job}, namespace=project.mark)

    plan = project.call("plan", "--exit-code")

    assert plan.code == 1
    assert "was changed outside of releases" in plan.out
    assert '"by hand" => "1"' in plan.out
    assert "changed since its release" in project.done("status").out
    project.done("run")
    assert project.job(name)["TaskGroups"][0]["Tasks"][0]["Env"]["ROUND"] == "1"
    assert project.call("plan", "--exit-code").code == 0


def test_every_command_with_a_result_has_a_json_document_on_stdout_alone(project: Checkout) -> None:
    name = project.app("web")
    plan = project.done("plan", "--output", "json").document["stacks"][0]
    assert (plan["project"], plan["stack"], plan["environment"]) == (project.mark, "main", "dev")
    assert plan["totals"] == {"create": 1}
    run = project.done("run", "--output", "json").document["stacks"][0]
    (status,) = project.done("status", "--output", "json").document
    (release,) = project.releases()

    assert (status["app"], status["state"], status["healthy"], status["wanted"]) == (name, "running", 1, 1)
    assert status["release"] == release["id"] == run["release"]
    assert [job["job_id"] for job in release["jobs"]] == [name]
    stopped = project.done("stop", "--yes", "--output", "json").document["stacks"][0]
    assert (stopped["stack"], stopped["changed"]) == ("main", True)
    process = project.start("plan", "--output", "json")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.startswith("{")
