"""A graph in sentences, for who cannot see the picture; pure."""

from deployer.graph.model import AppNode, Graph


def description(graph: Graph) -> str:
    """Say of every app who reaches it, whom it calls and what it waits for."""
    sentences = [f"{graph.summary}."]
    sentences += [_sentence(app, graph) for app in graph.apps]
    return " ".join([*sentences, "Every other connection is denied."])


def _sentence(app: AppNode, graph: Graph) -> str:
    names = {other.id: other.name for other in graph.apps}
    if app.public:
        parts = [f"{app.name} is public at {app.url} through {graph.ingress}"]
    else:
        parts = [f"{app.name} {'runs once and is private' if app.exposure == 'batch' else 'is private'}"]
    for kind, verb in (("call", "calls"), ("after", "starts after")):
        others = [names[edge.target] for edge in graph.edges if edge.kind == kind and edge.source == app.id]
        if others:
            parts.append(f"{verb} {', '.join(others)}")
    if app.least != app.most:
        parts.append(f"scales from {app.least} to {app.most} allocations")
    return ", ".join(parts) + "."
