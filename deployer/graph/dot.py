"""A graph in Graphviz's language; pure."""

from deployer.graph.model import INGRESS, INTERNET, AppNode, Edge, Graph

_FILLS = {"public": ("#dbeafe", "#1d4ed8"), "private": ("#f1f5f9", "#475569"), "batch": ("#f3e8ff", "#7e22ce")}


def dot(graph: Graph) -> str:
    """Return the text of a digraph, laid out from left to right."""
    lines = [
        "digraph nomadeploy {",
        f"  label={_quoted(f'{graph.project} · {graph.environment}')}",
        "  labelloc=t",
        "  rankdir=LR",
        "  bgcolor=white",
        '  fontname="Helvetica"',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11]',
        '  edge [fontname="Helvetica", fontsize=10, color="#475569"]',
    ]
    if graph.ingress:
        lines.append(f'  {INTERNET} [label="Internet", shape=ellipse, fillcolor="#e2e8f0", color="#475569"]')
        lines.append(f'  {INGRESS} [label={_quoted(graph.ingress)}, fillcolor="#fef3c7", color="#b45309"]')
    for number, stack in enumerate(graph.stacks):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(stack)}", '    color="#94a3b8"']
        lines += [f"    {_node(app)}" for app in graph.apps if app.stack == stack]
        lines.append("  }")
    lines += [f"  {_edge(edge)}" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _node(app: AppNode) -> str:
    exposure = "runs once" if app.exposure == "batch" else app.exposure
    label = "\n".join(line for line in (f"{app.name} ({exposure})", app.url, *app.facts) if line)
    fill, line = _FILLS[app.exposure]
    return f'{_quoted(app.id)} [label={_quoted(label)}, fillcolor="{fill}", color="{line}"]'


def _edge(edge: Edge) -> str:
    extra = {"after": ' [style=dashed, label="after"]', "visit": ' [label="HTTPS"]'}.get(edge.kind, "")
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)}{extra}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
