"""
A resolved environment → the graph of its apps; pure.

Nodes are apps, the ingress and the internet; edges are what the mesh allows and what waits for what.
Every other connection is denied, which is why the graph is complete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from deployer.project.links import find_app
from deployer.project.model import App, Environment
from deployer.project.resolve import Resolved

INTERNET = "internet"
INGRESS = "ingress"
HTTPS = 443

EdgeKind = Literal["visit", "route", "call", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppNode:
    """
    One app.

    Attributes:
        id: ``<stack>/<app>``.
        kind: ``service``, ``batch`` or ``platform``, as its pack says.
        url: its public address, empty for a private app.
        made_by: the pack's name, or ``template`` or ``jobspec``.
        least, most: limits of its allocations, equal without scaling; None where only the job knows.
        target: what scaling aims at, in words.
    """

    id: str
    name: str
    stack: str
    kind: str
    service: str
    url: str
    entrypoint: str
    made_by: str
    driver: str
    port: int | None
    least: int | None
    most: int | None
    target: str

    @property
    def public(self) -> bool:
        """Whether it has a public route."""
        return bool(self.url)

    @property
    def exposure(self) -> str:
        """Say in one word who can reach it."""
        if self.public:
            return "public"
        return "batch" if self.kind == "batch" else "private"

    @property
    def allocations(self) -> str:
        """Say how many allocations it has, in words; empty where only the job knows."""
        if self.least is None or self.kind == "batch":
            return ""
        if self.least != self.most:
            return f"{self.least}–{self.most} allocations"
        return f"{self.least} allocation{'s' if self.least != 1 else ''}"

    @property
    def facts(self) -> tuple[str, ...]:
        """Return the lines that tell what it is, shortest form."""
        port = f"port {self.port}" if self.port else ""
        made = " · ".join(part for part in (self.made_by, self.driver, port) if part)
        size = " · ".join(part for part in (self.allocations, self.target) if part)
        return tuple(line for line in (made, size) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """
    An arrow from one node's id to another's.

    Attributes:
        kind: ``visit`` from the internet, ``route`` of a public app and ``call`` are connections;
            ``after`` is order alone.
        port: the local port at which a caller finds the called app, for calls.
    """

    source: str
    target: str
    kind: EdgeKind
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What the mesh allows: service names as Consul knows them, and why."""

    source: str
    destination: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """
    The apps of an environment.

    Attributes:
        ingress: Traefik's service name, empty where nothing is public.
        stacks: name → description, in the order they are drawn.
    """

    project: str
    environment: str
    ingress: str
    stacks: Mapping[str, str]
    apps: tuple[AppNode, ...]
    edges: tuple[Edge, ...]
    intentions: tuple[Intention, ...]

    @property
    def summary(self) -> str:
        """Count the apps in one sentence."""
        publics = sum(app.public for app in self.apps)
        stacks = len(self.stacks)
        return (
            f"{_counted(len(self.apps), 'app')} in {_counted(stacks, 'stack')}: "
            f"{publics} public, {len(self.apps) - publics} private"
        )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def graph_of(resolved: Resolved, *, stack: str | None = None) -> Graph:
    """
    Return the graph of an environment; the same files give the same graph, whatever their order.

    Args:
        stack: only this stack's apps.
    """
    environment = resolved.environment
    wanted = [app for app in resolved.apps if stack in (None, app.stack)]
    apps = sorted(wanted, key=lambda app: (app.stack, app.name))
    # Traefik itself, where the project deploys it, is the ingress and not one more private app.
    drawn = [app for app in apps if app.service != environment.ingress.service]
    nodes = tuple(_node(app, resolved) for app in drawn)
    edges = (*_routes(nodes), *_calls(drawn), *_orders(drawn))
    ingress = environment.ingress.service if any(node.public for node in nodes) else ""
    described = {stack.name: stack.description for stack in resolved.project.stacks}
    return Graph(
        project=resolved.project.name,
        environment=environment.name,
        ingress=ingress,
        stacks={name: described.get(name, "") for name in _ordered_stacks(nodes, edges)},
        apps=nodes,
        edges=edges,
        intentions=_intentions(drawn, ingress),
    )


