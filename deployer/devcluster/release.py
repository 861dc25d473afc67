"""The official way: the vendor's release download, its checksum list and signature verified."""

import base64
import hashlib
import platform
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import requests

from deployer.devcluster.versions import Pin
from deployer.errors import MachineUnfit

RELEASES = "https://releases.hashicorp.com"
KEY = Path(__file__).with_name("hashicorp.asc")
"""HashiCorp's security key, C874 011F 0AB4 0511 0D02 1055 3436 5D94 72D7 468F (valid until 2030)."""

_CONNECT_S, _READ_S = 2.0, 30.0
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class ReleaseSite:
    """
    A place of releases, ``<base>/<name>/<version>/<name>_<version>_linux_<arch>.zip`` beside
    ``…_SHA256SUMS`` and ``…_SHA256SUMS.sig``. It remembers when the place cannot be reached.
    """

    def __init__(self, base: str = RELEASES, *, key: Path = KEY, ca_cert: str = "") -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._unreachable = ""
        self._session = requests.Session()
        self._verify = ca_cert or True

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def fetch(self, pin: Pin, target: Path) -> None:
        """
        Write the pinned program to the target.

        Raises:
            MachineUnfit: not reachable, not released, or its checksum or signature is wrong.
        """
        if not pin.release:
            raise MachineUnfit("no signed release list")
        if shutil.which("gpgv") is None:
            raise MachineUnfit("gpgv is not installed, so the signature cannot be verified (Debian package gpgv)")
        archive = f"{pin.name}_{pin.version}_linux_{_architecture()}.zip"
        with tempfile.TemporaryDirectory(prefix="nomadeploy-") as scratch:
            sums, signature, package = (Path(scratch) / name for name in ("sums", "sums.sig", "package.zip"))
            self._download(pin, f"{pin.name}_{pin.version}_SHA256SUMS", sums)
            self._download(pin, f"{pin.name}_{pin.version}_SHA256SUMS.sig", signature)
            verify_signature(sums, signature, self._key)
            expected = checksum_of(archive, sums.read_text(encoding="utf-8"))
            verify_checksum(archive, self._download(pin, archive, package), expected)
            extract_program(package, pin.name, target)

    def _download(self, pin: Pin, file: str, target: Path) -> str:
        """Write a file of the release to the target and return its SHA-256."""
        if self._unreachable:
            raise MachineUnfit(self._unreachable)
        url = f"{self._base}/{pin.name}/{pin.version}/{file}"
        digest = hashlib.sha256()
        limits = (_CONNECT_S, _READ_S)
        try:
            with (
                # Not the session's `verify`: REQUESTS_CA_BUNDLE would win over it.
                self._session.get(url, stream=True, timeout=limits, verify=self._verify) as answer,
                target.open("wb") as out,
            ):
                if not answer.ok:
                    raise MachineUnfit(f"{url}: HTTP status {answer.status_code}")
                for chunk in answer.iter_content(1 << 20):
                    digest.update(chunk)
                    out.write(chunk)
        except requests.ConnectionError as error:
            self._unreachable = f"{self._base} cannot be reached ({_reason(error)})"
            raise MachineUnfit(self._unreachable) from error
        except requests.RequestException as error:
            raise MachineUnfit(f"{url}: {error}") from error
        return digest.hexdigest()


def verify_signature(file: Path, signature: Path, key: Path) -> None:
    """
    Verify a detached OpenPGP signature with gpgv, against this one key and no other.

    Raises:
        MachineUnfit: the signature is not the key's.
    """
    with tempfile.TemporaryDirectory(prefix="nomadeploy-") as home:
        keyring = Path(home) / "key.gpg"
        keyring.write_bytes(unarmor(key.read_text(encoding="ascii")))
        argv = ["gpgv", "--homedir", home, "--keyring", str(keyring), str(signature), str(file)]
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        raise MachineUnfit(f"the signature of the checksum list is not valid: {words[-1] if words else 'gpgv failed'}")


def unarmor(text: str) -> bytes:
    """Return the bytes of an ASCII-armored OpenPGP block (RFC 9580, 6.2); gpgv reads only those."""
    body = text.partition("\n\n")[2].partition("-----END")[0]
    return base64.b64decode("".join(line for line in body.splitlines() if not line.startswith("=")))


def checksum_of(archive: str, sums: str) -> str:
    """
    Return the checksum that the list names for a file.

    Raises:
        MachineUnfit: the list does not name it.
    """
    for line in sums.splitlines():
        digest, _, name = line.partition("  ")
        if name == archive:
            return digest
    raise MachineUnfit(f"the checksum list does not name {archive}")


def verify_checksum(archive: str, found: str, expected: str) -> None:
    """Refuse a download whose checksum is not the listed one."""
    if found != expected:
        raise MachineUnfit(f"the checksum of {archive} is {found}, the signed list says {expected}")


def extract_program(package: Path, name: str, target: Path) -> None:
    """Write the one program in a release's zip file to the target."""
    try:
        with zipfile.ZipFile(package) as archive, archive.open(name) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
    except (zipfile.BadZipFile, KeyError) as error:
        raise MachineUnfit(f"the release's archive holds no {name}") from error


def _architecture() -> str:
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise MachineUnfit(f"no release for the processor {machine}")
    return _ARCHITECTURES[machine]


def _reason(error: requests.ConnectionError) -> str:
    """Requests wraps the cause several times; the innermost text says it best."""
    cause: BaseException = error
    while cause.args and isinstance(inner := getattr(cause.args[0], "reason", cause.args[0]), BaseException):
        cause = inner
    return str(cause).rpartition(": ")[2] or type(cause).__name__
