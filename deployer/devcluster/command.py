"""Run one of the machine's own programs (ip, iptables, umount …) and wait for it."""

import subprocess

from deployer.errors import MachineUnfit


def run_command(*argv: str, text: str | None = None) -> str:
    """
    Run a program without a shell and return what it printed.

    Raises:
        MachineUnfit: it is missing or failed; the message holds its own words.
    """
    try:
        done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise MachineUnfit(f"{argv[0]} is not installed", hint=f"install {argv[0]}") from error
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip()
        raise MachineUnfit(f"{' '.join(argv)} failed: {words}")
    return done.stdout


def try_command(*argv: str) -> bool:
    """Run a program that may fail (what it removes may be gone already); tell whether it worked."""
    try:
        done = subprocess.run(argv, capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0
