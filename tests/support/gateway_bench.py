"""One side of the contract between twins and gateways: ports, a namespace, and jobs made for it."""

from dataclasses import dataclass
from typing import Any

from deployer.cluster.model import ObservedDeployment, Reading
from deployer.cluster.ports import ConsulPort, NomadPort


@dataclass(frozen=True)
class Bench:
    """One side, with a namespace and a mark of its own so that cases do not meet."""

    nomad: NomadPort
    consul: ConsulPort
    namespace: str
    mark: str

    def job(self, name: str = "app", **changes: Any) -> dict[str, Any]:
        """A service that runs a shell until it is stopped."""
        task = {
            "Name": "shell",
            "Driver": "raw_exec",
            "Config": {"command": "/bin/sh", "args": ["-c", "echo started; exec sleep 300"]},
            "Resources": {"CPU": 20, "MemoryMB": 20},
        }
        group = {
            "Name": "web",
            "Count": 1,
            "RestartPolicy": {"Attempts": 0, "Mode": "fail"},
            "ReschedulePolicy": {"Attempts": 0, "Unlimited": False},
            "Update": {"MinHealthyTime": 0, "HealthCheck": "task_states"},
            "Tasks": [task],
        }
        plain = {"ID": f"{self.mark}-{name}", "Name": name, "Namespace": self.namespace, "Type": "service"}
        return plain | {"TaskGroups": [group]} | changes


def ended_deployment(bench: Bench, job_id: str, *, version: int = 0) -> ObservedDeployment:
    """Wait for the deployment of this version to end, and return it."""

    def reached(deployment: ObservedDeployment | None) -> bool:
        return deployment is not None and deployment.job_version == version and deployment.ended

    reading: Reading[Any] = bench.nomad.latest_deployment(bench.namespace, job_id)
    for _ in range(60):
        if reached(reading.value):
            break
        reading = bench.nomad.latest_deployment(bench.namespace, job_id, index=reading.index, wait_s=5)
    assert reached(reading.value)
    assert isinstance(reading.value, ObservedDeployment)
    return reading.value
