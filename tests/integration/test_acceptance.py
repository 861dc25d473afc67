"""What other tools for Nomad get wrong, by the numbers of the list of acceptance tests."""

import random
import textwrap

import pytest
from api import eventually
from project import SLEEPER, Checkout, wait_until_running
from recorder import Recorded, recording

pytestmark = pytest.mark.cluster

PACK = {
    "metadata.hcl": """
        app {
          url = ""
        }
        pack {
          name        = "sleeper"
          description = "Sleeps"
          version     = "0.1.0"
        }
    """,
    "variables.hcl": """
        variable "round" {
          description = "makes it another job"
          type        = string
          default     = "1"
        }
    """,
    "README.md": "Sleeps.\n",
}


def test_01_a_second_instance_of_a_pack_never_stops_the_first(project: Checkout) -> None:
    for path, text in PACK.items():
        project.write(f"packs/sleeper/{path}", textwrap.dedent(text))
    project.write("packs/sleeper/templates/sleeper.nomad.hcl.j2", SLEEPER)
    one, two = project.name("one"), project.name("two")
    project.write("jobs/main/one.hcl", f'app "{one}" {{\n  pack = "sleeper"\n}}\n')
    project.done("run")
    before = wait_until_running(project, one)
    project.write("jobs/main/two.hcl", f'app "{two}" {{\n  pack  = "sleeper"\n  round = "2"\n}}\n')

    project.done("run")

    assert project.running(one) == before
    assert len(wait_until_running(project, two)) == 1


def test_02_the_plan_lists_every_object_that_run_touches_stops_included(project: Checkout) -> None:
    back = project.app("back", 'port = 80\nprotocol = "http"')
    gone, front = project.app("gone", f'calls = ["{back}"]'), project.app("front")
    project.done("run")
    project.drop("gone")
    project.app("front", f'calls = ["{back}"]')
    new = project.app("new", "round = 1")
    project.app("back", 'port = 80\nprotocol = "http"\npriority = 60')
    seen = Recorded()
    with recording(project.cluster.nomad_address, seen) as nomad, recording(project.cluster.consul_address, seen) as c:
        project.reach(nomad=nomad, consul=c)
        planned = project.done("plan", "--output", "json").steps()
        assert seen.writes() == [], "a plan writes nothing"
        project.done("run", "--yes")

    assert planned == {
        back: "update in place",
        gone: "stop",
        new: "create",
        f"{front} -> {back}": "create",
        f"{gone} -> {back}": "remove",
    }
    written = sorted(line for line in seen.writes() if "/v1/var/nomadeploy/" not in line)
    assert written == sorted(
        ["PUT /v1/jobs"] * 2 + [f"DELETE /v1/job/{gone}"] + ["PUT /v1/config"] * 2  # the two intentions
    )


def test_03_a_job_without_a_namespace_stays_in_the_environments_own(project: Checkout) -> None:
    other = f"{project.mark}-other"
    project.nomad.put("namespace", {"Name": other})
    moved = project.app("moved", f'namespace = "{other}"')
    stays = project.app("stays")
    try:
        project.done("run")

        assert set(project.jobs()) == {stays}
        assert {job["ID"] for job in project.nomad.get("jobs", namespace=other)} == {moved}
        assert project.call("plan", "--exit-code").code == 0
    finally:
        project.nomad.delete(f"job/{moved}", namespace=other, purge="true")


def test_04_five_jobs_start_in_the_declared_order_on_twenty_runs(project: Checkout) -> None:
    chance = random.Random(4)
    shorts = ["a", "b", "c", "d", "e"]
    for number in range(20):
        chance.shuffle(shorts)
        for place, short in enumerate(shorts):
            after = f"after = {project.names(shorts[place - 1 : place])}" if place else ""
            # Nothing to place: each job still waits for the scheduler's word on the one before.
            project.app(short, f"count = 0\nround = {number}\n{after}")

        project.done("run")

        moved = {name: job["JobModifyIndex"] for name, job in project.jobs().items()}
        assert sorted(moved, key=lambda name: moved[name]) == [project.name(short) for short in shorts]


