"""What an app's ``secrets`` may refer to: keys of its own job's Nomad Variable."""

from pathlib import Path

import pytest
from projects import write_project

from deployer.errors import FilesInvalid
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import Resolved, resolve


def resolved(root: Path, *secrets: str) -> Resolved:
    lines = ['app "orders" {', '  template = "orders.nomad.hcl.j2"', "  secrets = {", *secrets, "  }", "}", ""]
    files = {"jobs/web/orders.hcl": "\n".join(lines), "jobs/web/orders.nomad.hcl.j2": ""}
    return resolve(load_project(write_project(root, files)), "prod", Overrides())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('A = "password"', "secrets/A: 'password' is no reference to a secret; write \"orders#KEY\""),
        ('A = ""', "secrets/A: '' is no reference to a secret"),
        ('A = "orders#"', "secrets/A: the key '' is not made of"),
        ('A = "orders#A B=}"', "secrets/A: the key 'A B=}' is not made of"),
        ('A = "orders#a#b"', "secrets/A: the key 'a#b' is not made of"),
        ('"A B=}" = "orders#a"', "secrets/A B=}: 'A B=}' is not the name of an environment variable"),
        ('"1A" = "orders#a"', "secrets/1A: '1A' is not the name of an environment variable"),
    ],
)
def test_a_reference_that_nothing_can_read_is_told_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        resolved(tmp_path, 'GOOD = "orders#good"', line)
    (finding,) = caught.value.findings

    assert str(finding).startswith(f"jobs/web/orders.hcl:5: app/orders/{message}")


def test_a_secret_of_another_app_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(FilesInvalid) as caught:
        resolved(tmp_path, 'A = "billing#token"')
    (finding,) = caught.value.findings

    assert "a secret of 'billing' is not readable here" in finding.message
    assert "workload identity" in finding.message
    assert finding.message.endswith('write "orders#token"')


def test_a_reference_to_an_own_key_is_taken(tmp_path: Path) -> None:
    (app,) = resolved(tmp_path, 'DB_PASSWORD = "orders#db.pass-word_1"').apps

    assert app.values["secrets"] == {"DB_PASSWORD": "orders#db.pass-word_1"}
