"""``nomadeploy validate``: everything that is wrong with the files, at once, without a cluster."""

from typing import TYPE_CHECKING

from deployer.cli import options
from deployer.cli.app import App

if TYPE_CHECKING:
    from deployer.actions.validate import Validation
    from deployer.project.overrides import Overrides

_FILES = 3


@options.command(
    "validate",
    examples="""
        nomadeploy validate
        nomadeploy validate prod --var release=1.4.2
        nomadeploy validate prod --output json
    """,
)
@options.optional_environment
@options.overrides
@options.output
def command(app: App, environment: str | None, overrides: "Overrides", output: str) -> int:
    """
    Check all files, offline.

    Reads the project, its packs and its apps, renders every job of ENV (of all environments where
    it is left out) and checks each by Nomad's rules. Findings go to stdout, one per line as
    FILE:LINE: KEY: MESSAGE; the exit code is 3 when there are any.
    """
    from deployer.actions.validate import validate

    validation = validate(app.root, environment, overrides)
    if output == "json":
        from deployer.cli.output import as_json

        app.result(as_json(validation))
    else:
        _tell(app, validation)
    return _FILES if validation.findings else 0


def _tell(app: App, validation: "Validation") -> None:
    for finding in validation.findings:
        app.result(str(finding))
    if validation.findings:
        from deployer.errors import FilesInvalid

        error = FilesInvalid(validation.findings)
        app.note(f"error[{error.slug}]: {error}")
        return
    names = ", ".join(validation.environments) or "no environment yet"
    app.note(f"{validation.jobs} job{'s' if validation.jobs != 1 else ''} checked ({names}): nothing to complain about")
