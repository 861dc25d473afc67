"""Builders of resolved environments and graphs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deployer.pack.model import Pack
from deployer.project.model import App, Call, Environment, Project, Stack
from deployer.project.resolve import Resolved


def an_app(
    name: str,
    *,
    stack: str = "shop",
    pack: str = "service",
    calls: Sequence[str] = (),
    after: Sequence[str] = (),
    **values: Any,
) -> App:
    targets = [call.rpartition("/") for call in calls]
    return App(
        name=name,
        stack=stack,
        environment="prod",
        kind="pack",
        pack=pack,
        job_id=name,
        service=name,
        namespace="default",
        path=f"jobs/{stack}/{name}.hcl",
        line=1,
        values={"driver": "docker", "port": 8080, "count": 1, **values},
        leaves={},
        calls=tuple(Call(app=app, stack=other or stack, service=app, port=9000) for other, _, app in targets),
        after=tuple(after),
    )


def an_environment(*apps: App) -> Resolved:
    stacks = tuple(Stack(name=name, description=f"all of {name}") for name in sorted({app.stack for app in apps}))
    environment = Environment(name="prod")
    packs = {
        name: Pack(name=name, directory=Path(name), kind=name, template=Path("t"), digest="")
        for name in ("service", "batch")
    }
    project = Project(name="demo", root=Path(), pack_directories=(), environments={"prod": environment}, stacks=stacks)
    return Resolved(project=project, environment=environment, apps=tuple(apps), packs=packs)


def a_route(host: str, *, path: str = "/") -> dict[str, Any]:
    return {"host": host, "path": path, "entrypoint": "websecure", "tls": True, "strip_path": False}


@pytest.fixture
def build() -> SimpleNamespace:
    return SimpleNamespace(app=an_app, environment=an_environment, route=a_route)


@pytest.fixture
def shop() -> Callable[[], Resolved]:
    """A shop with two public apps, a migration, a called stack and a stack on its own."""

    def resolved() -> Resolved:
        return an_environment(
            an_app("web", calls=["orders", "catalog"], public=a_route("shop.example"), scaling={"min": 3, "max": 40}),
            an_app("catalog", calls=["data/db"], public=a_route("api.example")),
            an_app("orders", calls=["data/db"], after=["migrate"]),
            an_app("migrate", pack="batch", calls=["data/db"]),
            an_app("db", stack="data"),
            an_app("metrics", stack="platform"),
        )

    return resolved
