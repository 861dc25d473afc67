"""Maps of jobs, groups and tasks take the fast way; where only a block may stand, the exact parse has the word."""

import pytest

from deployer.jobspec.check import check_jobspec
from deployer.jobspec.quick import quick_node

JOB = """\
job "a" {{
  meta = {{ b = "c" }}
  group "g" {{
    network {{
      mode = "bridge"
      port "http" {{
      }}
    }}
    service {{
      name = "a"
      port = "http"
      {service}
      connect {{
        sidecar_service {{
        }}
        sidecar_task {{
          {sidecar}
        }}
      }}
    }}
    task "t" {{
      driver = "docker"
      env = {{ A = "${{NOMAD_TASK_DIR}} }}" }}
      config {{
        image = "a"
      }}
    }}
  }}
}}
"""


def test_maps_of_jobs_and_tasks_are_beyond_doubt_beside_a_sidecar_task() -> None:
    text = JOB.format(service="", sidecar="")

    assert quick_node(text) is not None
    assert check_jobspec(text, "a") == ()


@pytest.mark.parametrize("place", ["service", "sidecar"])
def test_maps_where_only_blocks_may_stand_are_doubtful(place: str) -> None:
    lines = {"service": "", "sidecar": "", place: 'meta = { x = "y" }' if place == "service" else 'env = { X = "y" }'}

    assert quick_node(JOB.format(**lines)) is None
