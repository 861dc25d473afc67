"""Renders the apps of an environment and checks every job before anything else happens."""

import re
from collections.abc import Sequence
from dataclasses import replace

from deployer import storage
from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.pack.render import Rendered, render_app
from deployer.project.model import App
from deployer.project.resolve import Resolved

_JOB = re.compile(r'^job\s+"((?:[^"\\]|\\.)*)"', re.MULTILINE)


def checked_jobs(resolved: Resolved, apps: Sequence[App]) -> list[Rendered]:
    """
    Return the rendered jobs.

    Raises:
        FilesInvalid: with the findings of every template and every job.
    """
    rendered: list[Rendered] = []
    findings: list[Finding] = []
    for app in apps:
        try:
            item = render_app(resolved.project, resolved.environment, app, resolved.pack_of(app))
        except FilesInvalid as error:
            findings += error.findings
            continue
        rendered.append(item)
        findings += job_findings(item)
    if findings:
        raise FilesInvalid(list(dict.fromkeys(findings)))
    return rendered


def job_findings(item: Rendered) -> tuple[Finding, ...]:
    """Return what is wrong with a rendered job: syntax, shape, and the id that its app needs."""
    findings = (*_misnamed(item), *_checked(item))
    if item.app.kind == "jobspec" or not findings:
        return findings
    # Its lines are those of a text that is in no file: the first finding says how to see it.
    first = findings[0]
    advice = f"(see `nomadeploy render {item.app.environment} {item.app.name}`)"
    return (replace(first, message=f"{first.message} {advice}"), *findings[1:])


def _misnamed(item: Rendered) -> tuple[Finding, ...]:
    named = _JOB.search(item.text)
    if named is None or named[1] == item.app.job_id:
        return ()
    line = item.text.count("\n", 0, named.start()) + 1
    message = f"the job is named {named[1]!r}, its app needs {item.app.job_id!r}; write job [[ app.job_id | hcl ]]"
    return (Finding(path=item.name, line=line, key="job", message=message),)


def _checked(item: Rendered) -> tuple[Finding, ...]:
    content = f"{item.name}\n{item.text}".encode()
    kind = f"jobspec findings {storage.code_digest('jobspec', 'hcl')}"
    return storage.cached(kind, content, lambda: _checked_anew(item))


def _checked_anew(item: Rendered) -> tuple[Finding, ...]:
    # Imported here because the tables of all rules cost more than a whole release that is unchanged.
    from deployer.jobspec.check import check_jobspec

    return check_jobspec(item.text, item.name)
