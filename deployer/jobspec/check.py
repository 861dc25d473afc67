"""
Checks a rendered job file without a cluster: is there anything Nomad 1.11 would refuse.

Valid files take the fast way (about a millisecond); a file with a fault, or one that the fast reader is
not sure of, is parsed exactly, so that every finding has its line.
"""

from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.hcl.parse import go_parser, parse_body
from deployer.jobspec.node import Node, node_of
from deployer.jobspec.quick import quick_node
from deployer.jobspec.structure import complaints
from deployer.jobspec.tables.job import FILE


def check_jobspec(text: str, path: str) -> tuple[Finding, ...]:
    """
    Return everything that is wrong with a rendered job file, in the order of its lines.

    Args:
        text: HCL2 as Nomad reads it; ``variable``, ``locals`` and ``dynamic`` are allowed.
        path: the name of the rendered text, for the findings.
    """
    quick = quick_node(text)
    if quick is not None and not any(True for _ in complaints(quick, FILE)):
        return ()
    try:
        body = parse_body(text, path)
    except FilesInvalid as error:
        return error.findings
    return _findings(node_of("", (), body, 0), path)


def syntax_is_exact() -> bool:
    """Say whether Nomad's own HCL parser judges the syntax here; if not, say "syntax checked approximately"."""
    return go_parser() is not None


def _findings(node: Node, path: str) -> tuple[Finding, ...]:
    # A job's block that goes into several groups is complained about once.
    unique = dict.fromkeys(complaints(node, FILE))
    found = [
        Finding(path=path, line=complaint.line, key=complaint.key, message=complaint.message) for complaint in unique
    ]
    return tuple(sorted(found, key=lambda finding: finding.line))
