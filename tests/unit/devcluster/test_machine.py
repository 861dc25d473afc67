from deployer.devcluster.machine import judge_machine


def test_a_linux_machine_with_root_and_its_programs_is_fit():
    assert judge_machine(system="Linux", user_id=0, missing=()) is None


def test_another_system_is_pointed_to_vagrant_and_told_what_works():
    refusal = judge_machine(system="Darwin", user_id=501, missing=())
    assert refusal is not None
    assert "needs Linux" in str(refusal)
    assert "render, validate" in str(refusal)
    assert "cd vagrant && vagrant up" in refusal.hint
    assert refusal.exit_code == 4


def test_a_user_without_root_is_told_both_ways_on():
    refusal = judge_machine(system="Linux", user_id=1000, missing=())
    assert refusal is not None
    assert "needs root" in str(refusal)
    assert "sudo" in refusal.hint
    assert "vagrant up" in refusal.hint


def test_missing_programs_are_named_with_their_packages():
    refusal = judge_machine(system="Linux", user_id=0, missing=("ip", "iptables"))
    assert refusal is not None
    assert "ip, iptables" in str(refusal)
    assert "install iproute2 iptables" in refusal.hint
