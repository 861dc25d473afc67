import pytest

from deployer.devcluster.layout import require_name
from deployer.errors import MachineUnfit


@pytest.mark.parametrize("name", ["dev", "a", "test-12345", "a" * 20])
def test_a_plain_name_is_taken(name):
    require_name(name, 0)


@pytest.mark.parametrize("name", ["", "Dev", "../x", "1st", "a_b", "a" * 21, "dev\n"])
def test_a_name_that_cannot_be_a_host_name_is_refused(name):
    with pytest.raises(MachineUnfit, match="cannot be a cluster's name"):
        require_name(name, 0)


def test_more_workers_than_the_network_holds_are_refused():
    with pytest.raises(MachineUnfit, match="1 to 14 nodes, not 15"):
        require_name("dev", 15)
