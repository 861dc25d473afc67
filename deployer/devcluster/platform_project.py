"""Which project does `dev up` release so that the cluster has an ingress?"""

import json
from pathlib import Path

from deployer.devcluster.hosts import dynamic_directory
from deployer.devcluster.state import ClusterState


def platform_project(state: ClusterState, directory: Path) -> Path:
    """
    Write a small project whose stack ``platform`` runs Traefik on the ingress node, and return
    its folder. Its one environment is ``dev``.
    """
    for path, text in platform_files(state).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return directory


def platform_files(state: ClusterState) -> dict[str, str]:
    """Return the project's files by path (HCL, see docs/dev-cluster.md)."""
    return {
        "nomadeploy.hcl": _PROJECT.format(nomad=_text(state.nomad_address), consul=_text(state.consul_address)),
        "jobs/platform/stack.hcl": _STACK,
        "jobs/platform/traefik.hcl": _TRAEFIK.format(
            http_port=state.http_port,
            https_port=state.https_port,
            metrics_port=state.metrics_port,
            node_pool=_text(state.nodes[0].pool),
            dynamic_directory=_text(str(dynamic_directory(state))),
        ),
    }


def _text(value: str) -> str:
    """Quote a string for HCL, whose escapes are JSON's apart from template markers."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


_PROJECT = """\
project "platform" {{}}

environment "dev" {{
  nomad {{
    address = {nomad}
  }}
  consul {{
    address = {consul}
  }}
}}
"""

_STACK = """\
description  = "The ingress of this development cluster"
environments = ["dev"]
"""

_TRAEFIK = """\
app "traefik" {{
  pack            = "traefik"
  http_port       = {http_port}
  https_port      = {https_port}
  metrics_port    = {metrics_port}
  node_pool       = {node_pool}

  # Certificates of single hosts come and go with the apps.
  dynamic_directory = {dynamic_directory}

  check {{
    interval = "1s"
  }}
  update {{
    min_healthy_time = "0s"
    healthy_deadline = "30s"
  }}
}}
"""
