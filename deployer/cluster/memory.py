"""
Nomad and Consul in memory, for tests and dry runs: the same ports, held to the real ones by contract tests.

Time passes only when a caller waits: a read with ``index`` and ``wait_s`` lets every open deployment
take its next step, so that nothing here sleeps or starts a thread.
"""

from deployer.cluster.memory_consul import MemoryConsul
from deployer.cluster.memory_jobs import MemoryJobs, Outcome
from deployer.cluster.memory_rollout import MemoryRollout
from deployer.cluster.memory_servers import MemoryServers, MemoryStream
from deployer.cluster.memory_variables import MemoryVariables

__all__ = ["MemoryConsul", "MemoryNomad", "MemoryStream", "Outcome"]


class MemoryNomad(MemoryJobs, MemoryRollout, MemoryVariables, MemoryServers):
    """`NomadPort` in memory; its settings are those of `MemoryCluster`."""

    def close(self) -> None:
        """Do nothing: there are no connections."""
