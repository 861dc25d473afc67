import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from releases import OWNER, a_recorded_job, a_release

from deployer.cluster.memory import MemoryNomad
from deployer.errors import ServerFailed, StalePlan
from deployer.plan.desired import Owner
from deployer.release.model import Release, ReleaseDetail
from deployer.release.record import KEPT_RELEASES, PART_BYTES, Head, ReleaseRecords, path_of

PATH = "nomadeploy/shop/board/dev"
LIMIT = 64 * 1024


def records(nomad: MemoryNomad, owner: Owner = OWNER) -> ReleaseRecords:
    return ReleaseRecords(nomad, "default", owner)


def numbered(number: int, **changes) -> Release:
    plain = {"id": f"{number}-20261123T1800{number:02}", "number": number}
    return a_release(*changes.pop("jobs", ()), **(plain | changes))


def noise(seed: int, length: int) -> str:
    """Text that does not compress, as image digests do not."""
    return random.Random(seed).randbytes(length // 2).hex()


def many(apps: int) -> Release:
    jobs = (a_recorded_job(f"app-{n:04}", fingerprint=noise(n, 64), image=noise(n, 128)) for n in range(apps))
    return a_release(*jobs, intentions=tuple((f"app-{n:04}", f"app-{n + 1:04}") for n in range(apps)))


def detail(apps: int) -> ReleaseDetail:
    body = {"ID": "api", "TaskGroups": [{"Name": "web", "Count": 2}]}
    return ReleaseDetail(
        specs={f"default/app-{n:04}": body | {"Meta": {"digest": noise(n, 600)}} for n in range(apps)},
        texts={f"default/app-{n:04}": f'job "app-{n:04}" {{ # {noise(n, 600)}\n}}' for n in range(apps)},
        values={f"app-{n:04}": {"image": (noise(n, 64), "app (jobs/board/a.hcl:3)")} for n in range(apps)},
    )


def parts(nomad: MemoryNomad, release_id: str) -> list[str]:
    return [item.path.rpartition("/")[2] for item in nomad.list_variables("default", f"{PATH}/releases/{release_id}/")]


def test_there_is_no_head_before_the_first_release() -> None:
    assert records(MemoryNomad()).head() == Head()


def test_a_release_is_read_as_it_was_written() -> None:
    nomad = MemoryNomad()
    release = numbered(
        1,
        jobs=(a_recorded_job(failed=True), a_recorded_job("seed", kind="batch", succeeded=True)),
        intentions=(("web", "api"),),
        protocols={"api": "http"},
        summary={"create": 2},
        message='wörds & "marks"',
        git_dirty=True,
    )
    written = records(nomad).write(Head(), release, detail(2))

    assert records(nomad).head() == written
    assert written.release == release
    assert records(nomad).release(release.id) == release
    assert records(nomad).detail(release.id) == detail(2)


@pytest.mark.parametrize("apps", [1, 200, 1000])
def test_no_variable_of_a_release_outgrows_what_nomad_takes(apps: int) -> None:
    nomad = MemoryNomad()
    release = many(apps)
    records(nomad).write(Head(), release, detail(apps))

    kept = [nomad.variable("default", item.path) for item in nomad.list_variables("default", PATH)]
    sizes = [sum(len(key) + len(value) for key, value in item.items.items()) for item in kept if item]
    assert max(sizes) < LIMIT
    assert records(nomad).head().release == release
    assert records(nomad).detail(release.id) == detail(apps)


def test_a_small_record_rides_in_its_head_and_a_large_one_does_not() -> None:
    nomad = MemoryNomad()
    head = records(nomad).write(Head(), many(1))
    small = nomad.variable("default", PATH)
    records(nomad).write(head, replace(many(1000), id="2-20261123T180002", number=2))
    large = nomad.variable("default", PATH)

    assert small is not None
    assert large is not None
    assert "state" in small.items
    assert "state" not in large.items
    assert int(large.items["parts"]) > 1
    assert len(parts(nomad, "2-20261123T180002")) == int(large.items["parts"])


def test_two_releases_from_one_head_are_a_conflict_and_the_first_stands() -> None:
    nomad = MemoryNomad()
    head = records(nomad).write(Head(), numbered(1))
    records(nomad).write(head, numbered(2))

    with pytest.raises(StalePlan, match="another release of shop/board/dev was recorded meanwhile") as caught:
        records(nomad).write(head, numbered(3))
    assert "nomadeploy history" in caught.value.hint
    assert records(nomad).head().release == numbered(2)


def test_a_first_release_needs_that_there_is_none() -> None:
    nomad = MemoryNomad()
    records(nomad).write(Head(), numbered(1))

    with pytest.raises(StalePlan):
        records(nomad).write(Head(), numbered(1, message="again"))


def test_the_same_release_may_be_written_twice_from_the_head_the_first_write_gave() -> None:
    nomad = MemoryNomad()
    head = records(nomad).write(Head(), numbered(1, status="running"), detail(1))
    head = records(nomad).write(head, numbered(1, status="successful"))

    assert head.ids == (numbered(1).id,)
    assert records(nomad).head().release == numbered(1, status="successful")
    assert records(nomad).detail(numbered(1).id) == detail(1)


def test_the_last_twenty_releases_are_kept_and_older_ones_leave_nothing_behind() -> None:
    nomad = MemoryNomad()
    head = Head()
    for number in range(1, KEPT_RELEASES + 4):
        head = records(nomad).write(head, numbered(number), detail(2))

    read = records(nomad).head()
    assert read.ids == tuple(numbered(number).id for number in range(4, KEPT_RELEASES + 4))
    assert len(read.ids) == KEPT_RELEASES
    assert parts(nomad, numbered(3).id) == []
    assert parts(nomad, numbered(4).id) == ["detail-0", "state-0"]
    assert len(nomad.list_variables("default", PATH)) == 2 * KEPT_RELEASES + 1


def test_parts_that_a_conflict_left_behind_are_removed_with_the_next_release() -> None:
    nomad = MemoryNomad()
    head = records(nomad).write(Head(), numbered(1))
    current = records(nomad).write(head, numbered(2))
    lost = numbered(2, id="2-20261123T235959")
    with pytest.raises(StalePlan):
        records(nomad).write(head, lost, detail(1))

    records(nomad).write(current, numbered(3))
    assert parts(nomad, lost.id) == []
    assert parts(nomad, numbered(1).id) == ["state-0"]


def test_nothing_is_pruned_before_a_release_has_ended() -> None:
    nomad = MemoryNomad()
    head = Head()
    for number in range(1, KEPT_RELEASES + 1):
        head = records(nomad).write(head, numbered(number))
    last = numbered(KEPT_RELEASES + 1, ended_at="")
    head = records(nomad).write(head, last)
    assert parts(nomad, numbered(1).id) == ["state-0"]

    records(nomad).write(head, replace(last, ended_at="2026-11-23T19:00:00+00:00"))
    assert parts(nomad, numbered(1).id) == []


def test_a_variable_that_is_no_part_of_a_release_is_left_alone() -> None:
    nomad = MemoryNomad()
    path = f"{PATH}/releases/notes/1-x/y"
    nomad.put_variable("default", path, {"data": "x"}, cas=0)
    records(nomad).write(Head(), numbered(1))

    assert nomad.variable("default", path) is not None


def test_parts_of_a_release_that_has_just_begun_are_left_alone() -> None:
    nomad = MemoryNomad()
    begun = f"{PATH}/releases/3-20261123T180003/state-0"
    nomad.put_variable("default", begun, {"data": "x", "parts": "1"}, cas=0)
    records(nomad).write(records(nomad).write(Head(), numbered(1)), numbered(2))

    assert nomad.variable("default", begun) is not None


def test_parts_that_a_shorter_second_writing_no_longer_needs_are_gone() -> None:
    nomad = MemoryNomad()
    head = records(nomad).write(Head(), replace(many(1000), status="running"))
    assert len(parts(nomad, head.ids[0])) > 1
    records(nomad).write(head, replace(many(1), status="successful"))

    assert parts(nomad, head.ids[0]) == ["state-0"]


def test_a_release_whose_part_is_gone_is_told_as_incomplete() -> None:
    nomad = MemoryNomad()
    records(nomad).write(Head(), numbered(1))

    with pytest.raises(ServerFailed, match="the record of release 9-x is incomplete"):
        records(nomad).release("9-x")
    with pytest.raises(ServerFailed, match="detail-0"):
        records(nomad).detail(numbered(1).id)


def test_owners_do_not_meet() -> None:
    nomad = MemoryNomad()
    records(nomad).write(Head(), numbered(1), detail(1))
    other = replace(OWNER, stack="boards")

    assert records(nomad, other).head() == Head()
    records(nomad, other).write(Head(), numbered(1))
    assert records(nomad).head().release == numbered(1)


def test_a_path_holds_only_what_nomad_takes() -> None:
    owner = Owner(project="my shop/ä", stack="a b", environment="pré.prod_1~x")

    assert path_of(owner) == "nomadeploy/my~shop~~/a~b/pr~.prod_1~x"


@given(st.text(max_size=200), st.lists(st.integers(0, 2**40), max_size=5))
def test_every_text_and_number_survives_the_record(text: str, numbers: list[int]) -> None:
    nomad = MemoryNomad()
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    jobs = tuple(a_recorded_job(f"app-{n}", job_modify_index=n, image=text) for n in numbers)
    release = a_release(*jobs, message=text)
    records(nomad).write(Head(), release)

    assert records(nomad).head().release == release


def test_the_limit_of_a_part_leaves_room_for_its_keys() -> None:
    assert PART_BYTES + len(json.dumps({"data": "", "parts": "1000"})) < LIMIT
