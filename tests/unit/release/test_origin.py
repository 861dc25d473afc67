import subprocess
from pathlib import Path

import pytest

from deployer.release.origin import read_origin


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Dana", "-c", "user.email=dana@shop.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_release_from_a_checkout_tells_its_commit_and_whether_it_is_changed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.hcl").write_text("1")
    git(tmp_path, "add", "a.hcl")
    git(tmp_path, "commit", "-q", "-m", "first")

    clean = read_origin(tmp_path, {})
    assert (clean.git_commit, clean.git_dirty) == (git(tmp_path, "rev-parse", "HEAD"), False)
    (tmp_path / "b.hcl").write_text("untracked files do not count")
    assert not read_origin(tmp_path, {}).git_dirty
    (tmp_path / "a.hcl").write_text("2")
    assert read_origin(tmp_path, {}).git_dirty


def test_a_release_from_elsewhere_has_no_commit_and_does_not_fail(tmp_path: Path) -> None:
    origin = read_origin(tmp_path / "absent", {})

    assert (origin.git_commit, origin.git_dirty, origin.ci_link) == ("", False, "")
    assert "@" in origin.who


@pytest.mark.parametrize(
    ("env", "who", "link"),
    [
        (
            {"GITLAB_USER_LOGIN": "dana", "CI_JOB_URL": "https://git.example/jobs/7"},
            "dana@",
            "https://git.example/jobs/7",
        ),
        (
            {
                "GITHUB_ACTOR": "sam",
                "GITHUB_RUN_ID": "9",
                "GITHUB_SERVER_URL": "https://forge.example",
                "GITHUB_REPOSITORY": "shop/board",
            },
            "sam@",
            "https://forge.example/shop/board/actions/runs/9",
        ),
        ({"BUILD_URL": "https://ci.example/3"}, "", "https://ci.example/3"),
    ],
)
def test_a_ci_job_names_the_person_and_its_page(tmp_path: Path, env: dict[str, str], who: str, link: str) -> None:
    origin = read_origin(tmp_path, env)

    assert origin.who.startswith(who)
    assert origin.ci_link == link
