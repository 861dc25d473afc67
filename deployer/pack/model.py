"""A pack as its files describe it; frozen values, pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deployer.hcl.types import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """
    A pack.

    Attributes:
        kind: ``service``, ``batch`` or ``platform``; a batch app must succeed, the others stay healthy.
        supports: the built-in app keys that its template honours.
        variables: its own variables by name.
        sources: where each variable is declared: name → (file, line).
        template: the file of the one template that makes the job.
        digest: sha256 of all its files, names included.
    """

    name: str
    directory: Path
    description: str = ""
    version: str = "0.0.0"
    url: str = ""
    kind: str = "service"
    supports: frozenset[str] = frozenset()
    variables: Mapping[str, Field] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    template: Path
    digest: str
