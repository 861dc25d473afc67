"""The page of errors sends its reader to commands that there are, and help promises what is done."""

import re
from pathlib import Path

from deployer.cli import table
from deployer.cli.group import global_options

PAGE = Path(__file__).parents[3] / "docs" / "errors.md"


def test_the_commands_on_the_page_of_errors_exist() -> None:
    codes = re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8"))
    calls = [code.removeprefix("nomadeploy ") for code in codes if re.match(r"nomadeploy |[a-z]+ --", code)]
    named = {call.split()[0] for call in calls}

    assert "plan" in named
    assert named - set(table.SUMMARIES) == set()


def test_the_help_of_verbose_promises_nothing_of_requests() -> None:
    (verbose,) = [option for option in global_options() if option.name == "verbose"]

    assert "request" not in str(verbose.to_info_dict()["help"])
