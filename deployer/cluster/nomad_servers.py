"""Nodes, namespaces and servers of Nomad, and who our token is."""

from typing import Any

from deployer.cluster.model import AclPolicy, AclSelf, ObservedNode
from deployer.cluster.nomad_read_allocation import node_of
from deployer.cluster.transport import Transport

# What WhoAmI answers where there is no access control (nomad/structs/acl.go).
_ACL_OFF = "acls-disabled"


class NomadServers:
    """`ServersPort` over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def nodes(self) -> tuple[ObservedNode, ...]:
        """See `ServersPort.nodes`."""
        raws, _ = self._http.get(
            "list the nodes", ("nodes",), params={"resources": "true", "os": "true"}, needs="node read"
        )
        return tuple(node_of(raw) for raw in raws or ())

    def node(self, node_id: str) -> ObservedNode:
        """See `ServersPort.node`."""
        raw, _ = self._http.get(f"read node {node_id}", ("node", node_id), needs="node read")
        return node_of(raw)

    def namespaces(self) -> tuple[str, ...]:
        """See `ServersPort.namespaces`."""
        raws, _ = self._http.get("list the namespaces", ("namespaces",))
        return tuple(raw["Name"] for raw in raws or ())

    def agent_self(self) -> dict[str, Any]:
        """See `ServersPort.agent_self`."""
        raw, _ = self._http.get("read the agent's facts", ("agent", "self"), needs="agent read")
        return dict(raw)

    def leader(self) -> str:
        """See `ServersPort.leader`."""
        raw, _ = self._http.get("find the leader", ("status", "leader"))
        return str(raw)

    def regions(self) -> tuple[str, ...]:
        """See `ServersPort.regions`."""
        raw, _ = self._http.get("list the regions", ("regions",))
        return tuple(raw or ())

    def acl_self(self) -> AclSelf:
        """See `ServersPort.acl_self`."""
        found = self._http.find("read our token", ("acl", "token", "self"))
        if found is None:
            return _who(name="anonymous", anonymous=True)
        raw = found[0]
        if raw["AccessorID"] == _ACL_OFF:
            return _who(enabled=False)
        names = [*(raw.get("Policies") or ()), *self._role_policies(raw)]
        return _who(
            name=raw.get("Name") or "",
            accessor_id=raw.get("AccessorID") or "",
            management=raw.get("Type") == "management",
            anonymous=raw.get("AccessorID") == "anonymous",
            policies=self._policies(names),
        )

    def _role_policies(self, token: dict[str, Any]) -> list[str]:
        names: list[str] = []
        for role in token.get("Roles") or ():
            raw, _ = self._http.get(f"read role {role['Name']!r}", ("acl", "role", role["ID"]))
            names += [policy["Name"] for policy in raw.get("Policies") or ()]
        return names

    def _policies(self, names: list[str]) -> tuple[AclPolicy, ...]:
        # A token may read its own policies, whatever it may do else; it can name one that is gone,
        # and the anonymous token always does.
        found = {
            name: self._http.find(f"read policy {name!r}", ("acl", "policy", name)) for name in dict.fromkeys(names)
        }
        return tuple(AclPolicy(name=name, rules=raw[0].get("RulesJSON") or {}) for name, raw in found.items() if raw)


def _who(
    *,
    enabled: bool = True,
    name: str = "",
    accessor_id: str = "",
    management: bool = False,
    anonymous: bool = False,
    policies: tuple[AclPolicy, ...] = (),
) -> AclSelf:
    return AclSelf(
        enabled=enabled,
        name=name,
        accessor_id=accessor_id,
        management=management,
        anonymous=anonymous,
        policies=policies,
    )
