"""``nomadeploy schema``: the form of the project's files, for editors and for people."""

import click

from deployer.cli import options
from deployer.cli.app import App


@options.command(
    "schema",
    examples="""
        nomadeploy schema
        nomadeploy schema nomadeploy.hcl > nomadeploy.schema.json
        nomadeploy schema --docs > configuration.md
    """,
)
@click.argument("file", type=click.Choice(["nomadeploy.hcl", "stack.hcl", "app"]), default="app")
@click.option("--docs", is_flag=True, help="Print the whole reference as Markdown instead.")
def command(app: App, file: str, docs: bool) -> None:  # noqa: FBT001 - click passes options by name
    """
    Print the JSON Schema of the project's files.

    FILE is nomadeploy.hcl, stack.hcl or app (the body of an app block, the default). The schema is
    that of HCL's JSON form: blocks are objects, labels are keys.
    """
    if docs:
        from deployer.actions.configuration import configuration_page

        app.result(configuration_page(), newline=False)
        return
    from deployer.actions.schema import json_schema
    from deployer.cli.output import as_json

    app.result(as_json(json_schema(file)))
