"""`nomadeploy doctor`: is the cluster of an environment fit for what its files ask of it?"""

from deployer.actions.connect import connect, connections
from deployer.devcluster.versions import read_pins
from deployer.doctor.checks import examine
from deployer.doctor.model import Check, fails
from deployer.doctor.needs import needs_of
from deployer.doctor.read import read_cluster
from deployer.errors import ClusterError
from deployer.project.resolve import Resolved


def examine_environment(resolved: Resolved) -> tuple[Check, ...]:
    """
    Return every finding; nothing is changed.

    The oldest versions that pass are those that the dev cluster takes from PATH (versions.toml),
    because these are what the tests run.
    """
    environment = resolved.environment
    try:
        cluster, reached = connect(environment), connections(environment)
    except ClusterError as error:
        return (fails("cluster", str(error), error.hint),)
    pins = read_pins()
    needs = needs_of(resolved)
    try:
        readings = read_cluster(cluster.nomad, cluster.consul, reached, cluster.ingress, needs)
    finally:
        cluster.close()
    return examine(readings, needs, (pins["nomad"].minimum, pins["consul"].minimum))
