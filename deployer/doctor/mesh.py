"""Judges the mesh and the way in: Connect, default deny, Traefik, and the doors of public apps; pure."""

from collections.abc import Sequence

from deployer.cluster.model import ServiceInstance
from deployer.doctor.model import Attempt, Certificate, Check, Readings, fails, not_read, ok, warning
from deployer.doctor.needs import Needs
from deployer.doctor.servers import check_expiry
from deployer.errors import ServerFailed


def check_mesh(readings: Readings, needs: Needs) -> list[Check]:
    """Judge whether the mesh runs and denies what nobody allowed."""
    return [_connect(readings.mesh_roots), _default_deny(readings.unknown_allowed)] if needs.mesh else []


def _connect(roots: Attempt[tuple[str, ...]]) -> Check:
    if roots.value is None:
        return not_read("mesh", roots)
    if not roots.value:
        return fails("mesh", "Consul's Connect is off", "connect { enabled = true } in its servers' configuration")
    return ok("mesh", "Connect is on and has an authority")


def _default_deny(allowed: Attempt[bool]) -> Check:
    if allowed.value is None:
        return not_read("mesh", allowed)
    if allowed.value:
        return fails(
            "mesh",
            "services that nobody allowed may connect: private apps are open to the whole mesh",
            "deny by default: consul intention create -deny '*' '*', or ACLs with default_policy = \"deny\"",
        )
    return ok("mesh", "what no intention allows is denied")


def check_traefik(instances: Attempt[tuple[ServiceInstance, ...]], needs: Needs) -> Check:
    """Judge whether Traefik is in the mesh, Connect-native."""
    if instances.value is None:
        return not_read("ingress", instances)
    native = [one for one in instances.value if one.connect_native]
    if not native:
        return _missing_traefik(instances.value, needs)
    if all(one.status == "critical" for one in native):
        return fails("ingress", f"{needs.ingress!r} is registered but critical", "see its health checks in Consul")
    return ok("ingress", f"{needs.ingress!r} is in the mesh, {len(native)} instance{'s' if len(native) > 1 else ''}")


def _missing_traefik(instances: Sequence[ServiceInstance], needs: Needs) -> Check:
    name = needs.ingress
    if needs.brings_ingress:
        return warning("ingress", f"{name!r} does not run yet", "`nomadeploy run` deploys it, the platform first")
    if instances:
        return fails(
            "ingress", f"{name!r} has a sidecar but is not Connect-native", "register it with connect { native = true }"
        )
    return fails(
        "ingress",
        f"there is no Connect-native service {name!r}",
        "deploy the pack traefik, or name yours in ingress { service }",
    )


def check_doors(readings: Readings, needs: Needs) -> list[Check]:
    """Judge every public host as a browser would see it."""
    return [_door(host, attempt, readings, needs) for host, attempt in readings.doors.items()]


def _door(host: str, attempt: Attempt[Certificate], readings: Readings, needs: Needs) -> Check:
    if attempt.value is not None:
        what = f"{host} is served over TLS and its certificate"
        return check_expiry("ingress", what, attempt.value, readings.now)
    if needs.brings_ingress and not readings.ingress.value:
        return warning("ingress", str(attempt.error), "`nomadeploy run` deploys Traefik first")
    if needs.makes_certificates and isinstance(attempt.error, ServerFailed):
        return warning("ingress", str(attempt.error), "`nomadeploy run` makes the host a certificate")
    return not_read("ingress", attempt)
