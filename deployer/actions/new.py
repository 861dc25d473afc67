"""Starts projects, apps and packs: writes their first files, and never over a file that is there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deployer.actions import starters
from deployer.errors import FileExists, NameInvalid, UnknownEnvironment
from deployer.finding import did_you_mean
from deployer.pack.load import find_packs, load_pack
from deployer.project.model import Project
from deployer.project.naming import LABEL


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """
    What is known of a new app.

    Attributes:
        stack: the folder of jobs/ it goes into; empty means the project's only one.
        port: what it listens on, or None where the pack knows.
        public: host of its public route, or empty for a private app.
    """

    name: str
    stack: str = ""
    pack: str = "service"
    image: str = ""
    port: int | None = None
    public: str = ""


def start_project(folder: Path) -> tuple[Path, ...]:
    """
    Write nomadeploy.hcl and a first app into a folder, and return the files.

    Raises:
        FileExists: one of the files is there already.
        NameInvalid: the folder's name makes no project name.
    """
    name = re.sub(r"[^a-z0-9-]+", "-", folder.resolve().name.lower()).strip("-")
    check_name(name, "the folder's name")
    return write_new(starters.project_files(name), folder)


def add_app(project: Project, app: NewApp) -> tuple[Path, ...]:
    """
    Write the file of a new app, and of its stack where that is new, and return the files.

    Raises:
        FileExists: the file, or an app of that name in the stack, is there already.
        NameInvalid: Consul could not take the name.
        UnknownEnvironment: there is no such pack, or a stack must be named.
    """
    check_name(app.name, "an app's name")
    stack = app.stack or _only_stack(project)
    check_name(stack, "a stack's name")
    folders = find_packs(project.pack_directories)
    if app.pack not in folders:
        raise UnknownEnvironment(
            f"there is no pack {app.pack!r}{did_you_mean(app.pack, folders)}", hint="`nomadeploy packs list` lists them"
        )
    for file in (file for known in project.stacks if known.name == stack for file in known.apps):
        if file.name == app.name:
            raise FileExists(f"app {app.name!r} is there already: {file.path}:{file.line}", hint="choose another name")
    pack = load_pack(folders[app.pack], project.root)
    files = {f"{app.name}.hcl": starters.app_file(app.name, starters.settings_of(app, pack), pack)}
    folder = project.root / "jobs" / stack
    if not (folder / "stack.hcl").exists():
        files["stack.hcl"] = starters.stack_file(stack)
    return write_new(files, folder)


def add_pack(project: Project, name: str) -> tuple[Path, ...]:
    """
    Write a new pack into the project's first pack directory, and return the files.

    Raises:
        FileExists: the pack is there already.
        NameInvalid: the name could not stand in a file.
        UnknownEnvironment: the project names no pack directory.
    """
    check_name(name, "a pack's name")
    if not project.pack_directories:
        raise UnknownEnvironment(
            "the project has no pack directory", hint='write packs = ["./packs"] into its project block'
        )
    return write_new(starters.pack_files(name), project.pack_directories[0] / name)


def _only_stack(project: Project) -> str:
    names = [stack.name for stack in project.stacks]
    if len(names) == 1:
        return names[0]
    known = f"the project has {', '.join(names)}" if names else "the project has none yet"
    raise UnknownEnvironment(f"which stack does the app belong to? {known}", hint="name it with --stack NAME")


def check_name(name: str, what: str) -> None:
    """Raise `NameInvalid` unless the name can be a DNS label, as a Consul service wants."""
    if not LABEL.fullmatch(name):
        raise NameInvalid(
            f"{what} is {name!r}; it may hold a-z, 0-9 and dashes inside, 63 at most",
            hint=f"try {_near_name(name)!r}",
        )


def _near_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-") or "app"


def write_new(files: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Write all files or, where one is there already, none; raises `FileExists`."""
    paths = {folder / name: text for name, text in files.items()}
    there = [str(path) for path in paths if path.exists()]
    if there:
        raise FileExists(f"{_listed(there)} there already; nothing was written", hint="choose another name or folder")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return tuple(paths)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
