"""How a call begins and ends: help without imports, exit codes, and words on the right stream."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from projects import an_app, write_project

from deployer import __version__
from deployer.cli import failures, table
from deployer.cli.main import Terminated, outcome
from deployer.errors import ConflictError, RolloutFailed, StalePlan

HEAVY = {"requests", "jinja2", "hcl2", "lark", "nomad", "consul", "rich", "msgspec", "pygohcl", "cryptography", "json"}


def call(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deployer", *arguments],
        cwd=cwd,
        env={**os.environ, "XDG_STATE_HOME": str(cwd / "state"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "shop", {"jobs/web/a.hcl": an_app("a") + an_app("b", "count = 2")})


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_imports_neither_a_command_nor_a_library(tmp_path: Path, argument: str) -> None:
    code = (
        "import sys; from deployer.cli.main import run; code = run(sys.argv[1:]); "
        "print(*(name for name in sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    loaded = set(done.stderr.split())
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("deployer.cli.")} & {
        f"deployer.cli.{n}" for n in table.SUMMARIES
    } == set()
    assert {name for name in loaded if name.startswith("deployer.")} <= {
        "deployer.cli", "deployer.cli.main", "deployer.cli.group", "deployer.cli.table", "deployer.cli.app",
    }  # fmt: skip


def test_help_lists_every_command_by_purpose(tmp_path: Path) -> None:
    text = call("--help", cwd=tmp_path).stdout

    assert all(f"{title}:" in text for title in table.SECTIONS)
    assert all(f"  {name} " in text for name in table.SUMMARIES)


def test_the_version_is_told_even_before_click_is_there(tmp_path: Path) -> None:
    done = call("--version", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, f"nomadeploy {__version__}\n")


def test_a_command_nobody_knows_is_a_usage_error_with_the_near_one(tmp_path: Path) -> None:
    done = call("valdate", cwd=tmp_path)

    assert done.returncode == 2
    assert "there is no command 'valdate'; did you mean 'validate'?" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["render"], 2, "Missing argument 'ENV'"),
        (["render", "prod", "--nope"], 2, "No such option"),
        (["render", "prod", "--var-file", "nope.hcl"], 2, "does not exist"),
        (["render", "prd"], 3, "error[unknown-name]: there is no environment 'prd'"),
        (["render", "prod", "c"], 3, "error[unknown-name]: environment 'prod' has no app 'c'"),
        (["render", "prod", "--stack", "wb"], 3, "did you mean 'web'?"),
        (
            ["render", "prod", "--set", "a.cont=1"],
            3,
            "--set a.cont=1: app/a/cont: unknown key 'cont'; did you mean 'count'?",
        ),
        (["render", "prod", "--set", "a.image=\udcff"], 2, "is not UTF-8 text"),
        (["-C", "/", "validate"], 3, "error[project-not-found]"),
        (["validate", "-C", "nowhere"], 2, "'nowhere' is not a folder"),
        (["explain", "prod", "a", "cuont"], 3, "did you mean 'count'?"),
        (["packs", "show", "tinny"], 3, "did you mean 'tiny'?"),
        (["packs", "lst"], 2, "did you mean 'list'?"),
        (["new", "app", "Bad_Name"], 3, "error[name-invalid]"),
        (["new", "app", "a"], 3, "error[file-exists]"),
        (["init"], 3, "error[file-exists]"),
    ],
)
def test_each_failure_has_its_code_and_is_told_on_stderr(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert outcome(["--project", str(project), *arguments]) == code

    out, told = capsys.readouterr()
    assert out == ""
    assert words in told


def test_findings_come_one_per_line_before_their_count(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "jobs/web/c.hcl").write_text(an_app("c", "cuont = 1", "prt = 2"))

    assert outcome(["--project", str(project), "render", "prod"]) == 3

    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("jobs/web/c.hcl:4: app/c/cuont: ")
    assert lines[1].startswith("jobs/web/c.hcl:5: app/c/prt: ")
    assert lines[2:] == ["error[files-invalid]: 2 findings in the files"]


def test_a_closed_pipe_is_no_failure_to_tell(project: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(
        [sys.executable, "-m", "deployer", "render", "prod"],
        cwd=project,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        os.close(write)
        _, told = child.communicate()

    assert (child.returncode, told) == (141, "")


def test_sigterm_ends_a_call_with_its_own_code(project: Path) -> None:
    # The command reads a pipe into which nobody writes.
    os.mkfifo(project / "slow.hcl")
    with subprocess.Popen(
        [sys.executable, "-m", "deployer", "render", "prod", "--var-file", "slow.hcl"],
        cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        writer = os.open(project / "slow.hcl", os.O_WRONLY)  # waits until the command has opened it
        child.send_signal(signal.SIGTERM)
        out, told = child.communicate(timeout=60)
        os.close(writer)

    assert (child.returncode, out, told) == (143, "", "terminated\n")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (click.Abort(), 130, "interrupted\n"),
        (Terminated(), 143, "terminated\n"),
        (click.FileError("x", "no space"), 3, "error[file]: Could not open file 'x': no space\n"),
        (StalePlan("it moved", hint="plan again"), 5, "error[stale-plan]: it moved\nhint: plan again\n"),
        (ConflictError("x"), 5, "error[conflict]: x\n"),
        (RolloutFailed("x"), 6, "error[rollout-failed]: x\n"),
    ],
)
def test_every_way_to_end_has_its_code(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.told(error, []) == code
    assert capsys.readouterr().err == words


def test_verbose_adds_the_cause(capsys: pytest.CaptureFixture[str]) -> None:
    error = StalePlan("it moved")
    error.__cause__ = ValueError("index 7")

    failures.told(error, ["-v", "plan"])

    assert "cause: ValueError: index 7\n" in capsys.readouterr().err


def test_a_bug_is_one_line_and_a_log_without_the_values_of_options(tmp_path: Path) -> None:
    code = (
        "import sys; from deployer.cli import failures\n"
        "try:\n    {}['x']\n"
        "except KeyError as error:\n    sys.exit(failures.told(error, ['run', '--var=token=planted']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 70
    first, hint = done.stderr.splitlines()
    assert first == "error[bug]: KeyError: 'x'"
    (log,) = (tmp_path / "nomadeploy").glob("bug-*.log")
    assert str(log) in hint
    text = log.read_text()
    assert "Traceback" in text
    assert "nomadeploy: " in text
    assert "--var=…" in text
    assert "planted" not in text
    assert log.stat().st_mode & 0o077 == 0
