"""Where does `dev up` write down each thing before it makes it?"""

from dataclasses import replace
from threading import Lock
from typing import Any

from deployer.devcluster.command import run_command
from deployer.devcluster.state import Agent, ClusterState, save_state


class Ledger:
    """The state file of a cluster that is being made: every entry is on disk before the deed."""

    def __init__(self, state: ClusterState) -> None:
        self._lock = Lock()
        self.state = save_state(state)

    def note(self, kind: str, name: str) -> None:
        """Write down a thing that is about to be made."""
        with self._lock:
            self.state = save_state(self.state.with_made(kind, name))

    def add_agent(self, agent: Agent) -> None:
        """Write down a process; until then its environment marker tells whose it is."""
        with self._lock:
            self.state = save_state(self.state.with_agent(agent))

    def change(self, **fields: Any) -> ClusterState:
        """Write changed fields and return the new state."""
        with self._lock:
            self.state = save_state(replace(self.state, **fields))
            return self.state

    def make_rule(self, table: str, chain: str, rule: str) -> None:
        """Insert an iptables rule at the head of a chain."""
        self.note("rule", f"{table} {chain} {rule}")
        run_command("iptables", "-w", "-t", table, "-I", chain, *rule.split())
