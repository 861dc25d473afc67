import subprocess

from deployer.devcluster.lineage import MARKER, end_all, find_members, is_alive, start_time
from deployer.devcluster.state import Agent


def sleeper(**environment):
    return subprocess.Popen(["/bin/sleep", "60"], env=environment, start_new_session=True)


def agent(pid, started):
    return Agent(role="nomad-server", node="dev", pid=pid, started=started, log="")


def test_a_process_is_known_by_pid_and_start_time():
    with sleeper() as process:
        assert is_alive(agent(process.pid, start_time(process.pid)))
        assert not is_alive(agent(process.pid, start_time(process.pid) - 1))
        process.kill()
    assert start_time(process.pid) == 0


def test_members_are_found_by_the_whole_value_of_their_marker():
    with sleeper(**{MARKER: "/state/dev"}) as ours, sleeper(**{MARKER: "/state/dev2"}) as theirs:
        assert set(find_members("/state/dev")) == {ours.pid}
        ours.kill()
        theirs.kill()


def test_a_process_that_took_over_a_pid_is_not_ended():
    with sleeper() as process:
        ended = end_all(lambda: {process.pid: start_time(process.pid) - 1}, limit_s=0.1)
        assert not ended
        assert process.poll() is None
        process.kill()


def test_members_are_ended_with_their_children():
    script = "sleep 60 & sleep 60"
    with subprocess.Popen(["/bin/sh", "-c", script], env={MARKER: "/state/ended"}) as shell:
        assert end_all(lambda: find_members("/state/ended"))
        assert find_members("/state/ended") == {}
        shell.wait()
