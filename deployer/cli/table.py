"""Which commands there are, and where each lives; pure data, so that ``--help`` imports none of them."""

from collections.abc import Mapping

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Start": {
        "init": "Start a project in a folder",
        "new": "Write the files of a new app or pack",
        "dev": "Run a Nomad and Consul cluster on this machine",
        "doctor": "Check that this machine and an environment's cluster are fit",
    },
    "Files": {
        "validate": "Check all files, offline",
        "render": "Print the jobs of an environment, offline",
        "explain": "Show which file and line set each value of an app",
        "graph": "Draw who is public, who calls whom and what scales",
        "packs": "List packs and explain their variables",
        "schema": "Print the JSON Schema of the project's files",
    },
    "Release": {
        "plan": "Show what `run` would change",
        "run": "Make the cluster match the files, as one release",
        "history": "List the releases of an environment",
    },
    "Operate": {
        "status": "Show how the apps of an environment are",
        "logs": "Print or follow the logs of an app",
        "exec": "Run a command inside an app's allocation",
        "stop": "Stop apps of an environment",
    },
    "Shell": {
        "completion": "Print the completion script of a shell",
    },
}
"""Section → command → what it does in a few words. The command is `command` in ``deployer.cli.<name>``."""

SUMMARIES: Mapping[str, str] = {name: text for section in SECTIONS.values() for name, text in section.items()}


def module_of(name: str) -> str:
    """Return the module that holds a command."""
    return f"deployer.cli.{name}"
