"""Puts the built-in packs, which live at the top of the checkout, into the wheel as deployer/packs."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPacks(build_py):
    """The usual build, and the packs."""

    def run(self) -> None:
        """Copy packs/ beside the package's modules."""
        super().run()
        target = Path(self.build_lib) / "deployer" / "packs"
        if not self.editable_mode:
            shutil.copytree(Path(__file__).parent / "packs", target, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithPacks})
