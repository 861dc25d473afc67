"""A graph as one page that needs nothing else: the picture, its routes and its intentions; pure."""

from collections.abc import Sequence
from html import escape

from deployer.graph.model import AppNode, Graph
from deployer.graph.svg import svg

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 90rem; padding: 2rem; font: 1rem/1.5 ui-sans-serif, system-ui, sans-serif;
       color: #0f172a; background: #f8fafc; }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } /* the picture shows it */
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
.picture { overflow-x: auto; } .picture svg { max-width: 100%; height: auto; min-width: 40rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: #ffffff; }
caption { text-align: left; padding: 0.25rem 0; color: #475569; }
th, td { text-align: left; padding: 0.45rem 0.75rem; border: 1px solid #cbd5e1; vertical-align: top; }
th { background: #f1f5f9; } a { color: #1d4ed8; } code { font-family: ui-monospace, monospace; }
@media (prefers-color-scheme: dark) {
  body { color: #f1f5f9; background: #020617; } table { background: #0f172a; } caption { color: #b6c2d4; }
  th, td { border-color: #334155; } th { background: #1e293b; } a { color: #93c5fd; }
}
"""


def html(graph: Graph) -> str:
    """Return the page; it works from disk and loads nothing."""
    title = escape(f"{graph.project} · {graph.environment}")
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        f'<div class="picture">\n{svg(graph)}</div>',
        *_tables(graph),
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _tables(graph: Graph) -> list[str]:
    routes = [
        [_link(app.url), _code(app.id), _code(app.service), _code(app.entrypoint)] for app in graph.apps if app.public
    ]
    intentions = [[_code(one.source), _code(one.destination), escape(one.reason)] for one in graph.intentions]
    return [
        *_table("Public routes", "Who can be reached from outside, and where.", _ROUTES, routes),
        *_table(
            "Intentions", "Who may open a connection to whom; whatever is not here is denied.", _ALLOWED, intentions
        ),
        *_table("Apps", "What runs.", _APPS, [_row(app, graph) for app in graph.apps]),
    ]


_ROUTES = ("Address", "App", "Service in Consul", "Entrypoint")
_ALLOWED = ("From", "To", "Because")
_APPS = ("App", "Reached by", "Made by", "Driver", "Port", "Allocations", "Starts after", "Calls")


def _row(app: AppNode, graph: Graph) -> list[str]:
    names = {other.id: other.name for other in graph.apps}
    calls = [
        f"{names[edge.target]} at 127.0.0.1:{edge.port}"
        for edge in graph.edges
        if edge.source == app.id and edge.kind == "call"
    ]
    after = [names[edge.target] for edge in graph.edges if edge.source == app.id and edge.kind == "after"]
    reached = {"public": "everyone", "private": "the mesh alone", "batch": "nobody; it runs once"}[app.exposure]
    size = " · ".join(part for part in (app.allocations, app.target) if part)
    texts = (reached, app.made_by, app.driver, str(app.port or ""), size, ", ".join(after), ", ".join(calls))
    return [_code(app.id), *(escape(text) for text in texts)]


def _table(title: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return [f"<h2>{title}</h2>", "<p>None.</p>"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return [
        f"<h2>{title}</h2>",
        '<div class="table"><table>',
        f"<caption>{caption}</caption>",
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
        *body,
        "</tbody></table></div>",
    ]


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'
