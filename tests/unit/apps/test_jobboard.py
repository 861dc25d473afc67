"""App A and App B as their callers see them, over loopback."""

import importlib.util
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
from werkzeug.serving import make_server

APPS = Path(__file__).parents[3] / "apps" / "jobboard"
JOBS = b"Jobs:\nTitle: Devops\nDescription: Awesome\n"


def load(name: str, path: Path, **settings: str) -> ModuleType:
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return module


def run(script: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(APPS / "app_b" / script)]
    return subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)


@contextmanager
def served(application: object) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "database.db"
    assert run("load_schema.py", DATABASE=str(path)).returncode == 0
    return path


@pytest.fixture
def app_b(database: Path) -> ModuleType:
    return load("app_b", APPS / "app_b" / "app_b.py", DATABASE=str(database))


def test_app_a_lists_the_jobs_for_a_token_that_app_b_knows(app_b: ModuleType) -> None:
    with served(app_b.application) as address:
        app_a = load("app_a", APPS / "app_a" / "app_a.py", AUTH_URL=f"{address}/auth")
        answer = app_a.application.test_client().post("/jobs", headers={"Authorization": "mytoken"})
    assert (answer.status_code, answer.data, len(answer.data)) == (200, JOBS, 41)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "wrong"}])
def test_app_a_answers_fail_with_status_200_for_any_other_token(app_b: ModuleType, headers: dict[str, str]) -> None:
    with served(app_b.application) as address:
        app_a = load("app_a", APPS / "app_a" / "app_a.py", AUTH_URL=f"{address}/auth")
        answer = app_a.application.test_client().post("/jobs", headers=headers)
    assert (answer.status_code, answer.data) == (200, b"fail")


def test_app_a_answers_502_and_stays_healthy_when_app_b_is_down() -> None:
    app_a = load("app_a", APPS / "app_a" / "app_a.py", AUTH_URL="http://127.0.0.1:9/auth")
    client = app_a.application.test_client()
    assert client.post("/jobs", headers={"Authorization": "mytoken"}).status_code == 502
    assert client.get("/health").status_code == 200


def test_app_b_has_one_route_and_never_answers_get(app_b: ModuleType) -> None:
    client = app_b.application.test_client()
    assert client.get("/auth").status_code == 405
    assert client.get("/").status_code == 404
    assert client.post("/auth", data={"token": "mytoken"}).data == b"density"


def test_app_b_says_so_and_makes_no_file_when_its_database_is_missing(tmp_path: Path) -> None:
    missing = tmp_path / "nothing.db"
    app_b = load("app_b", APPS / "app_b" / "app_b.py", DATABASE=str(missing))
    assert app_b.application.test_client().post("/auth", data={"token": "mytoken"}).status_code == 500
    assert not missing.exists()


def test_loading_the_schema_again_leaves_one_user(database: Path) -> None:
    assert run("load_schema.py", DATABASE=str(database)).returncode == 0
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT username, token FROM users").fetchall() == [("density", "mytoken")]


def test_the_check_of_app_b_compares_the_body(app_b: ModuleType) -> None:
    with served(app_b.application) as address:
        assert run("check.py", CHECK_URL=f"{address}/auth").returncode == 0
        wrong = run("check.py", CHECK_URL=f"{address}/auth", CHECK_TOKEN="wrong")
    assert wrong.returncode == 1
    assert "'fail'" in wrong.stderr


def test_the_check_of_app_b_fails_when_nothing_listens() -> None:
    assert run("check.py", CHECK_URL="http://127.0.0.1:9/auth").returncode == 1


def test_the_quick_start_finds_its_files_beside_each_other() -> None:
    assert (APPS / "app_a.py").resolve() == APPS / "app_a" / "app_a.py"
    assert (APPS / "app_b.py").resolve() == APPS / "app_b" / "app_b.py"
    assert (APPS / "schema.sql").resolve() == APPS / "app_b" / "schema.sql"
