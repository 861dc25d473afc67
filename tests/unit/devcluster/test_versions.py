import re

import pytest

from deployer.devcluster.versions import TOOLS, at_least, read_pins, version_in


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("Nomad v1.11.3\nBuildDate unknown", "1.11.3"),
        ("Consul v1.22.7\nBuild Date 1970-01-01T00:00:01Z\nProtocol 2 spoken", "1.22.7"),
        ("Version:      3.7.15\nCodename:     langres\nGo version:   go1.26.9", "3.7.15"),
        ("\nenvoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL", "1.40.0"),
        ("go version go1.26.8 linux/amd64", "1.26.8"),
        ("no version at all", ""),
    ],
)
def test_the_version_is_found_in_what_each_program_prints(printed, version):
    assert version_in(printed) == version


@pytest.mark.parametrize(
    ("version", "minimum", "enough"),
    [("1.11.3", "1.10.0", True), ("1.9.9", "1.10.0", False), ("1.26", "1.26.0", True), ("", "1.0", False)],
)
def test_versions_are_compared_by_their_numbers(version, minimum, enough):
    assert at_least(version, minimum) is enough


@pytest.mark.parametrize("name", ["nomad", "consul", "cni"])
def test_the_go_module_of_a_program_names_the_pinned_version(name):
    pin = read_pins()[name]
    text = (TOOLS / name / "go.mod").read_text(encoding="utf-8")
    assert re.search(rf"^(require )?\s*{re.escape(pin.module)} v{re.escape(pin.version)}$", text, re.MULTILINE)
    assert (TOOLS / name / "go.sum").read_text(encoding="utf-8").count(f"{pin.module} v{pin.version} h1:") == 1


def test_the_go_toolchain_is_new_enough_for_every_module():
    go = read_pins()["go"]
    for module in TOOLS.glob("*/go.mod"):
        wanted = re.search(r"^go (\S+)$", module.read_text(encoding="utf-8"), re.MULTILINE)
        assert wanted is not None
        assert at_least(go.minimum, wanted[1])
        assert at_least(go.version, wanted[1])
