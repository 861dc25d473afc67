"""Who makes this release, from where: user, host, CI job and git commit."""

import getpass
import os
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_GIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """
    Where a release comes from.

    Attributes:
        git_dirty: there are changes that are not committed.
        ci_link: the page of the CI job, or empty.
    """

    who: str
    git_commit: str = ""
    git_dirty: bool = False
    ci_link: str = ""


def read_origin(root: Path, env: Mapping[str, str] | None = None) -> Origin:
    """Return the origin of a release made from the project at `root`; never fails."""
    env = os.environ if env is None else env
    commit = _git(root, "rev-parse", "HEAD")
    return Origin(
        who=f"{_user(env)}@{socket.gethostname()}",
        git_commit=commit,
        git_dirty=bool(commit and _git(root, "status", "--porcelain", "--untracked-files=no")),
        ci_link=_ci_link(env),
    )


def _user(env: Mapping[str, str]) -> str:
    # CI systems run as a technical user and name the person in a variable of their own.
    named = env.get("GITLAB_USER_LOGIN") or env.get("GITHUB_ACTOR")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _ci_link(env: Mapping[str, str]) -> str:
    if env.get("CI_JOB_URL"):
        return env["CI_JOB_URL"]
    if env.get("GITHUB_RUN_ID"):
        return (
            f"{env.get('GITHUB_SERVER_URL', '')}/{env.get('GITHUB_REPOSITORY', '')}/actions/runs/{env['GITHUB_RUN_ID']}"
        )
    return env.get("BUILD_URL", "")


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],  # noqa: S607 - the git on PATH is the one the user means
            capture_output=True,
            text=True,
            timeout=_GIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
