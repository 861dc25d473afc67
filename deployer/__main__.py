"""Starts nomadeploy: ``nomadeploy …`` and ``python -m deployer …``."""

import sys

from deployer import __version__


def main() -> int:
    """Run one command and return the exit code."""
    if sys.argv[1:] == ["--version"]:  # before click is imported: scripts ask for this often
        sys.stdout.write(f"nomadeploy {__version__}\n")
        return 0
    from deployer.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
