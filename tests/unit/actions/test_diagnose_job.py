import json
from typing import Any

from releases import a_step, job_text, twins

from deployer.actions.diagnose import diagnose_job, tail
from deployer.cluster.memory import Outcome
from deployer.cluster.model import ServiceInstance


def failed() -> Any:
    cluster: Any = twins(outcome=Outcome.FAILS)
    cluster.nomad.register_job(json.loads(job_text("api")), expected_index=0)
    reading = cluster.nomad.latest_deployment("default", "api")
    cluster.nomad.latest_deployment("default", "api", index=reading.index, wait_s=1)
    return cluster


def an_instance(allocation: str, output: str) -> ServiceInstance:
    return ServiceInstance(
        id=f"_nomad-task-{allocation}-group-web-api-http",
        service="api",
        node="n",
        address="",
        port=0,
        tags=(),
        meta={},
        status="critical",
        checks={"alive": ("critical", output), "ready": ("passing", "")},
    )


def test_a_failed_job_is_told_with_its_log_and_the_failing_checks_of_its_own_instance() -> None:
    cluster = failed()
    cluster.nomad.log_lines["api", "server"] = b"\n".join(f"line {n}".encode() for n in range(30)) + b"\n\n"
    (alloc,) = cluster.nomad.job_allocations("default", "api").value
    cluster.consul.known_instances["api"] = (an_instance(alloc.id, "refused\n"), an_instance("another", "gone"))
    (found,) = diagnose_job(a_step("api"), "api", cluster)

    assert (found.exit_code, found.log[0], found.log[-1]) == (1, "line 10", "line 29")
    assert [(check.name, check.output) for check in found.checks] == [("alive", "refused")]


def test_a_log_that_cannot_be_read_leaves_the_rest() -> None:
    cluster = failed()
    (found,) = diagnose_job(a_step("api"), "api", cluster)

    assert (found.exit_code, found.log) == (1, ())
    (alloc,) = cluster.nomad.job_allocations("default", "api").value
    assert tail(cluster, alloc, "no-such-task") == []


def test_a_job_without_allocations_has_nothing_to_tell() -> None:
    assert diagnose_job(a_step("absent"), "absent", twins()) == ()
