from typing import Any

import pytest
from releases import an_entry, defaults_of, intentions

from deployer.mesh.entries import plan_intentions, plan_service_defaults
from deployer.plan.desired import DesiredIntention
from deployer.plan.model import Action, Step


def plan(*wanted: str, observed: Any = (), owned: tuple[str, ...] = ()) -> list[Step]:
    entries = {entry.destination: entry for entry in observed}
    return plan_intentions(intentions(*wanted), entries, intentions(*owned), last_wave=4)


def sources_of(step: Step) -> dict[str, str]:
    assert step.body is not None
    return {source["Name"]: source["Action"] for source in step.body["Sources"]}


def test_a_missing_entry_is_created_where_there_must_be_none() -> None:
    (step,) = plan("web -> api", "cron -> api")

    assert (step.action, step.name, step.cause) == (Action.CREATE, "cron, web -> api", "not allowed yet")
    assert (step.expected_index, step.wave) == (0, 0)
    assert step.body == {
        "Kind": "service-intentions",
        "Name": "api",
        "Sources": [
            {"Name": "cron", "Action": "allow", "Description": "declared by nomadeploy"},
            {"Name": "web", "Action": "allow", "Description": "declared by nomadeploy"},
        ],
    }


def test_sources_of_other_owners_are_kept() -> None:
    first, kept = plan("web -> api", "mail -> api", observed=[an_entry("api", "mail", "theirs")])

    assert sources_of(first) == {"mail": "allow", "theirs": "allow", "web": "allow"}
    assert first.expected_index == 9
    assert (kept.action, kept.name, kept.body) == (Action.KEEP, "mail -> api", None)


def test_a_deny_of_somebody_else_is_refused_and_nothing_of_the_entry_is_written() -> None:
    (step,) = plan("web -> api", "cron -> api", observed=[an_entry("api", "web", action="deny")])

    assert (step.action, step.name, step.body) == (Action.REFUSE, "web -> api", None)
    assert "somebody else's intention denies web" in step.cause


def test_adding_and_removing_on_one_destination_are_two_writes_the_removal_last() -> None:
    entry = an_entry("api", "old", "theirs")
    add, remove = plan("web -> api", observed=[entry], owned=("old -> api",))

    assert (add.action, add.name, add.wave) == (Action.CREATE, "web -> api", 0)
    assert sources_of(add) == {"old": "allow", "theirs": "allow", "web": "allow"}
    assert (remove.action, remove.name, remove.wave) == (Action.REMOVE, "old -> api", 4)
    assert sources_of(remove) == {"theirs": "allow", "web": "allow"}


def test_an_entry_whose_last_source_goes_is_deleted() -> None:
    (step,) = plan(observed=[an_entry("api", "old")], owned=("old -> api",))

    assert (step.action, step.expected_index, step.body) == (Action.REMOVE, 9, None)


def test_an_intention_that_was_removed_by_hand_is_written_again_and_the_cause_says_so() -> None:
    (step,) = plan("web -> api", owned=("web -> api",))

    assert (step.action, step.cause) == (Action.CREATE, "was removed from Consul")


def test_what_was_ours_and_is_gone_already_needs_no_write() -> None:
    assert plan(owned=("old -> api",)) == []
    assert plan(observed=[an_entry("api", "theirs")], owned=("old -> api",)) == []


def test_a_source_of_ours_that_somebody_turned_into_a_deny_is_not_taken_away() -> None:
    assert plan(observed=[an_entry("api", "old", action="deny")], owned=("old -> api",)) == []


def test_an_intention_with_permissions_of_its_own_stands_as_it_is() -> None:
    permissions = [{"Action": "allow", "HTTP": {"PathPrefix": "/read"}}]
    entry = an_entry("api", Sources=[{"Name": "web", "Permissions": permissions}])
    (step,) = plan("web -> api", observed=[entry])

    assert (step.action, step.name) == (Action.KEEP, "web -> api")


def test_fields_that_we_do_not_know_survive_a_rewrite_and_computed_ones_do_not() -> None:
    theirs = {"Name": "theirs", "Action": "allow", "Precedence": 9, "LegacyID": "x", "Peer": "dc2", "Fresh": [1]}
    entry = an_entry("api", Sources=[theirs], Meta={"team": "shop"}, JWT={"Providers": []}, CreateIndex=3, Hash=12)
    (step,) = plan("web -> api", observed=[entry])

    assert step.body is not None
    assert (step.body["Meta"], step.body["JWT"]) == ({"team": "shop"}, {"Providers": []})
    assert not {"CreateIndex", "ModifyIndex"} & step.body.keys()
    assert step.body["Sources"][0] == {"Name": "theirs", "Action": "allow", "Peer": "dc2", "Fresh": [1]}


def test_destinations_are_planned_by_name() -> None:
    steps = plan("web -> mail", "web -> api")

    assert [step.name for step in steps] == ["web -> api", "web -> mail"]
    assert sorted(intentions("b -> a", "a -> b")) == [
        DesiredIntention(source="a", destination="b"),
        DesiredIntention(source="b", destination="a"),
    ]


def defaults(wanted: dict[str, str], *observed: Any, owned: dict[str, str] | None = None) -> list[Step]:
    return plan_service_defaults(wanted, {entry.name: entry for entry in observed}, owned or {}, last_wave=4)


def test_a_protocol_is_written_into_a_new_entry() -> None:
    (step,) = defaults({"api": "http"})

    assert (step.action, step.cause, step.expected_index) == (Action.CREATE, "protocol tcp → http", 0)
    assert step.body == {"Kind": "service-defaults", "Name": "api", "Protocol": "http"}


def test_the_rest_of_an_entry_is_kept_when_its_protocol_changes() -> None:
    entry = defaults_of("api", Protocol="tcp", MaxInboundConnections=9, CreateIndex=3)
    (step,) = defaults({"api": "grpc"}, entry)

    assert (step.action, step.cause, step.expected_index) == (Action.IN_PLACE, "protocol tcp → grpc", 7)
    assert step.body == {
        "Kind": "service-defaults",
        "Name": "api",
        "Protocol": "grpc",
        "MaxInboundConnections": 9,
    }


def test_a_protocol_that_stands_is_unchanged() -> None:
    (step,) = defaults({"api": "http"}, defaults_of("api", Protocol="http"))

    assert (step.action, step.body) == (Action.KEEP, None)


def test_our_protocol_is_removed_after_the_jobs() -> None:
    (step,) = defaults({}, defaults_of("api", Protocol="http", Expose={}, Hash=12), owned={"api": "http"})

    assert (step.action, step.wave, step.expected_index, step.body) == (Action.REMOVE, 4, 7, None)


@pytest.mark.parametrize("entry", [None, defaults_of("api", Protocol="grpc")])
def test_what_is_gone_or_was_changed_by_somebody_else_is_not_removed(entry) -> None:
    assert defaults({}, *([entry] if entry else []), owned={"api": "http"}) == []


def test_removing_our_protocol_keeps_what_others_wrote_into_the_entry() -> None:
    entry = defaults_of("api", Protocol="http", MaxInboundConnections=9, Hash=12)
    (step,) = defaults({}, entry, owned={"api": "http"})

    assert (step.action, step.wave) == (Action.REMOVE, 4)
    assert step.body == {"Kind": "service-defaults", "Name": "api", "MaxInboundConnections": 9}
