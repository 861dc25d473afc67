"""
How are the applications' images built, also where no hub gives their base?

The base is looked for locally, then pulled with a short limit, then made here by mmdebstrap from
Debian's packages. A machine that reaches a hub uses the hub's; the Dockerfiles are the same.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployer.errors import MachineUnfit

BASE_IMAGE = "python:3.11-slim-bookworm"
HOST_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

BASE_PACKAGES = ("python3", "python3-venv", "python3-pip", "python-is-python3", "ca-certificates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """
    A Docker engine, spoken to through its command line.

    Attributes:
        host: its address (``unix:///run/docker.sock``), or empty for the command's own default.
        pull_timeout_s: how long a pull may take before the image is made here instead.
    """

    host: str = ""
    pull_timeout_s: float = 60

    def run(self, args: Sequence[str], *, timeout_s: float = 900) -> str:
        """Run ``docker ARGS`` and return its output; raise MachineUnfit with its last lines."""
        try:
            done = subprocess.run(
                ["docker", *args],
                capture_output=True,
                timeout=timeout_s,
                check=False,
                env=self.environment(),
            )
        except FileNotFoundError as error:
            raise MachineUnfit("docker is not installed", hint="install Docker Engine") from error
        except subprocess.TimeoutExpired as error:
            raise MachineUnfit(f"docker {args[0]} took longer than {timeout_s:g} s") from error
        if done.returncode:
            raise MachineUnfit(f"docker {args[0]} failed: {_last_lines(done.stderr)}")
        return done.stdout.decode(errors="replace")

    def environment(self) -> dict[str, str]:
        """Return the environment that points docker at this engine."""
        return {**os.environ, "DOCKER_HOST": self.host} if self.host else dict(os.environ)

    def has(self, image: str) -> bool:
        """Say whether the engine holds the image already."""
        return bool(self.run(["image", "ls", "--quiet", "--no-trunc", image]).strip())

    def pull(self, image: str) -> bool:
        """Pull the image; False when no hub gives it in time."""
        try:
            self.run(["pull", "--quiet", image], timeout_s=self.pull_timeout_s)
        except MachineUnfit:
            return False
        return True


def base_image(engine: Engine) -> str:
    """Return the base of the applications' images; make it from Debian's packages if no hub answers."""
    if not (engine.has(BASE_IMAGE) or engine.pull(BASE_IMAGE)):
        _bootstrap_base(engine)
    return BASE_IMAGE


def build_image(engine: Engine, context: Path, tag: str) -> str:
    """Build the Dockerfile in a folder, tag it, and return the image's ID (``sha256:…``)."""
    if BASE_IMAGE in (context / "Dockerfile").read_text():
        base_image(engine)
    engine.run(["build", "--tag", tag, str(context)])
    return engine.run(["image", "inspect", "--format", "{{.Id}}", tag]).strip()


def _bootstrap_base(engine: Engine) -> None:
    if shutil.which("mmdebstrap") is None:
        raise MachineUnfit(
            f"no hub gives {BASE_IMAGE}, and mmdebstrap is not installed to make it",
            hint="install mmdebstrap, or give Docker a way to a registry",
        )
    # Where a proxy signs the connections, pip inside `docker build` must trust the same authorities.
    certificates = f"SSL_CERT_FILE={HOST_CERTIFICATES} PIP_CERT={HOST_CERTIFICATES}"
    with tempfile.TemporaryDirectory() as directory:
        tar = Path(directory) / "base.tar"
        _run_mmdebstrap(tar)
        engine.run(["import", "--change", f"ENV {certificates}", "--change", 'CMD ["python3"]', str(tar), BASE_IMAGE])


def _run_mmdebstrap(tar: Path) -> None:
    command = [
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--include={','.join(BASE_PACKAGES)}",
        f"--customize-hook=upload {HOST_CERTIFICATES} {HOST_CERTIFICATES}",
        '--customize-hook=rm -rf "$1"/var/lib/apt/lists "$1"/usr/share/doc',
        "bookworm",
        str(tar),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise MachineUnfit(f"mmdebstrap failed: {_last_lines(done.stderr)}")


def _last_lines(output: bytes, count: int = 5) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-count:])
