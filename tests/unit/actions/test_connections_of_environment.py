from pathlib import Path

import pytest
from releases import an_environment

from deployer.actions.connect import connections, ingress_of, public_url
from deployer.errors import ClusterUnreachable
from deployer.project.model import Endpoint, Ingress
from deployer.secret import Secret

SHELL = {
    "NOMAD_ADDR": "http://shell.example:4646",
    "NOMAD_TOKEN": "shell-token",
    "NOMAD_NAMESPACE": "shell",
    "NOMAD_REGION": "shell-region",
    "CONSUL_HTTP_ADDR": "shell.example:8500",
}


def test_what_the_files_do_not_say_comes_from_the_shell() -> None:
    nomad, consul = connections(an_environment(), SHELL)

    assert (nomad.address, nomad.address_from, nomad.region) == (
        "http://shell.example:4646",
        "NOMAD_ADDR",
        "shell-region",
    )
    assert nomad.token == Secret("shell-token")
    assert consul.address == "http://shell.example:8500"


def test_the_namespace_is_the_files_alone_so_that_a_shell_cannot_redirect_a_release() -> None:
    nomad, _ = connections(an_environment(), SHELL)
    named, _ = connections(an_environment(nomad=Endpoint(namespace="prod")), SHELL)

    assert (nomad.namespace, named.namespace) == ("default", "prod")


def test_what_the_files_say_beats_the_shell() -> None:
    endpoint = Endpoint(address="https://nomad.example/", region="eu", ca_cert="ca.pem", skip_verify=True)
    nomad, consul = connections(an_environment(nomad=endpoint), SHELL | {"NOMAD_CACERT": "shell.pem"})

    assert (nomad.address, nomad.address_from) == ("https://nomad.example", "environment 'dev'")
    assert (nomad.region, nomad.ca_cert, nomad.skip_verify) == ("eu", "ca.pem", True)
    assert (consul.ca_cert, consul.skip_verify) == ("", False)


def test_a_token_file_beats_the_shells_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(" file-token\n")
    nomad, _ = connections(an_environment(nomad=Endpoint(token_file=str(file))), SHELL)

    assert nomad.token == Secret("file-token")
    assert "file-token" not in repr(nomad)


def test_a_token_file_that_is_gone_is_told_with_its_environment(tmp_path: Path) -> None:
    environment = an_environment(nomad=Endpoint(token_file=str(tmp_path / "absent")))
    with pytest.raises(ClusterUnreachable, match="of environment 'dev' cannot be read: No such file") as caught:
        connections(environment, SHELL)

    assert "token_file" in caught.value.hint


def test_a_dev_cluster_that_is_not_up_is_told_with_the_command_that_starts_it() -> None:
    environment = an_environment(dev_cluster="no-such-cluster-of-a-test")
    with pytest.raises(ClusterUnreachable, match="is not up") as caught:
        connections(environment, {})

    assert caught.value.hint == "start it with `nomadeploy dev up --name no-such-cluster-of-a-test`"


def test_the_ingress_is_what_the_files_say() -> None:
    ingress = Ingress(address="10.0.0.1", https_port=8443)

    assert ingress_of(an_environment(ingress=ingress)) == ingress


@pytest.mark.parametrize(
    ("port", "path", "url"),
    [
        (443, "/", "https://a.example/"),
        (8443, "/", "https://a.example:8443/"),
        (443, "/shop", "https://a.example/shop/"),
        (443, None, "https://a.example/"),
    ],
)
def test_a_public_url_names_the_port_only_where_it_is_not_https_own(port: int, path: str | None, url: str) -> None:
    assert public_url(Ingress(https_port=port), {"host": "a.example", "path": path}) == url


@pytest.mark.parametrize("left_over", ["NOMAD_SKIP_VERIFY", "NOMAD_TLS_SERVER_NAME", "NOMAD_ADDR"])
def test_a_shell_says_nothing_of_an_address_that_the_files_give(left_over: str) -> None:
    endpoint = Endpoint(address="https://nomad.example", ca_cert="ca.pem")
    nomad, _ = connections(an_environment(nomad=endpoint), {left_over: "foo://1"})

    assert (nomad.address, nomad.skip_verify, nomad.tls_server_name) == ("https://nomad.example", False, "")
