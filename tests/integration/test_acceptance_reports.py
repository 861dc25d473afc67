"""What a failure tells, and what an option does, by the numbers of the list of acceptance tests."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from project import SLEEPER, Checkout

from deployer.cli.main import cli

pytestmark = pytest.mark.cluster


def crashing(command: str, *args: str, more: str = "") -> str:
    """A service whose task runs a command; `more` stands in its group."""
    config = f"command = {json.dumps(command)}\n        args    = {json.dumps(args)}"
    text = SLEEPER.replace('command = "sleep"\n        args    = ["3600"]', config)
    # Long enough that a task which dies at once never counts as healthy.
    text = text.replace('min_healthy_time = "0s"', 'min_healthy_time = "2s"', 1)
    return text.replace('    task "main" {', f'{more}\n    task "main" {{')


def test_11_a_missing_binary_is_named_with_the_drivers_words(project: Checkout) -> None:
    project.app("web", job=crashing("/opt/nowhere/server"))

    ended = project.call("run")

    assert ended.code == 6, ended.err
    assert "group 'main', task 'main', allocation " in ended.err
    assert f" on node {project.cluster.nodes[0].name}" in ended.err
    assert "driver error: " in ended.err
    assert "/opt/nowhere/server" in ended.err


def test_11_a_crash_is_told_with_its_exit_code_and_last_lines(project: Checkout) -> None:
    script = "for n in $(seq 30); do echo line $n >&2; done; echo cannot bind port 80 >&2; exit 3"
    project.app("web", job=crashing("/bin/sh", "-c", script))

    ended = project.call("run")

    assert ended.code == 6, ended.err
    assert "exit code 3" in ended.err
    assert "last 20 log lines of main" in ended.err
    assert "| cannot bind port 80" in ended.err
    assert "| line 12\n" in ended.err
    assert "| line 11\n" not in ended.err


def test_11_a_failing_check_is_told_with_what_it_said(project: Checkout) -> None:
    check = """
    update {
      min_healthy_time  = "0s"
      healthy_deadline  = "3s"
      progress_deadline = "5s"
    }
    service {
      name     = [[ app.service | hcl ]]
      provider = "consul"
      task     = "main"
      check {
        name     = "database"
        type     = "script"
        command  = "/bin/sh"
        args     = ["-c", "echo the database is away; exit 2"]
        interval = "1s"
        timeout  = "2s"
      }
    }"""
    project.app("web", job=crashing("sleep", "3600", more=check).replace('health_check     = "task_states"', ""))

    ended = project.call("run")

    assert ended.code == 6, ended.err
    assert "check 'database' is critical: the database is away" in ended.err, ended.err


def test_12_stop_without_a_terminal_and_without_yes_refuses(project: Checkout) -> None:
    name = project.app("web")
    project.done("run")

    process = project.start("stop")
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (2, "")
    assert "add --yes to agree" in err
    assert project.job(name)["Stop"] is False
    assert len(project.running(name)) == 1


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Return every command with its path, those of groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, f"{path}{name} ")
        else:
            yield f"{path}{name}", found


def used_names(function: Any) -> set[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_13_every_option_of_every_command_is_read_by_it() -> None:
    shared = {"var", "var_file", "sets", "image"}  # given to the function as `overrides`
    unread = []
    for path, command in commands(cli):
        names = used_names(command.callback)
        has_overrides = shared <= {parameter.name for parameter in command.params}
        for parameter in command.params:
            expected = "overrides" if has_overrides and parameter.name in shared else parameter.name
            if parameter.expose_value and expected not in names:
                unread.append(f"{path} {parameter.opts}")
    assert unread == []


def test_13_every_option_of_run_does_something(project: Checkout, tmp_path: Path) -> None:
    project.reach(more='variables = {\n  round = "from the environment"\n}')
    name = project.app("web", "round = var.round")
    other = project.app("other", stack="second")
    file = tmp_path / "round.hcl"
    file.write_text('round = "from the file"\n')

    def round_after(*words: str) -> str:
        project.done("run", "--stack", "main", "--quiet", *words)
        return str(project.job(name)["TaskGroups"][0]["Tasks"][0]["Env"]["ROUND"])

    assert round_after() == "from the environment"
    assert round_after("--var-file", str(file)) == "from the file"
    assert round_after("--var-file", str(file), "--var", "round=from the flag") == "from the flag"
    assert round_after("--set", f"{name}.round=set") == "set"
    assert other not in project.jobs(), "--stack"
    plan = project.done("plan", "--stack", "main", "--image", f"{name}=shop/web:2", "--var", "round=set")
    assert "nothing" not in plan.out
    explained = project.call("explain", name, "image", "--image", f"{name}=shop/web:2")
    assert "shop/web:2" in explained.out
    assert "~ Env[ROUND]" not in project.call("run", "--quiet", "--stack", "main", "--var", "round=3").err
    assert "~ Env[ROUND]" in project.call("run", "--stack", "main", "--var", "round=4").err
