"""
The gateway to Nomad: `NomadPort` over python-nomad's transport.

What it adds to the library: one verified and pooled session, the namespace on every call, blocking
queries, real streams, locks, EnforceIndex, and one tree of errors.
"""

from deployer.cluster.connection import NomadConnection
from deployer.cluster.nomad_jobs import NomadJobs
from deployer.cluster.nomad_rollout import NomadRollout
from deployer.cluster.nomad_servers import NomadServers
from deployer.cluster.nomad_variables import NomadVariables
from deployer.cluster.stream import NomadStreams
from deployer.cluster.transport import Transport


class NomadGateway(NomadJobs, NomadRollout, NomadVariables, NomadStreams, NomadServers):
    """
    `NomadPort` for one cluster; nothing is asked before the first call.

    It may be used from many threads at once. Raises `ClusterUnreachable` at once when a certificate
    file of the connection cannot be used.
    """

    def __init__(self, connection: NomadConnection) -> None:
        self.connection = connection
        super().__init__(Transport(connection))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
