"""A project as its files describe it, and an app as one environment resolves it; frozen values, pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployer.hcl.body import Body
from deployer.hcl.types import Path as KeyPath


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where a value was set.

    Attributes:
        layer: ``default``, ``pack default``, ``app``, ``app environment``, ``environment file``, ``var-file``
            or ``flag``.
        path: the file, relative to the project's root where it is inside; the flag itself for flags.
        line: 1-based, 0 for flags and defaults without a place.
    """

    layer: str
    path: str
    line: int

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{self.layer} ({place})"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value with its source; lists are single values."""

    value: Any
    source: Source


Leaves = dict[tuple[str, ...], Leaf]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    How an environment reaches Nomad or Consul; empty values fall back to NOMAD_* or CONSUL_*.

    Attributes:
        token_file: file that holds the ACL token; tokens are never written in project files.
    """

    address: str = ""
    namespace: str = ""
    region: str = ""
    ca_cert: str = ""
    ca_path: str = ""
    client_cert: str = ""
    client_key: str = ""
    tls_server_name: str = ""
    token_file: str = ""
    skip_verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """
    Where the public route is reached from this machine.

    Attributes:
        address: host or IP that Traefik listens on; empty means the app's own host name.
        https_port: its TLS port.
        service: Traefik's own name in Consul, the source of the intentions of public apps.
        ca_cert: CA that signed Traefik's certificate; empty means the system's CAs.
    """

    address: str = ""
    https_port: int = 443
    service: str = "traefik"
    ca_cert: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    One environment of the project.

    Attributes:
        dev_cluster: name of the embedded cluster that it means, or empty.
        own_consul: no other environment of the project shares its Consul, so service names stay short.
        own_namespace: no other environment shares its Nomad namespace, so job ids stay short.
        timeout_s: how long `run` waits for one wave to become healthy.
    """

    name: str
    line: int = 0
    protected: bool = False
    dev_cluster: str = ""
    nomad: Endpoint = field(default_factory=Endpoint)
    consul: Endpoint = field(default_factory=Endpoint)
    ingress: Ingress = field(default_factory=Ingress)
    variables: Mapping[str, Leaf] = field(default_factory=dict)
    own_consul: bool = True
    own_namespace: bool = True
    timeout_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFile:
    """An ``app`` block as it stands in a file of jobs/<stack>/."""

    name: str
    stack: str
    body: Body
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A folder of jobs/: its apps are released together."""

    name: str
    description: str = ""
    environments: tuple[str, ...] = ()
    apps: tuple[AppFile, ...] = ()

    def is_in(self, environment: str) -> bool:
        """Say whether the stack is deployed in an environment; no list means every one."""
        return not self.environments or environment in self.environments


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Everything that nomadeploy.hcl and jobs/ say."""

    name: str
    root: Path
    pack_directories: tuple[Path, ...]
    environments: Mapping[str, Environment]
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    An app that this app calls through the mesh.

    Attributes:
        app: the called app's name.
        service: its Consul service name.
        port: the local port at which its sidecar makes it reachable.
    """

    app: str
    stack: str
    service: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """
    One app as one environment resolves it.

    Attributes:
        kind: ``pack``, ``template`` or ``jobspec``: what makes its job.
        pack: the pack's name, or empty.
        file: the template or jobspec, or None.
        service: its name in Consul, used by routes, upstreams and intentions alike.
        values: everything set, with defaults, as nested values.
        leaves: where each value was set.
        calls: resolved upstreams.
        after: names of apps that must be healthy (or, for batch, have succeeded) before.
    """

    name: str
    stack: str
    environment: str
    kind: str
    pack: str = ""
    file: Path | None = None
    job_id: str
    service: str
    namespace: str
    path: str
    line: int
    values: Mapping[str, Any]
    leaves: Mapping[tuple[str, ...], Leaf]
    calls: tuple[Call, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def public(self) -> Mapping[str, Any] | None:
        """The ``public`` block, or None for a private app."""
        return self.values.get("public")

    def line_of(self, key: KeyPath) -> tuple[str, int]:
        """Return file and line where a key was set, or the nearest one around it."""
        words = tuple(str(word) for word in key)
        while words:
            for path, leaf in self.leaves.items():
                if path[: len(words)] == words and leaf.source.line:
                    return leaf.source.path, leaf.source.line
            words = words[:-1]
        return self.path, self.line
