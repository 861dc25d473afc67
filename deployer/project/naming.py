"""
The names of jobs and services; pure.

Consul's community edition has one service namespace, so environments that share a Consul get
distinct service names; the same holds for job ids in a shared Nomad namespace.
"""

import re
from collections import Counter
from collections.abc import Sequence

from deployer.project.model import AppFile, Environment

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""Names of apps and environments: they are parts of Consul service names, so of DNS names."""

WORD = re.compile(r"[A-Za-z0-9_~-]{1,64}")
"""Names of projects and stacks: they are parts of paths of Nomad Variables."""


def clashing_names(apps: Sequence[AppFile]) -> frozenset[str]:
    """Return the app names that more than one stack of the environment uses."""
    counts = Counter(app.name for app in apps)
    return frozenset(name for name, count in counts.items() if count > 1)


def service_name(app: AppFile, environment: Environment, clashing: frozenset[str]) -> str:
    """Return the name in Consul: ``<app>``, with ``-<env>`` and ``-<stack>`` where it would not be unique."""
    return _name(app, environment.name if not environment.own_consul else "", clashing)


def job_id(app: AppFile, environment: Environment, clashing: frozenset[str]) -> str:
    """Return the Nomad job's id, made unique in the same way."""
    return _name(app, environment.name if not environment.own_namespace else "", clashing)


def _name(app: AppFile, environment: str, clashing: frozenset[str]) -> str:
    stack = app.stack if app.name in clashing else ""
    return "-".join(part for part in (app.name, environment, stack) if part)
