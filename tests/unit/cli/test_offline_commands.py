"""validate, render, explain, packs, schema, new, init and completion, as a user calls them."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from golden import Golden
from projects import an_app, write_project

from deployer.cli.app import App
from deployer.cli.main import outcome

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(root: Path, *arguments: str) -> tuple[int, str, str]:
        code = outcome(["--project", str(root), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    lines = [
        "count = 2",
        "scaling {",
        "  max = 9",
        "}",
        'environment "prod" {',
        "  scaling {",
        "    min = 3",
        "  }",
        "}",
    ]
    return write_project(tmp_path / "shop", {"jobs/web/a.hcl": an_app("a", *lines) + an_app("b")})


def test_validate_without_a_name_checks_all_environments(project: Path, call: Call) -> None:
    code, out, err = call(project, "validate")

    assert (code, out) == (0, "")
    assert err == "4 jobs checked (dev, prod): nothing to complain about\n"


def test_validate_tells_a_fault_in_shared_files_once(project: Path, call: Call) -> None:
    (project / "jobs/web/b.hcl").write_text(an_app("c", "cuont = 2"))

    code, out, err = call(project, "validate")

    assert code == 3
    assert out == "jobs/web/b.hcl:4: app/c/cuont: unknown key 'cuont'; did you mean 'count'?\n"
    assert err == "error[files-invalid]: 1 finding in the files\n"


def test_validate_checks_the_rendered_jobs_by_nomads_rules(project: Path, call: Call) -> None:
    (project / "packs/tiny/templates/tiny.nomad.hcl.j2").write_text(
        'job [[ app.job_id | hcl ]] {\n  group "g" {\n    task "t" {\n      drivr = "docker"\n    }\n  }\n}\n'
    )

    code, out, _ = call(project, "validate", "dev")

    assert code == 3
    assert "web/a.nomad.hcl:4: " in out
    assert "did you mean 'driver'?" in out


def test_validate_checks_packs_that_no_app_uses(project: Path, call: Call) -> None:
    (project / "packs/other").mkdir()
    (project / "packs/other/metadata.hcl").write_text('pack {\n  nme = "other"\n}\n')

    assert "packs/other/metadata.hcl:2: pack/nme: unknown key" in call(project, "validate")[1]


def test_validates_findings_are_json_on_stdout_when_asked(project: Path, call: Call) -> None:
    (project / "jobs/web/b.hcl").write_text(an_app("c", "cuont = 2"))

    code, out, err = call(project, "validate", "prod", "--output", "json")

    assert (code, err) == (3, "")
    assert json.loads(out) == {
        "environments": ["prod"],
        "jobs": 0,
        "findings": [
            {
                "path": "jobs/web/b.hcl",
                "line": 4,
                "key": "app/c/cuont",
                "message": "unknown key 'cuont'; did you mean 'count'?",
            }
        ],
    }


def test_validate_tells_the_faults_of_the_project_file_itself(tmp_path: Path, call: Call) -> None:
    root = write_project(tmp_path, {"nomadeploy.hcl": 'project "a" {\n  pcks = []\n}\n'})

    code, out, _ = call(root, "validate")

    assert code == 3
    assert out == "nomadeploy.hcl:2: project/a/pcks: unknown key 'pcks'; did you mean 'packs'?\n"


def test_render_prints_the_job_alone(project: Path, call: Call, golden: Golden) -> None:
    code, out, err = call(project, "render", "prod", "a", "--set", 'a.env={ X = "1" }')

    assert (code, err) == (0, "")
    golden("a.nomad.hcl", out)


def test_render_of_several_apps_names_each(project: Path, call: Call) -> None:
    out = call(project, "render", "prod")[1]

    assert [line for line in out.splitlines() if line.startswith("# ")] == ["# web/a.nomad.hcl", "# web/b.nomad.hcl"]


def test_render_writes_one_file_per_job(project: Path, call: Call) -> None:
    code, out, err = call(project, "render", "prod", "--to", str(project / "out"))

    assert (code, out) == (0, "")
    assert err.startswith("2 jobs written to ")
    assert 'job "a"' in (project / "out/web/a.nomad.hcl").read_text()


def test_render_gives_json(project: Path, call: Call) -> None:
    (job,) = json.loads(call(project, "render", "prod", "b", "--output", "json")[1])

    assert (job["stack"], job["app"], job["job_id"]) == ("web", "b", "b")
    assert 'job "b"' in job["jobspec"]


def test_explain_says_which_file_and_line_set_each_value(project: Path, call: Call, golden: Golden) -> None:
    golden("all.txt", call(project, "explain", "prod", "a")[1])
    golden("scaling.txt", call(project, "explain", "prod", "a", "scaling", "--set", "a.scaling.max=4")[1])


def test_explain_gives_json(project: Path, call: Call) -> None:
    (value,) = json.loads(call(project, "explain", "prod", "a", "scaling.min", "--output", "json")[1])

    assert value == {
        "key": "scaling.min", "value": 3, "layer": "app environment", "path": "jobs/web/a.hcl", "line": 10,
    }  # fmt: skip


def test_packs_are_listed_and_shown(project: Path, call: Call) -> None:
    listed = call(project, "packs", "list")[1]
    shown = call(project, "packs", "show", "tiny")[1]
    detail = json.loads(call(project, "packs", "show", "tiny", "--output", "json")[1])

    assert "tiny" in listed
    assert "packs/tiny" in listed
    assert "count: number (default 1)" in shown
    assert [variable["name"] for variable in detail["variables"]] == ["count", "env"]
    assert detail["summary"]["origin"] == "packs/tiny"


def test_packs_can_be_listed_outside_a_project(tmp_path: Path, call: Call) -> None:
    code, out, _ = call(tmp_path, "packs", "list", "--output", "json")

    assert code == 0
    assert "service" in {pack["name"] for pack in json.loads(out)}


@pytest.mark.parametrize("file", ["nomadeploy.hcl", "stack.hcl", "app"])
def test_the_schema_describes_every_key(tmp_path: Path, call: Call, file: str) -> None:
    schema = json.loads(call(tmp_path, "schema", file)[1])

    assert schema["type"] == "object"
    assert all(value["description"] for value in schema["properties"].values())


def test_a_new_project_its_app_and_its_pack_are_valid_at_once(tmp_path: Path, call: Call) -> None:
    root = tmp_path / "My Shop"

    assert call(tmp_path, "init", "My Shop")[0] == 0
    assert call(root, "validate")[0] == 0
    assert call(root, "new", "pack", "worker")[1].splitlines()[0] == "packs/worker/metadata.hcl"
    assert call(root, "new", "app", "mailer", "--pack", "worker", "--image", "mailer:1")[0] == 0
    new = ("new", "app", "api", "--stack", "back", "--image", "api:1", "--port", "80", "--public", "api.${var.domain}")
    assert call(root, *new)[1].splitlines() == ["jobs/back/api.hcl", "jobs/back/stack.hcl"]

    code, out, err = call(root, "validate")

    assert (code, out) == (0, "")
    assert err == "3 jobs checked (dev): nothing to complain about\n"


def test_a_new_app_says_in_its_file_what_is_still_open(project: Path, call: Call) -> None:
    assert call(project, "new", "app", "c", "--stack", "web")[0] == 0

    text = (project / "jobs/web/c.hcl").read_text()

    assert '  # image = "registry.example.com/c:1.0.0"' in text
    assert "  # port  = 8000" in text


def test_nothing_is_written_over(tmp_path: Path, call: Call) -> None:
    (tmp_path / "nomadeploy.hcl").write_text("mine")

    code, _, err = call(tmp_path, "init")

    assert code == 3
    assert err.startswith("error[file-exists]: ")
    assert (tmp_path / "nomadeploy.hcl").read_text() == "mine"
    assert not (tmp_path / "jobs").exists()


def test_a_stack_must_be_named_where_there_are_several(tmp_path: Path, call: Call) -> None:
    root = write_project(tmp_path, {"jobs/one/a.hcl": an_app("a"), "jobs/two/b.hcl": an_app("b")})

    code, _, err = call(root, "new", "app", "c", "--pack", "tiny")

    assert code == 3
    assert "one, two" in err
    assert "--stack" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_asks_us(tmp_path: Path, call: Call, shell: str) -> None:
    code, out, _ = call(tmp_path, "completion", shell)

    assert code == 0
    assert f"_NOMADEPLOY_COMPLETE={shell}_complete" in out


def test_the_shell_completes_commands_environments_and_apps(
    project: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def completed(words: str) -> list[str]:
        monkeypatch.setenv("_NOMADEPLOY_COMPLETE", "fish_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", words.rpartition(" ")[2])
        monkeypatch.chdir(project)
        out = call(project)[1]
        return [line.partition(",")[2].partition("\t")[0] for line in out.splitlines()]

    assert "validate" in completed("nomadeploy va")
    assert completed("nomadeploy render p") == ["prod"]
    assert completed("nomadeploy render prod ") == ["a", "b"]
    assert completed("nomadeploy render prod --stack w") == ["web"]


def test_a_question_without_a_terminal_wants_yes() -> None:
    with pytest.raises(click.UsageError, match="--yes"):
        App().confirm("Stop 3 apps of prod?", yes=False)

    App().confirm("Stop 3 apps of prod?", yes=True)


def test_no_colour_is_wanted_where_the_user_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert App().wants_colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not App().wants_colour
