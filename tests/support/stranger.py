"""A service of the mesh that no project declares, with upstreams to whatever it likes."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from api import Api, eventually
from attack import Allocation, allocation_of

from deployer.devcluster.state import ClusterState

JOB = """
job "NAME" {
  datacenters = ["*"]

  group "main" {
    network {
      mode = "bridge"
    }
    service {
      name     = "NAME"
      port     = "80"
      provider = "consul"

      connect {
        sidecar_service {
          proxy {
            UPSTREAMS
          }
        }
        sidecar_task {
          driver = "raw_exec"
          user   = "root"
          config {
            command  = "${meta.nomadeploy_envoy}"
            work_dir = "${NOMAD_ALLOC_DIR}/.."
            args     = ["-c", "${NOMAD_SECRETS_DIR}/envoy_bootstrap.json", "--disable-hot-restart"]
          }
        }
      }
    }
    task "main" {
      driver = "raw_exec"
      config {
        command = "sleep"
        args    = ["3600"]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
  }
}
"""


@contextmanager
def mesh_stranger(cluster: ClusterState, upstreams: Sequence[str]) -> Iterator[tuple[Allocation, list[int]]]:
    """Yield its allocation and the local ports of its upstreams, once its sidecar listens on them."""
    nomad, name = Api(cluster.nomad_address), f"stranger-{uuid.uuid4().hex[:6]}"
    ports = [5001 + number for number in range(len(upstreams))]
    blocks = "".join(
        f'upstreams {{\n destination_name = "{service}"\n local_bind_port = {port}\n}}\n'
        for service, port in zip(upstreams, ports, strict=True)
    )
    body = nomad.put("jobs/parse", {"JobHCL": JOB.replace("NAME", name).replace("UPSTREAMS", blocks)})
    nomad.put("jobs", {"Job": body})
    try:
        found = nomad.get
        eventually(
            lambda: found(f"job/{name}/allocations"),
            lambda stubs: stubs and stubs[0]["ClientStatus"] == "running",
            within_s=30,
        )
        stranger = allocation_of(nomad, name)
        for port in ports:
            eventually(lambda port=port: stranger.place.knock("127.0.0.1", port), lambda told: told != "refused")  # type: ignore[misc]
        yield stranger, ports
    finally:
        nomad.delete(f"job/{name}", purge="true")
