"""What every command receives: the project, the streams, colours, and a way to ask."""

import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from deployer.project.model import Project
    from deployer.project.overrides import Overrides
    from deployer.project.resolve import Resolved


@dataclass(frozen=True, kw_only=True)
class App:
    """
    One call of nomadeploy.

    Attributes:
        start: where the search for nomadeploy.hcl begins.
        verbosity: how often ``--verbose`` was given.
        wants_colour: neither ``--no-color`` nor NO_COLOR.
    """

    start: Path = field(default_factory=Path.cwd)
    verbosity: int = 0
    wants_colour: bool = field(default_factory=lambda: not os.environ.get("NO_COLOR"))

    @staticmethod
    def folder(text: str) -> Path:
        """Return an existing folder, absolute; a usage error names what is not one."""
        path = Path(text).resolve()
        if not path.is_dir():
            raise click.BadParameter(f"{text!r} is not a folder", param_hint="--project")
        return path

    @cached_property
    def root(self) -> Path:
        """The project's folder; raises `ProjectNotFound`."""
        from deployer.project.load import find_project

        return find_project(self.start)

    @cached_property
    def project(self) -> "Project":
        """The project's files, read once; raises `ProjectNotFound` and `FilesInvalid`."""
        from deployer.project.load import load_project

        return load_project(self.root)

    def resolve(self, environment: str, overrides: "Overrides | None" = None) -> "Resolved":
        """Return one environment with all its apps; raises `UnknownEnvironment` and `FilesInvalid`."""
        from deployer.project.overrides import Overrides
        from deployer.project.resolve import resolve

        return resolve(self.project, environment, overrides or Overrides())

    @property
    def colours_out(self) -> bool:
        """Whether results on stdout may be coloured: a terminal reads them, and nobody said no."""
        return self.wants_colour and sys.stdout.isatty()

    @property
    def colours_err(self) -> bool:
        """Whether progress on stderr may be coloured."""
        return self.wants_colour and sys.stderr.isatty()

    @property
    def is_interactive(self) -> bool:
        """Whether a person can be asked: input and progress are both on a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def result(self, text: str, *, newline: bool = True) -> None:
        """Write a result on stdout."""
        click.echo(text, nl=newline, color=self.colours_out)

    def note(self, text: str) -> None:
        """Write progress or advice on stderr."""
        click.echo(text, err=True, color=self.colours_err)

    def detail(self, text: str) -> None:
        """Write on stderr what only ``--verbose`` shows."""
        if self.verbosity:
            self.note(text)

    def confirm(self, question: str, *, yes: bool) -> None:
        """
        Go on only if the user agrees.

        Args:
            question: what will happen, such as ``Stop 3 apps of prod?``.
            yes: ``--yes`` was given; nothing is asked.

        Raises:
            click.UsageError: there is no terminal to ask on, and no ``--yes``.
            click.Abort: the user said no.
        """
        if yes:
            return
        if not self.is_interactive:
            raise click.UsageError(f"{question} There is no terminal to ask on; add --yes to agree")
        if not click.confirm(question, err=True):
            self.note("nothing was changed")
            raise click.Abort
