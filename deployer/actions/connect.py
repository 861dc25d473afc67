"""An environment's settings, the dev cluster's state and NOMAD_*/CONSUL_* → open connections."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from deployer.cluster.connection import Connection, ConsulConnection, NomadConnection
from deployer.cluster.ports import ConsulPort, NomadPort
from deployer.errors import ClusterUnreachable
from deployer.project.model import Endpoint, Environment, Ingress
from deployer.secret import Secret

C = TypeVar("C", bound=Connection)

_PLACES = {
    "NOMAD": ("NOMAD_ADDR", "NOMAD_TLS_SERVER_NAME", "NOMAD_SKIP_VERIFY"),
    "CONSUL": ("CONSUL_HTTP_ADDR", "CONSUL_HTTP_SSL", "CONSUL_TLS_SERVER_NAME", "CONSUL_HTTP_SSL_VERIFY"),
}
"""What belongs to an address, and would be wrong for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """
    The cluster of one environment.

    Attributes:
        consul: None where the environment has no Consul.
        ingress: where public routes are reached; the dev cluster's own where one is meant.
    """

    nomad: NomadPort
    consul: ConsulPort
    ingress: Ingress

    def close(self) -> None:
        """Close the connections."""
        self.nomad.close()
        self.consul.close()


def connect(environment: Environment, env: Mapping[str, str] | None = None) -> Cluster:
    """
    Open the connections of an environment; nothing is asked before the first call.

    What the project's files say beats NOMAD_* and CONSUL_*, so that a shell left over from another
    cluster cannot redirect a release; tokens come from the environment or from files alone.

    Raises:
        ClusterUnreachable: the dev cluster is not up, or an address or certificate file is wrong.
    """
    from deployer.cluster.consul import ConsulGateway
    from deployer.cluster.nomad import NomadGateway

    nomad, consul = connections(environment, env)
    return Cluster(nomad=NomadGateway(nomad), consul=ConsulGateway(consul), ingress=ingress_of(environment))


def connections(
    environment: Environment, env: Mapping[str, str] | None = None
) -> tuple[NomadConnection, ConsulConnection]:
    """Return how Nomad and Consul are reached; raises `ClusterUnreachable`."""
    env = os.environ if env is None else env
    shell = _without_places(env, environment)
    nomad = _configured(NomadConnection.from_environment(shell), environment.nomad, environment)
    consul = _configured(ConsulConnection.from_environment(shell), environment.consul, environment)
    nomad = replace(
        nomad,
        namespace=environment.nomad.namespace or "default",
        region=environment.nomad.region or nomad.region,
    )
    if not environment.dev_cluster:
        return nomad, consul
    state = _dev_cluster(environment.dev_cluster)
    origin = f"dev cluster {environment.dev_cluster!r}"
    return (
        replace(nomad, address=state.nomad_address, address_from=origin),
        replace(consul, address=state.consul_address, address_from=origin),
    )


def _without_places(env: Mapping[str, str], environment: Environment) -> dict[str, str]:
    """Leave out what a shell says of places and trust where the files say where the cluster is."""
    kept = dict(env)
    for tool, endpoint in (("NOMAD", environment.nomad), ("CONSUL", environment.consul)):
        if environment.dev_cluster or endpoint.address:
            for name in _PLACES[tool]:
                kept.pop(name, None)
    return kept


def ingress_of(environment: Environment) -> Ingress:
    """Return where public routes are reached from this machine."""
    if not environment.dev_cluster:
        return environment.ingress
    state = _dev_cluster(environment.dev_cluster)
    return replace(
        environment.ingress, address="127.0.0.1", https_port=int(state.https_port), ca_cert=str(state.ca_cert)
    )


def public_url(ingress: Ingress, public: Mapping[str, Any]) -> str:
    """Return the URL at which a public route is reached."""
    port = "" if ingress.https_port == 443 else f":{ingress.https_port}"  # noqa: PLR2004 - HTTPS's own port
    return f"https://{public['host']}{port}{str(public.get('path') or '/').rstrip('/')}/"


def _dev_cluster(name: str) -> Any:
    from deployer.devcluster.state import load_state

    state = load_state(name)
    if state is None:
        raise ClusterUnreachable(
            f"the dev cluster {name!r} is not up",
            hint="start it with `nomadeploy dev up" + (f" --name {name}`" if name != "dev" else "`"),
        )
    return state


def _configured(connection: C, endpoint: Endpoint, environment: Environment) -> C:
    """Put what the project's files say over what the shell's environment says."""
    given: dict[str, Any] = {
        name: value
        for name in ("ca_cert", "ca_path", "client_cert", "client_key", "tls_server_name")
        if (value := getattr(endpoint, name))
    }
    if endpoint.address:
        given |= {"address": endpoint.address.rstrip("/"), "address_from": f"environment {environment.name!r}"}
    if endpoint.skip_verify:
        given["skip_verify"] = True
    if endpoint.token_file:
        given["token"] = _token(Path(endpoint.token_file), environment)
    return replace(connection, **given)


def _token(path: Path, environment: Environment) -> Secret:
    try:
        return Secret(path.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ClusterUnreachable(
            f"the token file {path} of environment {environment.name!r} cannot be read: {error.strerror}",
            hint="write the token there, or take token_file out of nomadeploy.hcl and set the variable",
        ) from None
