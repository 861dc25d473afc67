"""Readings → findings, in the order in which a person would look; pure."""

from deployer.doctor.access import check_consul_access, check_nomad_access
from deployer.doctor.mesh import check_doors, check_mesh, check_traefik
from deployer.doctor.model import Check, Outcome, Readings
from deployer.doctor.needs import Needs
from deployer.doctor.nodes import check_nodes
from deployer.doctor.servers import Minimum, agent_version, check_leader, check_version, check_wire

_NOMAD_SINCE = "upgrade: HashiCorp maintains no older line, and none is tried with it"
_CONSUL_SINCE = "upgrade: no older line is tried with it, nor with Envoys of today"


def examine(readings: Readings, needs: Needs, minima: tuple[str, str]) -> tuple[Check, ...]:
    """
    Judge everything; what is out of reach is one finding, not one per question.

    Args:
        minima: the oldest versions of Nomad and of Consul that are tried.
    """
    nomad = Minimum(version=minima[0], because=_NOMAD_SINCE)
    consul = Minimum(version=minima[1], because=_CONSUL_SINCE)
    return (*_nomad(readings, needs, nomad), *_consul(readings, needs, consul), *_ingress(readings, needs))


def failed(checks: tuple[Check, ...]) -> bool:
    """Say whether any check fails."""
    return any(check.outcome is Outcome.FAILS for check in checks)


def _nomad(readings: Readings, needs: Needs, minimum: Minimum) -> list[Check]:
    checks = check_wire("nomad", readings.nomad_wire, readings.now)
    if readings.nomad_wire.value is None:
        return checks
    server = agent_version(readings.nomad_agent.value or {})
    return [
        *checks,
        check_version("nomad", readings.nomad_agent, minimum),
        check_leader("nomad", readings.nomad_leader),
        *check_nomad_access(readings, needs),
        *check_nodes(readings.nodes, needs, minimum, server),
    ]


def _consul(readings: Readings, needs: Needs, minimum: Minimum) -> list[Check]:
    checks = check_wire("consul", readings.consul_wire, readings.now)
    if readings.consul_wire.value is None:
        return checks
    return [
        *checks,
        check_version("consul", readings.consul_agent, minimum),
        check_leader("consul", readings.consul_leader),
        *check_consul_access(readings.consul_acl, readings.consul_rights),
        *(check_mesh(readings, needs) if _known_to_consul(readings) else ()),
    ]


def _ingress(readings: Readings, needs: Needs) -> list[Check]:
    if not needs.hosts:
        return []
    traefik = [check_traefik(readings.ingress, needs)] if _known_to_consul(readings) else []
    return [*traefik, *check_doors(readings, needs)]


def _known_to_consul(readings: Readings) -> bool:
    """Whether Consul answers and takes our token: where it does not, that is said once."""
    acl = readings.consul_acl.value
    return readings.consul_wire.value is not None and acl is not None and not acl.anonymous
