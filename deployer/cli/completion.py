"""``nomadeploy completion``: the script that teaches a shell our commands, environments and apps."""

import click

from deployer.cli import options
from deployer.cli.app import App


@options.command(
    "completion",
    examples="""
        nomadeploy completion bash > /etc/bash_completion.d/nomadeploy
        nomadeploy completion zsh > "${fpath[1]}/_nomadeploy"
        nomadeploy completion fish > ~/.config/fish/completions/nomadeploy.fish
    """,
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(app: App, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    from deployer.cli.main import COMPLETE, PROGRAM, cli

    script = get_completion_class(shell)
    if script is None:
        raise AssertionError(shell)
    app.result(script(cli, {}, PROGRAM, COMPLETE).source())
