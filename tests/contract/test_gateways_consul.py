"""Consul, and what is read of both: the same cases on the twins and on a real cluster."""

from typing import Any

import pytest
from gateway_bench import Bench

from deployer.cluster.observe import Scope, observe
from deployer.errors import ServerFailed, StalePlan


def intention(bench: Bench, action: str = "allow", source: str = "app-a") -> dict[str, Any]:
    return {
        "Kind": "service-intentions",
        "Name": f"{bench.mark}-app-b",
        "Sources": [{"Name": source, "Action": action}],
        "Meta": {"nomadeploy": "ours"},
    }


def test_an_intention_is_written_read_and_deleted_by_its_index(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)

    (found,) = [one for one in bench.consul.intentions() if one.destination == f"{bench.mark}-app-b"]
    (source,) = found.sources
    assert (source.name, source.action, source.precedence) == ("app-a", "allow", 9)
    assert dict(found.meta) == {"nomadeploy": "ours"}

    with pytest.raises(StalePlan):
        bench.consul.delete_config_entry("service-intentions", found.destination, cas=found.modify_index + 1)
    bench.consul.delete_config_entry("service-intentions", found.destination, cas=found.modify_index)
    assert bench.consul.config_entry("service-intentions", found.destination) is None


def test_an_intention_that_moved_is_not_overwritten(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)

    for stale in (0, 1):
        with pytest.raises(StalePlan):
            bench.consul.put_config_entry(intention(bench, "deny"), cas=stale)
    with pytest.raises(StalePlan):
        bench.consul.put_config_entry(intention(bench) | {"Name": f"{bench.mark}-new"}, cas=1)


def test_writing_what_is_there_already_succeeds_at_any_index_and_moves_nothing(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)
    before = bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b")

    bench.consul.put_config_entry(intention(bench), cas=0)

    assert bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b") == before


def test_what_was_read_can_be_written_back_with_a_change(bench: Bench) -> None:
    bench.consul.put_config_entry(intention(bench), cas=0)
    found = bench.consul.config_entry("service-intentions", f"{bench.mark}-app-b")
    assert found is not None

    more = [*found.raw["Sources"], {"Name": "app-c", "Action": "allow"}]
    bench.consul.put_config_entry({**found.raw, "Sources": more}, cas=found.modify_index)

    assert bench.consul.intention_allows("app-a", f"{bench.mark}-app-b")
    assert bench.consul.intention_allows("app-c", f"{bench.mark}-app-b")


def test_deleting_an_entry_that_is_gone_succeeds(bench: Bench) -> None:
    bench.consul.delete_config_entry("service-intentions", f"{bench.mark}-nothing", cas=12)


def test_an_intention_check_prefers_the_exact_source(bench: Bench) -> None:
    entry = intention(bench) | {"Sources": [{"Name": "*", "Action": "deny"}, {"Name": "app-a", "Action": "allow"}]}
    bench.consul.put_config_entry(entry, cas=0)

    assert bench.consul.intention_allows("app-a", f"{bench.mark}-app-b")
    assert not bench.consul.intention_allows("app-c", f"{bench.mark}-app-b")


def test_an_intention_with_a_made_up_action_is_refused(bench: Bench) -> None:
    with pytest.raises(ServerFailed, match="Action must be set to 'allow' or 'deny'"):
        bench.consul.put_config_entry(intention(bench, "perhaps"), cas=0)


def test_service_defaults_tell_their_protocol(bench: Bench) -> None:
    entry = {"Kind": "service-defaults", "Name": f"{bench.mark}-web", "Protocol": "http"}
    bench.consul.put_config_entry(entry, cas=0)

    found = {one.name: one for one in bench.consul.service_defaults()}
    assert found[f"{bench.mark}-web"].protocol == "http"


def test_a_service_that_nobody_registered_has_no_instances(bench: Bench) -> None:
    assert bench.consul.instances(f"{bench.mark}-none").value == ()
    assert bench.consul.connect_instances(f"{bench.mark}-none").value == ()
    assert f"{bench.mark}-none" not in bench.consul.services()


def test_observe_reads_jobs_intentions_and_defaults_at_once(bench: Bench) -> None:
    bench.nomad.register_job(bench.job(), expected_index=0)
    bench.consul.put_config_entry(intention(bench), cas=0)
    bench.consul.put_config_entry({"Kind": "service-defaults", "Name": f"{bench.mark}-web", "Protocol": "http"}, cas=0)

    one = observe(bench.nomad, bench.consul, Scope(namespaces=frozenset({bench.namespace})))
    several = observe(bench.nomad, bench.consul, Scope(namespaces=frozenset({bench.namespace, "nowhere"})))
    without_mesh = observe(bench.nomad, None, Scope())

    assert one.jobs.keys() == several.jobs.keys() == {(bench.namespace, f"{bench.mark}-app")}
    assert one.jobs.keys() <= without_mesh.jobs.keys()
    assert f"{bench.mark}-app-b" in one.intentions
    assert f"{bench.mark}-web" in one.service_defaults
    assert without_mesh.intentions == {}
