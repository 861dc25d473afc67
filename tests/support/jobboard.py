"""The job board, App A and App B, as somebody who cloned the repository deploys it on the test cluster."""

import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from api import Api
from app_images import Engine, build_image
from project import Ended, nomadeploy

from deployer.devcluster.state import ClusterState

REPOSITORY = Path(__file__).resolve().parents[2]
JOBS = "Jobs:\nTitle: Devops\nDescription: Awesome\n"
"""What App A answers when App B knows the token."""

TOKEN = "mytoken"
"""The token that App B knows."""

QUICK = {"shutdown_delay": "0s", "check": {"interval": "1s"}, "update": {"min_healthy_time": "0s"}}


@dataclass(frozen=True)
class Answer:
    """What came through the ingress."""

    status: int
    body: str
    location: str = ""


@dataclass(frozen=True)
class Board:
    """A project with the stack ``jobboard`` in the environments dev (raw_exec), docker and exec."""

    root: Path
    cluster: ClusterState

    @property
    def nomad(self) -> Api:
        return Api(self.cluster.nomad_address)

    @property
    def consul(self) -> Api:
        return Api(self.cluster.consul_address)

    def call(self, command: str, *words: str) -> Ended:
        """Call nomadeploy in the project."""
        return nomadeploy(self.root, command, *words)

    def host(self, environment: str) -> str:
        return f"app-a.{environment}.localhost"

    def ask(self, host: str, method: str = "POST", path: str = "/jobs", *, token: str = TOKEN, ca: str = "") -> Answer:
        """Ask the ingress over HTTPS for a host, its certificate verified for that name."""
        context = ssl.create_default_context(cafile=ca or self.cluster.ca_cert)
        connection = _Named(host, self.cluster.https_port, context)
        return _answer(connection, host, method, path, token)

    def ask_address(self, host: str) -> Answer:
        """Ask by the ingress's address and name a host in the Host header alone."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection("127.0.0.1", self.cluster.https_port, timeout=10, context=context)
        return _answer(connection, host, "POST", "/auth", TOKEN)

    def ask_plain(self, host: str) -> Answer:
        """Ask the ingress's HTTP port for a host."""
        connection = HTTPConnection("127.0.0.1", self.cluster.http_port, timeout=10)
        return _answer(connection, host, "POST", "/jobs", TOKEN)


class _Named(HTTPSConnection):
    """A connection to the ingress on this machine that asks for a host's own certificate."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=10, context=context)
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _answer(connection: HTTPConnection, host: str, method: str, path: str, token: str) -> Answer:
    try:
        headers = {"Host": host, "Authorization": token, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body=f"token={token}" if method == "POST" else None, headers=headers)
        reply = connection.getresponse()
        return Answer(reply.status, reply.read().decode(), reply.getheader("Location") or "")
    finally:
        connection.close()


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the apps with what they need installed, as the exercise's quick start does it."""
    folder = tmp_path_factory.mktemp("board") / "apps/jobboard"
    shutil.copytree(REPOSITORY / "apps/jobboard", folder, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    subprocess.run([python, "-m", "venv", folder / ".venv"], check=True, timeout=120)
    install = ["install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    subprocess.run([folder / ".venv/bin/pip", *install], cwd=folder, check=True, timeout=240)
    return folder


@pytest.fixture(scope="session")
def board(apps: Path, ingress: ClusterState) -> Board:
    """The project; nothing is deployed yet."""
    root = apps.parent.parent
    for name in ("jobs", "packs"):
        (root / name).symlink_to(REPOSITORY / name)
    environments = [_environment(ingress.name, *pair) for pair in DRIVERS.items()]
    (root / "nomadeploy.hcl").write_text('project "board" {\n}\n' + "".join(environments))
    return Board(root, ingress)


DRIVERS = {"dev": "raw_exec", "docker": "docker", "exec": "exec"}


def _environment(cluster: str, name: str, driver: str) -> str:
    return f"""
environment "{name}" {{
  dev_cluster = "{cluster}"
  timeout     = "2m"
  variables = {{
    domain  = "{name}.localhost"
    driver  = "{driver}"
    release = "test"
  }}
}}
"""


def _settings(board: Board, environment: str, apps: dict[str, object]) -> None:
    """Write environments/NAME.hcl; JSON's objects are HCL's."""
    text = "".join(f"  {name} = {json.dumps(values)}\n" for name, values in apps.items())
    target = board.root / f"environments/{environment}.hcl"
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"apps = {{\n{text}}}\n")


@pytest.fixture(scope="session")
def on_raw_exec(board: Board) -> str:
    """The environment whose apps are processes of the node."""
    return _deployed(board, "dev")


@pytest.fixture(scope="session")
def on_docker(board: Board) -> str:
    """The environment whose apps are containers of images built from their Dockerfiles."""
    engine = Engine(host=board.cluster.docker_host, pull_timeout_s=5)
    for app in ("app_a", "app_b"):
        build_image(engine, REPOSITORY / "apps/jobboard" / app, f"jobboard/{app.replace('_', '-')}:test")
    _settings(board, "docker", {"app-a": QUICK, "app-b": QUICK})
    return _deployed(board, "docker")


@pytest.fixture(scope="session")
def on_exec(board: Board, apps: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The environment whose apps are fetched as archives and run with a root directory of their own."""
    folder = tmp_path_factory.mktemp("archives")
    with _served(folder) as address:
        settings: dict[str, object] = {}
        for app, module, port in (("app-a", "app_a", 5000), ("app-b", "app_b", 5001)):
            checksum = _archive(apps, module, folder / f"{app}.tar.gz")
            settings[app] = _in_a_root(f"{address}/{app}.tar.gz", checksum, module, port)
        _settings(board, "exec", settings)
        yield _deployed(board, "exec")


def _in_a_root(source: str, checksum: str, module: str, port: int) -> dict[str, object]:
    here, python = "/local/app", "/usr/bin/python3"
    bind = f"--bind=0.0.0.0:{port}"
    process: dict[str, object] = {
        "directory": "",
        "user": "nobody",
        "env": {"PYTHONPATH": f"{here}/lib", "DATABASE": "$${NOMAD_ALLOC_DIR}/data/database.db"},
        "command": [python, "-m", "gunicorn", bind, "--threads=4", f"--chdir={here}", f"{module}:application"],
    }
    # A script check that runs out of time takes its exec task with it (Nomad 1.11: the executor
    # sends on a channel that it has closed, executor_linux_cgo.go), so it has plenty.
    check: dict[str, object] = {"interval": "1s", "timeout": "60s"}
    if module == "app_b":
        process["prepare"] = [python, f"{here}/load_schema.py"]
        check["command"] = [python, f"{here}/check.py"]
    return {**QUICK, "check": check, "process": process, "artifact": {"source": source, "checksum": checksum}}


def _archive(apps: Path, module: str, target: Path) -> str:
    """Pack an app with its libraries; returns the checksum as Nomad wants it."""
    (libraries,) = (apps / ".venv/lib").glob("python*/site-packages")
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        for path in (apps / module).iterdir():
            archive.add(path, path.name)
        archive.add(libraries, "lib", filter=lambda item: None if "/pip" in item.name else item)
    return f"sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder over HTTP on this machine, as an artifact store would; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _deployed(board: Board, environment: str) -> str:
    ended = board.call("run", environment)
    assert ended.code == 0, ended.err
    return environment
