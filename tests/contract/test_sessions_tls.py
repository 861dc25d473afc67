"""Whom the sessions trust; against a small TLS server on loopback."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from small_server import both, serving

from deployer.cluster.connection import NomadConnection
from deployer.cluster.nomad import NomadGateway
from deployer.errors import ClusterUnreachable


@dataclass(frozen=True)
class Authority:
    made: trustme.CA
    file: str

    def server_context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.made.issue_cert(*names).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return Authority(made, str(file))


def test_a_server_of_our_own_authority_is_trusted(authority: Authority) -> None:
    with (
        serving(authority.server_context("127.0.0.1")) as server,
        both(address=server.address, ca_cert=authority.file) as leaders,
    ):
        assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2


def test_a_folder_of_authorities_is_trusted_whatever_its_files_are_called(authority: Authority) -> None:
    with (
        serving(authority.server_context("127.0.0.1")) as server,
        both(address=server.address, ca_path=str(Path(authority.file).parent)) as leaders,
    ):
        assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2


def test_an_unknown_authority_is_refused_with_the_variable_that_helps(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # requests alone would trust these, and an environment must not decide whom we trust.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.file)
    with serving(authority.server_context("127.0.0.1")) as server, both(address=server.address) as leaders:
        for leader, variable in zip(leaders, ("NOMAD_CACERT", "CONSUL_CACERT"), strict=True):
            with pytest.raises(ClusterUnreachable, match="not trusted here") as caught:
                leader()
            assert variable in caught.value.hint
    assert server.asked == []


def test_naming_an_authority_distrusts_all_others(authority: Authority, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with (
        serving(authority.server_context("127.0.0.1")) as server,
        both(address=server.address, ca_cert=str(other)) as leaders,
    ):
        for leader in leaders:
            with pytest.raises(ClusterUnreachable, match="not trusted here"):
                leader()


def test_a_certificate_for_another_name_needs_the_server_name(authority: Authority) -> None:
    with serving(authority.server_context("server.global.nomad")) as server:
        how = {"address": server.address, "ca_cert": authority.file}
        with both(**how) as leaders:
            for leader in leaders:
                with pytest.raises(ClusterUnreachable, match="for another name") as caught:
                    leader()
                assert "TLS_SERVER_NAME" in caught.value.hint
        with both(**how, tls_server_name="server.global.nomad") as leaders:
            assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_not_verifying_is_possible_but_only_when_asked_for(authority: Authority) -> None:
    with (
        serving(authority.server_context("elsewhere.example")) as server,
        both(address=server.address, skip_verify=True) as leaders,
    ):
        assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2


def test_a_client_certificate_is_shown_where_the_server_asks_for_one(authority: Authority, tmp_path: Path) -> None:
    ours = authority.made.issue_cert("client.example")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in ours.cert_chain_pems))
    ours.private_key_pem.write_to_path(str(key))
    context = authority.server_context("127.0.0.1")
    authority.made.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(context) as server:
        how = {"address": server.address, "ca_cert": authority.file}
        with both(**how, client_cert=str(cert), client_key=str(key)) as leaders:
            assert [leader() for leader in leaders] == ["10.0.0.1:4647"] * 2
        with both(**how) as leaders:
            for leader in leaders:
                with pytest.raises(ClusterUnreachable):
                    leader()


def test_a_certificate_file_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(ClusterUnreachable, match="certificate files") as caught:
        NomadGateway(NomadConnection(address="https://127.0.0.1:1", ca_cert="/nowhere/ca.pem"))
    assert "NOMAD_CACERT" in caught.value.hint
