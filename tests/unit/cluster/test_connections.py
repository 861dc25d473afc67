import pytest

from deployer.cluster.connection import ConsulConnection, NomadConnection
from deployer.errors import ClusterUnreachable
from deployer.secret import Secret


def test_nomads_variables_are_all_read() -> None:
    found = NomadConnection.from_environment(
        {
            "NOMAD_ADDR": "https://nomad.example:4646/",
            "NOMAD_NAMESPACE": "prod",
            "NOMAD_REGION": "eu",
            "NOMAD_TOKEN": "token",
            "NOMAD_HTTP_AUTH": "user:pass:word",
            "NOMAD_CACERT": "ca.pem",
            "NOMAD_CAPATH": "cas",
            "NOMAD_CLIENT_CERT": "cert.pem",
            "NOMAD_CLIENT_KEY": "key.pem",
            "NOMAD_TLS_SERVER_NAME": "server.global.nomad",
            "NOMAD_SKIP_VERIFY": "1",
        }
    )

    assert found == NomadConnection(
        address="https://nomad.example:4646",
        address_from="NOMAD_ADDR",
        namespace="prod",
        region="eu",
        token=Secret("token"),
        basic_auth=("user", Secret("pass:word")),
        ca_cert="ca.pem",
        ca_path="cas",
        client_cert="cert.pem",
        client_key="key.pem",
        tls_server_name="server.global.nomad",
        skip_verify=True,
    )


def test_consuls_variables_are_all_read() -> None:
    found = ConsulConnection.from_environment(
        {
            "CONSUL_HTTP_ADDR": "consul.example:8501",
            "CONSUL_HTTP_SSL": "true",
            "CONSUL_HTTP_SSL_VERIFY": "false",
            "CONSUL_HTTP_TOKEN": "token",
            "CONSUL_HTTP_AUTH": "user:password",
            "CONSUL_CACERT": "ca.pem",
            "CONSUL_CAPATH": "cas",
            "CONSUL_CLIENT_CERT": "cert.pem",
            "CONSUL_CLIENT_KEY": "key.pem",
            "CONSUL_TLS_SERVER_NAME": "server.dc1.consul",
        }
    )

    assert found == ConsulConnection(
        address="https://consul.example:8501",
        address_from="CONSUL_HTTP_ADDR",
        token=Secret("token"),
        basic_auth=("user", Secret("password")),
        ca_cert="ca.pem",
        ca_path="cas",
        client_cert="cert.pem",
        client_key="key.pem",
        tls_server_name="server.dc1.consul",
        skip_verify=True,
    )


def test_an_empty_environment_means_this_machine_with_tls_verified() -> None:
    nomad, consul = NomadConnection.from_environment({}), ConsulConnection.from_environment({})

    assert (nomad.address, nomad.namespace, nomad.token) == ("http://127.0.0.1:4646", "default", None)
    assert (consul.address, consul.token) == ("http://127.0.0.1:8500", None)
    assert not nomad.skip_verify
    assert not consul.skip_verify
    assert "NOMAD_ADDR is not set" in nomad.address_from


def test_a_token_file_is_read_when_there_is_no_token(tmp_path) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")

    found = ConsulConnection.from_environment({"CONSUL_HTTP_TOKEN_FILE": str(file)})
    both = ConsulConnection.from_environment(
        {
            "CONSUL_HTTP_TOKEN_FILE": str(file),
            "CONSUL_HTTP_TOKEN": "direct",
        }
    )

    assert found.token == Secret("from-file")
    assert both.token == Secret("direct")


def test_a_token_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(ClusterUnreachable, match="token file") as caught:
        ConsulConnection.from_environment({"CONSUL_HTTP_TOKEN_FILE": str(tmp_path / "none")})
    assert "CONSUL_HTTP_TOKEN_FILE" in caught.value.hint


@pytest.mark.parametrize("address", ["unix:///run/nomad.sock", "ftp://nomad", "https://", "http:///v1"])
def test_an_address_that_cannot_be_used_is_refused_with_its_origin(address: str) -> None:
    with pytest.raises(ClusterUnreachable) as caught:
        NomadConnection(address=address, address_from="environments/prod.hcl")
    assert "environments/prod.hcl" in caught.value.hint


def test_a_password_in_the_address_becomes_basic_auth_and_is_never_shown() -> None:
    found = NomadConnection.from_environment({"NOMAD_ADDR": "https://me:hush%21@nomad.example"})

    assert found.address == "https://nomad.example"
    assert found.basic_auth == ("me", Secret("hush!"))
    assert "hush" not in repr(found)
    with pytest.raises(ClusterUnreachable) as caught:
        NomadConnection(address="https://me:hush@nomad.example")
    assert "hush" not in str(caught.value)


def test_the_secrets_of_a_connection_are_taken_out_of_a_text() -> None:
    connection = NomadConnection(token=Secret("token-1"), basic_auth=("me", Secret("hush")))

    assert connection.redact("token-1 and hush") == "[redacted] and [redacted]"
