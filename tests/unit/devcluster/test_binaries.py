import threading

import pytest

from deployer.devcluster.binaries import Binary, Finder, Way
from deployer.devcluster.versions import Pin
from deployer.errors import MachineUnfit

PIN = Pin(name="nomad", version="1.11.3", minimum="1.10.0")


def nowhere(_pin):
    return None, "PATH: not there"


def refuse(reason):
    def fetch(_pin, _target):
        raise MachineUnfit(reason)

    return fetch


def write(text):
    def fetch(_pin, target):
        target.write_text(text)

    return fetch


def test_a_program_of_the_machine_is_taken_before_any_other(tmp_path):
    here = Binary(name="nomad", path=tmp_path / "nomad", version="1.12.0", way="PATH")
    finder = Finder(tmp_path, (Way(name="release", fetch=refuse("never asked")),), lambda _: None)
    assert finder.find(PIN, look=lambda _: (here, "")) is here


def test_a_cached_program_is_taken_before_fetching(tmp_path):
    (tmp_path / "nomad-1.11.3").mkdir()
    (tmp_path / "nomad-1.11.3" / "nomad").write_text("cached")
    finder = Finder(tmp_path, (Way(name="release", fetch=refuse("never asked")),), lambda _: None)
    assert finder.find(PIN, look=nowhere).way == "cache"


def test_ways_are_tried_in_order_and_each_refusal_is_told(tmp_path):
    said = []
    ways = (Way(name="release", fetch=refuse("cannot be reached")), Way(name="go build", fetch=write("built")))
    found = Finder(tmp_path, ways, said.append).find(PIN, look=nowhere)
    assert (found.way, found.path.read_text()) == ("go build", "built")
    assert found.path.stat().st_mode & 0o111
    assert said[0] == "nomad 1.11.3: PATH: not there; not in the cache"
    assert said[1] == "nomad 1.11.3: release: cannot be reached"
    assert said[2].startswith("nomad 1.11.3: go build (")


def test_when_no_way_works_one_error_names_them_all(tmp_path):
    ways = (Way(name="release", fetch=refuse("cannot be reached")), Way(name="go build", fetch=refuse("no go")))
    with pytest.raises(MachineUnfit) as caught:
        Finder(tmp_path, ways, lambda _: None).find(PIN, look=nowhere)
    assert str(caught.value).splitlines() == [
        "nomad 1.11.3 cannot be had:",
        "  PATH: not there",
        f"  cache: no {tmp_path}/nomad-1.11.3/nomad",
        "  release: cannot be reached",
        "  go build: no go",
    ]
    assert caught.value.hint == "install nomad 1.10.0 or newer on PATH"


def test_a_way_that_breaks_off_leaves_nothing_in_the_cache(tmp_path):
    def half(_pin, target):
        target.write_text("half")
        raise MachineUnfit("broke off")

    with pytest.raises(MachineUnfit):
        Finder(tmp_path, (Way(name="release", fetch=half),), lambda _: None).find(PIN, look=nowhere)
    assert [path.name for path in (tmp_path / "nomad-1.11.3").iterdir()] == [".lock"]


def test_two_that_look_at_once_fetch_only_once(tmp_path):
    fetched = []

    def fetch(_pin, target):
        fetched.append(target)
        target.write_text("built")

    finder = Finder(tmp_path, (Way(name="go build", fetch=fetch),), lambda _: None)
    both = [threading.Thread(target=finder.find, args=(PIN, nowhere)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(fetched) == 1
