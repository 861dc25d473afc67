"""
The official way to a program, against a release site of our own: real HTTPS, real OpenPGP.
The vendor's site itself cannot be reached from every machine that runs these tests.
"""

import hashlib
import http.server
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest

from deployer.devcluster.binaries import Finder, Way
from deployer.devcluster.certificate import local_certificate
from deployer.devcluster.programs import find_go
from deployer.devcluster.release import KEY, ReleaseSite, verify_signature
from deployer.devcluster.versions import Pin, read_pins
from deployer.errors import MachineUnfit

pytestmark = pytest.mark.cluster

PIN = Pin(name="nomad", version="9.9.9", minimum="1.0.0", release=True)
ARCHIVE = "nomad_9.9.9_linux_amd64.zip"
SUMS = "nomad_9.9.9_SHA256SUMS"


class Signer:
    """An OpenPGP key of the test's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._gpg("--quick-generate-key", "--passphrase", "", "Release Test <test@example.com>", "ed25519", "sign")
        self.key = home / "key.asc"
        self.key.write_bytes(self._gpg("--export", "--armor"))

    def sign(self, file: Path) -> Path:
        signature = file.with_name(file.name + ".sig")
        signature.unlink(missing_ok=True)
        self._gpg("--output", str(signature), "--detach-sign", str(file))
        return signature

    def close(self) -> None:
        subprocess.run(["/usr/bin/gpgconf", "--homedir", str(self.home), "--kill", "all"], check=True)

    def _gpg(self, *words: str) -> bytes:
        argv = ["/usr/bin/gpg", "--batch", "--quiet", "--homedir", str(self.home), *words]
        return subprocess.run(argv, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def signer():
    with tempfile.TemporaryDirectory(prefix="gpg-") as home:  # short: the agent's socket is in it
        made = Signer(Path(home))
        yield made
        made.close()


@pytest.fixture
def release(tmp_path, signer):
    """The folder of a good release; tests spoil it."""
    folder = tmp_path / "site" / "nomad" / "9.9.9"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / ARCHIVE, "w") as archive:
        archive.writestr("LICENSE.txt", "text")
        archive.writestr("nomad", "#!/bin/sh\necho Nomad v9.9.9\n")
    write_sums(folder)
    signer.sign(folder / SUMS)
    return folder


def write_sums(folder):
    digest = hashlib.sha256((folder / ARCHIVE).read_bytes()).hexdigest()
    (folder / SUMS).write_text(f"{'0' * 64}  nomad_9.9.9_darwin_arm64.zip\n{digest}  {ARCHIVE}\n")


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def site(tmp_path, release, signer):
    certificate = local_certificate(tmp_path / "ca")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    def answer(*args):
        return QuietFiles(*args, directory=str(tmp_path / "site"))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever).start()
        base = f"https://localhost:{server.server_port}"
        made = ReleaseSite(base, key=signer.key, ca_cert=str(certificate.ca))
        yield made
        made.close()
        server.shutdown()


def test_a_signed_release_becomes_a_program_in_the_cache(site, tmp_path):
    said = []
    finder = Finder(tmp_path / "cache", (Way(name="release", fetch=site.fetch),), said.append)
    found = finder.find(PIN, look=lambda _: (None, "PATH: not there"))
    assert found.way == "release"
    assert subprocess.run([found.path], capture_output=True, text=True, check=True).stdout == "Nomad v9.9.9\n"
    assert "nomad 9.9.9: release (" in said[-1]


def test_an_archive_with_another_checksum_is_refused(site, release, tmp_path):
    with zipfile.ZipFile(release / ARCHIVE, "w") as archive:
        archive.writestr("nomad", "something else")
    with pytest.raises(MachineUnfit, match="the signed list says"):
        site.fetch(PIN, tmp_path / "nomad")
    assert not (tmp_path / "nomad").exists()


def test_a_list_that_was_changed_after_signing_is_refused(site, release, tmp_path):
    with zipfile.ZipFile(release / ARCHIVE, "w") as archive:
        archive.writestr("nomad", "something else")
    write_sums(release)
    with pytest.raises(MachineUnfit, match=r"signature of the checksum list is not valid: .*BAD signature"):
        site.fetch(PIN, tmp_path / "nomad")
    assert not (tmp_path / "nomad").exists()


def test_a_list_signed_by_another_key_is_refused(site, release, tmp_path):
    with tempfile.TemporaryDirectory(prefix="gpg-") as home:
        other = Signer(Path(home))
        other.sign(release / SUMS)
        other.close()
    with pytest.raises(MachineUnfit, match=r"signature of the checksum list is not valid: .*No public key"):
        site.fetch(PIN, tmp_path / "nomad")


def test_a_missing_release_is_told_with_its_address(site, release, tmp_path):
    (release / SUMS).unlink()
    with pytest.raises(MachineUnfit, match=r"nomad/9\.9\.9/nomad_9\.9\.9_SHA256SUMS: HTTP status 404"):
        site.fetch(PIN, tmp_path / "nomad")


def test_a_site_with_an_unknown_certificate_is_not_spoken_to(release, signer, site, tmp_path):
    stranger = ReleaseSite(site._base, key=signer.key)
    with pytest.raises(MachineUnfit, match="cannot be reached"):
        stranger.fetch(PIN, tmp_path / "nomad")
    stranger.close()


def test_a_site_that_cannot_be_reached_is_asked_only_once(tmp_path):
    closed = ReleaseSite("https://localhost:9")
    begun = time.monotonic()
    for _ in range(2):
        with pytest.raises(MachineUnfit, match="https://localhost:9 cannot be reached"):
            closed.fetch(PIN, tmp_path / "nomad")
    closed.close()
    assert time.monotonic() - begun < 5


def test_the_shipped_key_takes_no_signature_but_its_own(release, signer):
    with pytest.raises(MachineUnfit, match="not valid"):
        verify_signature(release / SUMS, signer.sign(release / SUMS), KEY)


def test_a_go_toolchain_is_on_the_machine_or_comes_from_a_wheel():
    go = find_go(lambda _: None)
    printed = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    assert "go version go1." in printed
    assert shutil.which("go") in {None, str(go)} or read_pins()["go"].version in str(go)
