from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

from deployer.graph.model import INGRESS, INTERNET, Edge, Intention, graph_of
from deployer.project.model import Ingress
from deployer.project.resolve import Resolved

Shop = Callable[[], Resolved]


def test_a_public_app_is_reached_from_the_internet_through_the_ingress(build: SimpleNamespace) -> None:
    graph = graph_of(build.environment(build.app("web", public=build.route("web.example", path="/shop"))))

    assert graph.apps[0].url == "https://web.example/shop"
    assert graph.edges == (
        Edge(source=INTERNET, target=INGRESS, kind="visit"),
        Edge(source=INGRESS, target="shop/web", kind="route"),
    )
    assert graph.intentions == (Intention(source="traefik", destination="web", reason="public route"),)


def test_without_a_public_app_there_is_no_way_in(build: SimpleNamespace) -> None:
    graph = graph_of(build.environment(build.app("worker")))

    assert graph.ingress == ""
    assert graph.edges == ()
    assert graph.apps[0].exposure == "private"


def test_an_address_names_the_ingress_port_unless_it_is_that_of_https(build: SimpleNamespace) -> None:
    resolved = build.environment(build.app("web", public=build.route("web.example")))
    elsewhere = replace(resolved.environment, ingress=Ingress(https_port=8443))

    graph = graph_of(replace(resolved, environment=elsewhere))

    assert graph.apps[0].url == "https://web.example:8443"


def test_a_call_is_an_arrow_and_an_intention(shop: Shop) -> None:
    graph = graph_of(shop())

    assert Edge(source="shop/orders", target="data/db", kind="call", port=9000) in graph.edges
    assert Intention(source="orders", destination="db", reason="calls db") in graph.intentions


def test_order_alone_is_an_arrow_but_no_intention(shop: Shop) -> None:
    graph = graph_of(shop())

    assert Edge(source="shop/orders", target="shop/migrate", kind="after") in graph.edges
    assert not [one for one in graph.intentions if one.destination == "migrate"]


def test_a_called_app_that_also_comes_first_has_one_arrow(build: SimpleNamespace) -> None:
    graph = graph_of(build.environment(build.app("web", calls=["db"], after=["db"]), build.app("db")))

    assert [edge.kind for edge in graph.edges] == ["call"]


def test_traefik_deployed_by_the_project_is_the_ingress_and_no_app(build: SimpleNamespace) -> None:
    web = build.app("web", public=build.route("web.example"))

    graph = graph_of(build.environment(web, build.app("traefik", stack="platform")))

    assert [app.id for app in graph.apps] == ["shop/web"]
    assert graph.ingress == "traefik"


def test_scaling_shows_its_limits_and_what_it_aims_at(build: SimpleNamespace) -> None:
    scaling = {"min": 2, "max": 10, "requests_per_second": 20, "cpu_percent": 70.5}

    graph = graph_of(build.environment(build.app("web", scaling=scaling)))

    assert graph.apps[0].facts == (
        "service · docker · port 8080",
        "2–10 allocations · 20 requests/s each, 70.5 % CPU",
    )


def test_a_policy_out_of_force_says_so(build: SimpleNamespace) -> None:
    scaling = {"min": 2, "max": 10, "cpu_percent": 70, "enabled": False}

    graph = graph_of(build.environment(build.app("web", scaling=scaling)))

    assert graph.apps[0].target == "scaling is off"


def test_public_stacks_come_first_then_called_ones_then_the_rest(shop: Shop) -> None:
    assert list(graph_of(shop()).stacks) == ["shop", "data", "platform"]


def test_one_stack_can_be_drawn_alone(shop: Shop) -> None:
    graph = graph_of(shop(), stack="data")

    assert [app.id for app in graph.apps] == ["data/db"]
    assert graph.edges == ()


def test_the_order_of_the_files_does_not_change_the_graph(shop: Shop) -> None:
    resolved = shop()

    assert graph_of(replace(resolved, apps=resolved.apps[::-1])) == graph_of(resolved)


def test_the_summary_counts_apps_stacks_and_the_public(shop: Shop) -> None:
    assert graph_of(shop()).summary == "6 apps in 3 stacks: 2 public, 4 private"
