"""The first text of projects, stacks, apps and packs; pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deployer.hcl import emit
from deployer.hcl.strings import quote
from deployer.hcl.types import describe
from deployer.pack.model import Pack

if TYPE_CHECKING:
    from deployer.actions.new import NewApp

_PROJECT = """\
project "{name}" {{
  packs = ["./packs"]
}}

# The cluster that `nomadeploy dev up` starts on this machine.
environment "dev" {{
  dev_cluster = "dev"

  variables = {{
    domain = "localhost"
  }}
}}

# environment "prod" {{
#   protected = true # asks before it changes anything
#   nomad {{
#     address = "https://nomad.example.com:4646"
#   }}
#   consul {{
#     address = "https://consul.example.com:8501"
#   }}
#   variables = {{
#     domain = "example.com"
#   }}
# }}
"""

_FIRST_APP = """\
app "web" {{
  pack   = "service"
  port   = 8000
  driver = "raw_exec" # a program of the node; to run an image instead, leave driver and process out:
  # image = "registry.example.com/web:1.0.0"

  process {{
    directory = "site"
    command   = ["python3", "-m", "http.server", "--bind", "127.0.0.1", "8000"] # its sidecar is its only caller
  }}

  public {{ # without this block the app is private: no route, no published port
    host = "web.${{var.domain}}"
  }}
  check {{
    path = "/"
  }}
  smoke {{ # asked through the real route after every release
    path          = "/"
    body_contains = "{name}"
  }}

  environment "dev" {{ # merged over the values above
    shutdown_delay = "0s"
    check {{ interval = "1s" }}
    update {{ min_healthy_time = "0s" }}
  }}
}}
"""

_FIRST_PAGE = """\
<!doctype html>
<title>{name}</title>
<h1>{name}</h1>
"""

_EXAMPLES = {
    "image": '"registry.example.com/{name}:1.0.0" # what the driver docker runs',
    "port": "8000 # what it listens on",
}

_METADATA = """\
app {{
  url = ""
}}

pack {{
  name        = "{name}"
  description = "One sentence about what the pack runs"
  version     = "0.1.0"
}}

nomadeploy {{
  kind     = "service"           # service, batch or platform
  supports = ["image", "resources"] # the app keys that the template honours
}}
"""

_VARIABLES = """\
variable "count" {
  description = "allocations to run"
  type        = number
  default     = 1
}

variable "args" {
  description = "arguments of the image's command"
  type        = list(string)
  default     = []
}
"""

_TEMPLATE = """\
job [[ app.job_id | hcl ]] {
  namespace = [[ env.namespace | hcl ]]
  type      = "service"

  group [[ app.name | hcl ]] {
    count = [[ var.count ]]

    task [[ app.name | hcl ]] {
      driver = "docker"

      config {
        image = [[ app.image | hcl ]]
        args  = [[ var.args | hcl ]]
      }

      resources {
        cpu    = [[ app.resources.cpu_mhz ]]
        memory = [[ app.resources.memory_mb ]]
      }
    }
  }
}
"""

_README = """\
# {name}

What the pack runs, and when to use it.

```hcl
app "example" {{
  pack  = "{name}"
  image = "registry.example.com/example:1.0.0"
}}
```

`nomadeploy packs show {name}` lists its variables.
"""


def project_files(name: str) -> Mapping[str, str]:
    """Return the files of a new project by their path."""
    return {
        "nomadeploy.hcl": _PROJECT.format(name=name),
        "jobs/app/stack.hcl": stack_file("app"),
        "jobs/app/web.hcl": _FIRST_APP.format(name=name),
        "site/index.html": _FIRST_PAGE.format(name=name),
    }


def stack_file(name: str) -> str:
    """Return a stack.hcl."""
    return f'description = "The apps of {name}"\n'


def pack_files(name: str) -> Mapping[str, str]:
    """Return the files of a new pack by their path in its folder."""
    return {
        "metadata.hcl": _METADATA.format(name=name),
        "variables.hcl": _VARIABLES,
        f"templates/{name}.nomad.hcl.j2": _TEMPLATE,
        "README.md": _README.format(name=name),
    }


def settings_of(app: "NewApp", pack: Pack) -> Mapping[str, Any]:
    """Return the keys that are known of a new app."""
    settings: dict[str, Any] = {"pack": pack.name}
    if app.image:
        settings["image"] = app.image
    if app.port is not None:
        settings["port"] = app.port
    if app.public:
        settings["public"] = {"host": app.public}
    return settings


def app_file(name: str, settings: Mapping[str, Any], pack: Pack) -> str:
    """Return an app file; what the pack still wants to know stands in it as comments."""
    plain = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    width = max(map(len, plain), default=0)
    lines = [f"  {key.ljust(width)} = {_value(value)}" for key, value in plain.items()]
    lines += [
        f"  # {key.ljust(5)} = {example.format(name=name)}"
        for key, example in _EXAMPLES.items()
        if key in pack.supports and key not in settings
    ]
    lines += [
        f"  # {key} = … # {describe(field.type)}: {field.description}"
        for key, field in pack.variables.items()
        if field.required
    ]
    for key, block in settings.items():
        if isinstance(block, Mapping):
            inner = [f"    {item} = {_value(value)}" for item, value in block.items()]
            lines += ["", f"  {key} {{", *inner, "  }"]
    return "\n".join([f"app {emit.hcl(name)} {{", *lines, "}", ""])


def _value(value: Any) -> str:
    # `--public 'api.${var.domain}'` means the expression, not a host with a dollar in it.
    return quote(value, interpolate=True) if isinstance(value, str) else emit.hcl(value)
