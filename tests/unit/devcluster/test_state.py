import pytest

from deployer.devcluster.ledger import Ledger
from deployer.devcluster.state import Agent, ClusterState, cluster_directory, load_all, load_state, save_state


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def a_state(name):
    return ClusterState(name=name, directory=str(cluster_directory(name)), subnet="10.96.0.0/20")


def test_a_cluster_that_was_never_made_has_no_state():
    assert load_state("dev") is None
    assert load_all() == ()


def test_a_saved_state_is_read_back_whole():
    state = a_state("dev").with_made("bridge", "nd12ab")
    state = state.with_agent(Agent(role="consul", node="dev", pid=7, started=8, log="/log"))
    assert load_state("dev") is None
    save_state(state)
    assert load_state("dev") == state


def test_the_ledger_has_written_a_thing_down_before_it_is_made():
    ledger = Ledger(a_state("dev"))
    ledger.note("netns", "nomadeploy-dev-1")
    known = load_state("dev")
    assert known is not None
    assert [(made.kind, made.name) for made in known.made] == [("netns", "nomadeploy-dev-1")]


def test_all_clusters_of_the_user_are_listed_by_name():
    for name in ("two", "one"):
        save_state(a_state(name))
    assert [state.name for state in load_all()] == ["one", "two"]


def test_the_state_is_readable_by_its_owner_alone():
    save_state(a_state("dev"))
    assert cluster_directory("dev").stat().st_mode & 0o077 == 0
