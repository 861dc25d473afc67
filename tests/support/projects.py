"""Projects written into a temporary folder: a dict of files, and shorthands for what most tests need."""

from collections.abc import Mapping
from pathlib import Path

PROJECT = """\
project "shop" {
  packs = ["./packs"]
}
environment "dev" {
  consul {
    address = "http://127.0.0.1:8501"
  }
  variables = {
    domain = "localhost"
  }
}
environment "prod" {
  nomad {
    address   = "https://nomad.example.com:4646"
    namespace = "shop"
  }
  consul {
    address = "https://consul.example.com:8501"
  }
  variables = {
    domain = "example.com"
  }
}
"""

PACK = {
    "packs/tiny/metadata.hcl": """\
pack {
  name        = "tiny"
  description = "The least that is a job"
}
nomadeploy {
  supports = ["image", "port", "public", "scaling", "check"]
}
""",
    "packs/tiny/variables.hcl": """\
variable "count" {
  description = "allocations"
  type        = number
  default     = 1
}
variable "env" {
  description = "environment"
  type        = map(string)
  default     = {}
}
""",
    "packs/tiny/templates/tiny.nomad.hcl.j2": """\
job [[ app.job_id | hcl ]] {
  group "main" {
    count = [[ var.count ]]
    task "main" {
      driver = "docker"
      config {
        image = [[ app.image | hcl ]]
      }
      env = [[ var.env | hcl(6) ]]
    }
  }
}
""",
}


def write_project(root: Path, files: Mapping[str, str]) -> Path:
    """Write the files over those of a small valid project, and return its folder."""
    for name, text in {"nomadeploy.hcl": PROJECT, **PACK, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def an_app(name: str, *lines: str) -> str:
    """Return an app file of the pack ``tiny`` with further lines."""
    body = "\n".join(f"  {line}" for line in ('pack = "tiny"', f'image = "{name}:1"', *lines))
    return f'app "{name}" {{\n{body}\n}}\n'
