"""What the shell completes: names from the project's files; silent where they cannot be read."""

from click.shell_completion import CompletionItem

from deployer.cli.app import App
from deployer.errors import DeployerError


def environments(app: App, incomplete: str) -> list[CompletionItem]:
    """Return the environments that begin so."""
    try:
        names = list(app.project.environments)
    except DeployerError:
        return []
    return _items(names, incomplete)


def stacks(app: App, incomplete: str) -> list[CompletionItem]:
    """Return the stacks that begin so."""
    try:
        names = [stack.name for stack in app.project.stacks]
    except DeployerError:
        return []
    return _items(names, incomplete)


def apps(app: App, environment: str | None, incomplete: str) -> list[CompletionItem]:
    """Return the apps that begin so, of one environment where it is known."""
    try:
        files = [
            file
            for stack in app.project.stacks
            if environment is None or stack.is_in(environment)
            for file in stack.apps
        ]
    except DeployerError:
        return []
    return _items(sorted({file.name for file in files}), incomplete)


def _items(names: list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