def test_05_an_invalid_third_job_means_that_nothing_is_registered(project: Checkout) -> None:
    for short in ("one", "two", "four"):
        project.app(short)
    third = project.app("three", "priority = 999")

    ended = project.call("run")

    assert ended.code == 3, ended.err
    assert f"main/{third}.nomad.hcl:4: " in ended.err
    assert "priority" in ended.err
    assert project.jobs() == {}


def test_05_a_job_that_only_the_server_refuses_means_that_nothing_is_registered(project: Checkout) -> None:
    for short in ("one", "two", "four"):
        project.app(short)
    third = project.app("three", job=SLEEPER.replace("  update {", '  node_pool = "nowhere"\n  update {', 1))

    ended = project.call("run")

    assert ended.code == 3, ended.err
    assert "error[job-rejected]" in ended.err
    assert third in ended.err
    assert "nowhere" in ended.err
    assert project.jobs() == {}
    assert project.releases() == []


def test_07_a_misspelt_variable_is_an_error_with_the_templates_file_and_line(project: Checkout) -> None:
    project.app("web", "flavour = 1", job=SLEEPER.replace("[[ var.round |", "[[ var.flavor |", 1))
    project.app("misspelt", "flavour = 1", job=SLEEPER.replace("[[ var.priority | default(50) ]]", "[[ var.flavor ]]"))

    ended = project.call("run")

    assert ended.code == 3, ended.err
    assert "jobs/main/misspelt.nomad.hcl.j2:4: " in ended.err
    assert "flavour" in ended.err, "it says what was meant"
    assert project.jobs() == {}


def test_08_a_change_in_place_is_a_change(project: Checkout) -> None:
    name = project.app("web")
    project.done("run")
    before = wait_until_running(project, name)
    project.app("web", "priority = 60")

    plan = project.call("plan", "--exit-code")

    assert plan.code == 1
    assert f"job {name} in namespace {project.mark}: update in place (jobspec changed)" in plan.out
    assert '~ Priority: "50" => "60"' in plan.out
    project.done("run")
    assert project.job(name)["Priority"] == 60
    assert project.running(name) == before


def test_10_an_unchanged_release_registers_nothing_and_is_quick(project: Checkout) -> None:
    names = [project.app(f"app{number}", "count = 0") for number in range(10)]
    project.done("run")
    before = {name: (job["JobModifyIndex"], job["ModifyIndex"]) for name, job in project.jobs().items()}
    seen = Recorded()
    with recording(project.cluster.nomad_address, seen) as nomad, recording(project.cluster.consul_address, seen) as c:
        project.reach(nomad=nomad, consul=c)
        ended = project.done("run")

    assert seen.writes() == []
    assert len(seen) <= 5, "one listing tells, whatever the number of apps"
    assert {name: (job["JobModifyIndex"], job["ModifyIndex"]) for name, job in project.jobs().items()} == before
    assert set(before) == set(names)
    project.reach()
    assert min(ended.seconds, *(project.done("run").seconds for _ in range(4))) < 0.5


LAUNCHING = SLEEPER.replace(
    '  update {\n    min_healthy_time = "0s"\n    health_check     = "task_states"\n  }\n',
    '  type = "batch"\n  LAUNCH {\n  }\n',
)


@pytest.mark.parametrize("kind", ["parameterized", "periodic"])
def test_14_a_redeploy_and_a_stop_leave_running_children_alone(project: Checkout, kind: str) -> None:
    block = 'periodic {\n    crons = ["0 3 1 1 *"]\n  }' if kind == "periodic" else "parameterized {\n  }"
    text = LAUNCHING.replace("LAUNCH {\n  }", block)
    name = project.app("parent", job=text)
    project.done("run")
    launch = "periodic/force" if kind == "periodic" else "dispatch"
    project.nomad.put(f"job/{name}/{launch}", {}, namespace=project.mark)
    (child,) = eventually(lambda: [job for job in project.jobs() if job != name], lambda found: len(found) == 1)
    before = wait_until_running(project, child)
    assert project.call("plan", "--exit-code").code == 0, "a child is no change"
    project.app("parent", "round = 2", job=text)

    project.done("run")
    assert project.job(name)["Version"] == 1
    assert project.running(child) == before
    project.done("stop", "--yes")

    assert (project.job(name)["Stop"], project.job(child)["Stop"]) == (True, False)
    assert project.running(child) == before
