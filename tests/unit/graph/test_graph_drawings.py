import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

from deployer.actions.graph import draw_graph, format_for
from deployer.graph.card import PADDING, cards
from deployer.graph.model import graph_of
from deployer.graph.text_width import text_width
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import Resolved, resolve

Shop = Callable[[], Resolved]
ROOT = Path(__file__).parents[3]
AWKWARD = 'a "b" <c> & #d; `e`\\'


def test_the_mermaid_text_says_who_is_public_and_who_calls_whom(build: SimpleNamespace) -> None:
    web = build.app("web", calls=["db"], public=build.route("web.example"))

    text = draw_graph(
        graph_of(build.environment(web, build.app("db", after=["seed"]), build.app("seed", pack="batch"))), "mermaid"
    )

    assert [line.strip() for line in text.splitlines() if "classDef" not in line] == [
        "---",
        "title: 'demo · prod'",
        "---",
        "flowchart LR",
        'internet(["Internet"]):::outside',
        'ingress["traefik"]:::ingress',
        'subgraph stack0["shop"]',
        "direction LR",
        'app0["db (private)<br/>service · docker · port 8080<br/>1 allocation"]:::private',
        'app1["seed (runs once)<br/>batch · docker · port 8080"]:::batch',
        'app2(["web (public)<br/>https#58;//web.example<br/>service · docker · port 8080<br/>1 allocation"]):::public',
        "end",
        "internet -->|HTTPS| ingress",
        "ingress --> app2",
        "app2 --> app0",
        "app0 -.->|after| app1",
    ]


def test_names_with_any_character_cannot_break_a_drawing(build: SimpleNamespace) -> None:
    graph = graph_of(build.environment(build.app(AWKWARD, public=build.route("web.example"))))

    assert "a #quot;b#quot; #lt;c#gt; #amp; #35;d; #96;e#96;" in draw_graph(graph, "mermaid")
    assert r'"shop/a \"b\" <c> & #d; `e`\\"' in draw_graph(graph, "dot")
    assert AWKWARD in "".join(ET.fromstring(draw_graph(graph, "svg")).itertext())  # noqa: S314 - our own text
    assert "&lt;c&gt;" in draw_graph(graph, "html")


def test_the_picture_is_whole_on_its_own_and_described_in_words(shop: Shop) -> None:
    text = draw_graph(graph_of(shop()), "svg")
    root = ET.fromstring(text)  # noqa: S314 - our own text

    assert not re.findall(r"(?:href|src|url\((?!#)|@import)", text)
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "demo · prod"
    words = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert "web is public at https://shop.example through traefik, calls catalog, orders, scales from 3 to 40" in words
    assert "orders is private, calls db, starts after migrate." in words
    assert words.endswith("Every other connection is denied.")


def test_text_fits_its_box_in_the_widest_usual_font(shop: Shop) -> None:
    for card in cards(graph_of(shop())).values():
        width, _ = card.size
        assert max(text_width(line, 12.5) for line in (card.url, *card.lines)) <= width - 2 * PADDING
        assert text_width(card.title, 15, bold=True) + card.badge_width <= width - PADDING


def test_the_page_lists_routes_intentions_and_apps_and_loads_nothing(shop: Shop) -> None:
    page = draw_graph(graph_of(shop()), "html")

    assert '<a href="https://shop.example">https://shop.example</a>' in page
    assert "<td><code>orders</code></td><td><code>db</code></td><td>calls db</td>" in page
    assert "3–40 allocations" in page
    assert not re.findall(r"<script|<link|<img|src=|@import", page)


def test_a_file_name_chooses_the_format() -> None:
    assert [format_for(Path(name)) for name in ("a.svg", "b.HTML", "c.gv", "d.mmd", "e.md")] == [
        "svg",
        "html",
        "dot",
        "mermaid",
        "mermaid",
    ]
    assert format_for(None) == "mermaid"


def test_the_picture_in_the_documentation_is_that_of_the_job_board() -> None:
    graph = graph_of(resolve(load_project(ROOT), "dev", Overrides()), stack="jobboard")

    drawn = (ROOT / "docs" / "graph.svg").read_text(encoding="utf-8")

    assert drawn == draw_graph(graph, "svg"), "make it anew: nomadeploy graph dev --stack jobboard --to docs/graph.svg"
