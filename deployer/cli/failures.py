"""Says what went wrong, in words and as an exit code; imported only when something did."""

import os
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from deployer import storage
from deployer.cli.main import Terminated
from deployer.errors import DeployerError, FilesInvalid

INTERRUPTED = 130
TERMINATED = 143
BROKEN_PIPE = 141
FILES = 3
BUG = 70


def told(error: BaseException, arguments: Sequence[str]) -> int:
    """Tell a failure on stderr and return the exit code (docs/errors.md)."""
    match error:
        case SystemExit():
            return error.code if isinstance(error.code, int) else 0 if error.code is None else BUG
        case Terminated():
            return _say("terminated", TERMINATED)
        case KeyboardInterrupt() | EOFError() | click.Abort():
            return _say("interrupted", INTERRUPTED)
        case BrokenPipeError():
            return _quiet()
        case DeployerError():
            return _deployer_error(error, arguments)
        case click.ClickException():
            return _click_error(error)
        case _:
            return _bug(error, arguments)


def _say(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code


def _quiet() -> int:
    # The reader is gone; the interpreter's own flush at exit must not complain about it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _deployer_error(error: DeployerError, arguments: Sequence[str]) -> int:
    if isinstance(error, FilesInvalid):
        for finding in error.findings:
            click.echo(str(finding), err=True)
    click.echo(f"error[{error.slug}]: {error}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)
    if error.__cause__ is not None and _is_verbose(arguments):
        cause = error.__cause__
        click.echo(f"cause: {type(cause).__name__}: {cause}", err=True)
    return error.exit_code


def _is_verbose(arguments: Sequence[str]) -> bool:
    return any(re.fullmatch(r"-v+|--verbose", argument) for argument in arguments)


def _click_error(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError):
        error.show()
        return error.exit_code
    # A file that cannot be read or written: click's own code is 1, which only means "changes" here.
    click.echo(f"error[file]: {error.format_message()}", err=True)
    return FILES


def _bug(error: BaseException, arguments: Sequence[str]) -> int:
    words = str(error).strip().partition("\n")[0]
    line = f"error[bug]: {type(error).__name__}{f': {words}' if words else ''}"
    try:
        log = _write_log(error, arguments)
    except OSError as problem:
        click.echo(f"{line} (no log could be written: {problem.strerror})", err=True)
        return BUG
    click.echo(line, err=True)
    click.echo(f"hint: this is a bug in nomadeploy; please report it with {log}", err=True)
    return BUG


def _write_log(error: BaseException, arguments: Sequence[str]) -> Path:
    now = datetime.now(tz=UTC)
    path = storage.state_directory() / f"bug-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
    text = "\n".join(
        [
            f"time: {now.isoformat(timespec='seconds')}",
            f"arguments: {' '.join(_without_value(argument) for argument in arguments)}",
            *_versions(),
            "",
            "".join(traceback.format_exception(error)),
        ]
    )
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def _without_value(argument: str) -> str:
    """Keep what was asked, not what was given: a value may be a secret."""
    name, equals, _ = argument.partition("=")
    return f"{name}{equals}…" if equals else argument


def _versions() -> list[str]:
    import platform
    from importlib import metadata

    lines = [f"python: {platform.python_version()} on {platform.platform()}"]
    for package in ("nomadeploy", "click", "jinja2", "python-hcl2", "pygohcl", "python-nomad", "py-consul", "requests"):
        try:
            lines.append(f"{package}: {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package}: not installed")
    return lines
