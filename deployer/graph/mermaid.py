"""A graph as a Mermaid flowchart, as GitHub and GitLab draw it; pure."""

from collections.abc import Mapping

from deployer.graph.model import INGRESS, INTERNET, AppNode, Graph

_ARROWS = {"visit": "-->|HTTPS|", "route": "-->", "call": "-->", "after": "-.->|after|"}
# Colours that keep their contrast on a light and on a dark page, since each sets its text's too.
_CLASSES = (
    "classDef outside fill:#e2e8f0,stroke:#475569,color:#0f172a",
    "classDef ingress fill:#fef3c7,stroke:#b45309,color:#451a03",
    "classDef public fill:#dbeafe,stroke:#1d4ed8,color:#172554",
    "classDef private fill:#f1f5f9,stroke:#475569,color:#0f172a",
    "classDef batch fill:#f3e8ff,stroke:#7e22ce,color:#3b0764,stroke-dasharray:5 3",
)


def mermaid(graph: Graph) -> str:
    """Return the text of a flowchart; names may hold any character."""
    names = _names(graph)
    lines = [
        "---",
        f"title: {_yaml(f'{graph.project} · {graph.environment}')}",
        "---",
        "flowchart LR",
        *(f"  {line}" for line in _outside(graph)),
    ]
    for number, stack in enumerate(graph.stacks):
        lines += [f"  subgraph stack{number}[{_label(stack)}]", "    direction LR"]
        lines += [f"    {names[app.id]}{_box(app)}:::{app.exposure}" for app in graph.apps if app.stack == stack]
        lines.append("  end")
    lines += [f"  {names[edge.source]} {_ARROWS[edge.kind]} {names[edge.target]}" for edge in graph.edges]
    lines += [f"  {line}" for line in _CLASSES]
    return "\n".join(lines) + "\n"


def _names(graph: Graph) -> Mapping[str, str]:
    """Return plain words for the nodes: Mermaid reads hyphens and `end` as its own."""
    apps = {app.id: f"app{number}" for number, app in enumerate(graph.apps)}
    return {INTERNET: INTERNET, INGRESS: INGRESS, **apps}


def _outside(graph: Graph) -> list[str]:
    if not graph.ingress:
        return []
    return [f'{INTERNET}(["Internet"]):::outside', f"{INGRESS}[{_label(graph.ingress)}]:::ingress"]


def _box(app: AppNode) -> str:
    exposure = "runs once" if app.exposure == "batch" else app.exposure
    label = _label("\n".join(line for line in (f"{app.name} ({exposure})", app.url, *app.facts) if line))
    return f"([{label}])" if app.public else f"[{label}]"


def _label(text: str) -> str:
    """Quote a label; Mermaid's entities are HTML's with # for &."""
    entities = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\n": "<br/>"}
    escaped = "".join(entities.get(sign, sign) for sign in text)
    # A bare address would be made a Markdown link, which flowcharts do not support.
    return '"' + escaped.replace("://", "#58;//") + '"'


def _yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
