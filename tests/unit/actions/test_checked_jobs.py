"""What is wrong with jobs, told so that it can be found: rendered ones are in no file."""

import pytest
from releases import an_app

from deployer.actions.checked import job_findings
from deployer.pack.render import Rendered

BROKEN = 'job "api" {\n  group "web" {\n    cuont = 1\n    task "server" {\n      drivr = "exec"\n    }\n  }\n}\n'
ADVICE = "(see `nomadeploy render dev api`)"


def messages(kind: str, text: str = BROKEN) -> list[str]:
    item = Rendered(app=an_app(kind=kind), name="board/api.nomad.hcl", text=text, kind="service")
    return [finding.message for finding in job_findings(item)]


@pytest.mark.parametrize("kind", ["pack", "template"])
def test_the_findings_of_a_rendered_job_say_once_how_to_see_it(kind: str) -> None:
    first, *others = messages(kind)

    assert others
    assert first.endswith(ADVICE)
    assert not any(ADVICE in message for message in others)


def test_a_job_with_another_name_is_told_with_the_same_advice() -> None:
    first, *_ = messages("pack", BROKEN.replace('"api"', '"apy"'))

    assert first.startswith("the job is named 'apy', its app needs 'api'")
    assert first.endswith(ADVICE)


def test_a_job_file_is_where_its_findings_say() -> None:
    assert messages("jobspec")
    assert not any(ADVICE in message for message in messages("jobspec"))