def _ordered_stacks(nodes: Sequence[AppNode], edges: Sequence[Edge]) -> list[str]:
    """Put public stacks first, then those that are called from elsewhere, then the ones on their own."""
    stack_of = {node.id: node.stack for node in nodes}
    public = {node.stack for node in nodes if node.public}
    called = {
        stack_of[edge.target]
        for edge in edges
        if edge.kind == "call" and stack_of[edge.source] != stack_of[edge.target]
    }
    return sorted(set(stack_of.values()), key=lambda name: (name not in public, name not in called, name))


def _id(app: App) -> str:
    return f"{app.stack}/{app.name}"


def _node(app: App, resolved: Resolved) -> AppNode:
    pack = resolved.pack_of(app)
    least, most = _limits(app.values)
    return AppNode(
        id=_id(app),
        name=app.name,
        stack=app.stack,
        kind=pack.kind if pack else "service",
        service=app.service,
        url=_url(app.public, resolved.environment),
        entrypoint=str(app.public["entrypoint"]) if app.public else "",
        made_by=app.pack or app.kind,
        driver=str(app.values.get("driver") or ""),
        port=app.values.get("port"),
        least=least,
        most=most,
        target=_target(app.values.get("scaling")),
    )


def _url(public: Mapping[str, Any] | None, environment: Environment) -> str:
    if public is None:
        return ""
    path = str(public["path"])
    secure = bool(public["tls"])
    port = environment.ingress.https_port
    place = f"{public['host']}:{port}" if secure and port != HTTPS else str(public["host"])
    return f"{'https' if secure else 'http'}://{place}{'' if path == '/' else path}"


def _limits(values: Mapping[str, Any]) -> tuple[int | None, int | None]:
    scaling = values.get("scaling")
    if scaling is not None:
        return int(scaling["min"]), int(scaling["max"])
    count = values.get("count")
    return (int(count), int(count)) if isinstance(count, int | float) else (None, None)


def _target(scaling: Mapping[str, Any] | None) -> str:
    if scaling is None:
        return ""
    wanted = (
        ("requests_per_second", "{:g} requests/s each"),
        ("cpu_percent", "{:g} % CPU"),
        ("memory_percent", "{:g} % memory"),
    )
    parts = [text.format(scaling[key]) for key, text in wanted if scaling.get(key)]
    return ", ".join(parts) if scaling.get("enabled", True) else "scaling is off"


def _routes(nodes: Sequence[AppNode]) -> tuple[Edge, ...]:
    routes = [Edge(source=INGRESS, target=node.id, kind="route") for node in nodes if node.public]
    return (Edge(source=INTERNET, target=INGRESS, kind="visit"), *routes) if routes else ()


def _calls(apps: Sequence[App]) -> tuple[Edge, ...]:
    known = {_id(app) for app in apps}
    edges = {
        Edge(source=_id(app), target=f"{call.stack}/{call.app}", kind="call", port=call.port)
        for app in apps
        for call in app.calls
    }
    kept = [edge for edge in edges if edge.target in known and edge.source != edge.target]
    return tuple(sorted(kept, key=lambda edge: (edge.source, edge.target)))


def _orders(apps: Sequence[App]) -> tuple[Edge, ...]:
    called = {(edge.source, edge.target) for edge in _calls(apps)}
    edges = []
    for app in apps:
        for name in sorted(set(app.after)):
            before = find_app(name, app.stack, apps)
            # A call is order too: one arrow says both.
            if before is not None and before is not app and (_id(app), _id(before)) not in called:
                edges.append(Edge(source=_id(app), target=_id(before), kind="after"))
    return tuple(edges)


def _intentions(apps: Sequence[App], ingress: str) -> tuple[Intention, ...]:
    public = [Intention(source=ingress, destination=app.service, reason="public route") for app in apps if app.public]
    calls = [
        Intention(source=app.service, destination=call.service, reason=f"calls {call.app}")
        for app in apps
        for call in app.calls
    ]
    return tuple(sorted({*public, *calls}, key=lambda one: (one.destination, one.source)))
