"""What the tests on the real cluster share."""

from pathlib import Path

import pytest
from cluster import say
from jobboard import apps, board, on_docker, on_exec, on_raw_exec  # noqa: F401 - fixtures are used by their names
from project import project  # noqa: F401

from deployer.actions.deploy import deploy_project
from deployer.devcluster.state import ClusterState
from deployer.devcluster.up import bring_up
from deployer.report.plain import PlainReport


@pytest.fixture(scope="session")
def ingress(cluster: ClusterState) -> ClusterState:
    """The cluster with its platform: Traefik, released by the engine itself."""

    def deploy(folder: Path, environment: str) -> None:
        deploy_project(folder, environment, PlainReport())

    return bring_up(cluster.name, progress=say, deploy=deploy)
