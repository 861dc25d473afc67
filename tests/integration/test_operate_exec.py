"""Commands in real allocations: their streams, their exit codes, and a terminal."""

import hashlib
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from project import Checkout, wait_until_running

pytestmark = pytest.mark.cluster

PROGRAM = Path(sys.executable).with_name("nomadeploy")


@pytest.fixture
def sleeper(project: Checkout) -> str:
    """An app that runs and does nothing."""
    name = project.app("sleep")
    project.done("run")
    wait_until_running(project, name)
    return name


def run_in(
    project: Checkout, app: str, *command: str, given: bytes = b"", options: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[bytes]":
    words = [PROGRAM, "exec", "dev", app, *options, "--", *command]
    return subprocess.run(words, cwd=project.root, input=given, capture_output=True, timeout=60, check=False)


def test_output_error_and_exit_code_are_those_of_the_command(project: Checkout, sleeper: str) -> None:
    ended = run_in(project, sleeper, "/bin/sh", "-c", "echo out; echo err >&2; exit 7")

    assert (ended.returncode, ended.stdout, ended.stderr) == (7, b"out\n", b"err\n")


def test_words_reach_the_command_as_they_are(project: Checkout, sleeper: str) -> None:
    words = ("a b", "$HOME", '"', "--help", "ü", "-t")

    ended = run_in(project, sleeper, "printf", "%s\n", *words)

    assert ended.stdout.decode().splitlines() == list(words)


def test_large_input_comes_back_whole_while_it_is_still_sent(project: Checkout, sleeper: str) -> None:
    given = os.urandom(20_000_000)

    ended = run_in(project, sleeper, "cat", given=given)

    assert ended.returncode == 0
    assert hashlib.sha256(ended.stdout).digest() == hashlib.sha256(given).digest()


def test_without_stdin_the_command_sees_its_end(project: Checkout, sleeper: str) -> None:
    ended = run_in(project, sleeper, "cat", given=b"ignored", options=("--no-stdin",))

    assert (ended.returncode, ended.stdout) == (0, b"")


def test_the_allocation_and_the_task_can_be_named(project: Checkout, sleeper: str) -> None:
    (alloc,) = project.running(sleeper)

    ended = run_in(
        project, sleeper, "sh", "-c", "echo $NOMAD_ALLOC_ID", options=("--alloc", alloc[:8], "--task", "main")
    )

    assert ended.stdout.decode().strip() == alloc
    assert run_in(project, sleeper, "true", options=("--alloc", "ffff0000")).returncode == 4
    assert b"has no task 'nope'" in run_in(project, sleeper, "true", options=("--task", "nope")).stderr


def test_a_command_that_does_not_exist_is_the_clusters_error(project: Checkout, sleeper: str) -> None:
    ended = run_in(project, sleeper, "/no/such/command")

    assert ended.returncode == 4
    assert b"no such file or directory" in ended.stderr


def test_a_terminal_has_our_size_and_passes_keys_on(project: Checkout, sleeper: str) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project.root)
        os.execv(PROGRAM, [str(PROGRAM), "exec", "dev", sleeper, "--", "/bin/sh"])  # noqa: S606 - our own program
    os.set_blocking(terminal, False)

    # Ctrl-C ends the remote command and not this side.
    screen = typed(terminal, b"", until=b"# ")
    screen += typed(terminal, b"stty size; sleep 600\n", until=b"24 80\r\n")
    screen += typed(terminal, b"\x03", until=b"# ")
    screen += typed(terminal, b"echo a''live; exit 5\n", until=b"alive\r\n")

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
    assert b"^C" in screen
    os.close(terminal)


def typed(terminal: int, keys: bytes, *, until: bytes) -> bytes:
    """Type keys and return what the screen shows until a text has come."""
    deadline, shown = time.monotonic() + 20, b""
    os.write(terminal, keys)
    while until not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break  # the other side closed it
    return shown
