"""Migrations: batch apps that must have succeeded before what comes after them."""

from pathlib import Path

import pytest
from api import eventually
from project import BATCH, Checkout

pytestmark = pytest.mark.cluster


def migration(project: Checkout, log: Path, more: str = "") -> str:
    """An app that writes a line each time it runs."""
    return project.app("migrate", f'script = "echo ran >> {log}{more}"', job=BATCH)


def test_a_migration_runs_before_its_app_and_only_once(project: Checkout, tmp_path: Path) -> None:
    log = tmp_path / "log"
    migrate = migration(project, log)
    web = project.app("web", f'after = ["{migrate}"]')

    project.done("run")

    jobs = project.jobs()
    assert jobs[migrate]["CreateIndex"] < jobs[web]["CreateIndex"]
    (allocation,) = project.nomad.get(f"job/{migrate}/allocations", namespace=project.mark)
    assert allocation["ClientStatus"] == "complete"
    assert jobs[web]["CreateIndex"] > allocation["CreateIndex"]
    assert {row["app"]: row["state"] for row in project.done("status", "--output", "json").document} == {
        migrate: "succeeded",
        web: "running",
    }
    project.app("web", f'after = ["{migrate}"]\nround = 2')
    project.done("run")
    assert log.read_text() == "ran\n"


def test_a_migration_that_nomad_has_forgotten_is_not_run_again(project: Checkout, tmp_path: Path) -> None:
    log = tmp_path / "log"
    migrate = migration(project, log)
    project.done("run")
    project.nomad.put("system/gc", {})
    eventually(project.jobs, lambda jobs: migrate not in jobs)

    assert project.call("plan", "--exit-code").code == 0
    project.app("web", f'after = ["{migrate}"]')
    project.done("run")
    assert project.call("plan", "--exit-code").code == 0

    assert log.read_text() == "ran\n"


def test_a_changed_migration_runs_again(project: Checkout, tmp_path: Path) -> None:
    log = tmp_path / "log"
    migration(project, log)
    project.done("run")
    migration(project, log, " # second")

    project.done("run")

    assert log.read_text() == "ran\nran\n"


def test_a_failing_migration_keeps_everything_after_it_from_starting(project: Checkout) -> None:
    migrate = project.app("migrate", 'script = "echo no such table: users >&2; exit 4"', job=BATCH)
    web = project.app("web", f'after = ["{migrate}"]')
    beside = project.app("beside")

    ended = project.call("run")

    assert ended.code == 6, ended.err
    assert set(project.jobs()) == {migrate, beside}, f"{web} must not be registered"
    assert "exit code 4" in ended.err
    assert "| no such table: users" in ended.err
    assert project.releases()[0]["status"] == "failed"


def test_a_failed_migration_runs_again_with_the_next_release_and_lets_it_go_on(
    project: Checkout, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    migrate = project.app("migrate", f'script = "test -e {ready}"', job=BATCH)
    web = project.app("web", f'after = ["{migrate}"]')
    assert project.call("run").code == 6
    ready.touch()

    project.done("run")

    assert set(project.jobs()) == {migrate, web}
    assert project.call("plan", "--exit-code").code == 0
    assert [release["status"] for release in project.releases()] == ["successful", "failed"]
