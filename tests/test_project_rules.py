"""Rules of this code base that no other tool holds: layers, sizes, documents that follow the code."""

import ast
import inspect
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from golden import golden_folders

from deployer import errors
from deployer.actions.configuration import configuration_page
from deployer.cli import table
from deployer.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "deployer").rglob("*.py"))
EFFECTS = {"click", "nomad", "consul", "requests", "os", "time", "subprocess", "socket", "rich"}
CLIENTS = {"nomad", "consul"}
MAX_LINES = 300


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def is_pure(path: Path) -> bool:
    place = path.relative_to(ROOT / "deployer")
    return place.parts[0] in {"plan", "jobspec"} or place.as_posix() in {"pack/render.py", "watch/verdict.py"}


def commands(name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command of the table and those inside it, each with its words."""
    ctx = click.Context(cli)
    command = cli.get_command(ctx, name)
    assert command is not None
    yield f"nomadeploy {name}", command
    if isinstance(command, click.Group):
        for inner in command.list_commands(ctx):
            found = command.get_command(ctx, inner)
            assert found is not None
            yield f"nomadeploy {name} {inner}", found


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", list(filter(is_pure, SOURCES)), ids=name_of)
def test_deciding_code_imports_nothing_that_acts(path: Path) -> None:
    assert imports_of(path) & EFFECTS == set()


def test_only_the_gateways_import_the_client_libraries() -> None:
    importing = {name_of(path) for path in SOURCES if imports_of(path) & CLIENTS}

    assert {name for name in importing if not name.startswith("deployer/cluster/")} == set()


def test_only_the_edge_prints() -> None:
    printing = {
        name_of(path)
        for path in SOURCES
        if path.relative_to(ROOT).parts[1] not in {"cli", "report"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert printing == set()


def test_no_python_file_is_longer_than_it_can_be_read() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py")]
    long = {name_of(path): count for path in files if (count := len(path.read_text().splitlines())) > MAX_LINES}

    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name_of(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]

    assert silent == []


@pytest.mark.parametrize("name", list(table.SUMMARIES))
def test_every_command_explains_itself_with_examples(name: str) -> None:
    for words, command in commands(name):
        examples = [line.strip() for line in getattr(command, "examples", "").strip().splitlines()]
        short = [line for line in examples if re.search(r"(?<!\S)-[a-zA-Z]\b", line.partition(" -- ")[0])]

        assert command.help, words
        assert examples, f"{words} has no examples"
        assert all(line.startswith(words) for line in examples)
        assert short == [], "examples use long options"


@pytest.mark.parametrize("name", list(table.SUMMARIES))
def test_every_command_of_the_table_exists_under_its_name(name: str) -> None:
    assert next(commands(name))[1].name == name
    assert len(table.SUMMARIES[name]) < 65


def error_classes(base: type[errors.DeployerError]) -> Iterator[type[errors.DeployerError]]:
    yield base
    for inner in base.__subclasses__():
        yield from error_classes(inner)


def test_every_error_is_documented_with_its_code() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", page, re.MULTILINE))
    known = {error.slug: str(error.exit_code) for error in error_classes(errors.DeployerError)}

    assert rows == known


def test_every_error_stands_in_the_tree_with_a_slug_of_its_own() -> None:
    classes = list(error_classes(errors.DeployerError))

    assert {error.__module__ for error in classes} == {"deployer.errors"}
    assert len({error.slug for error in classes}) == len(classes)
    assert [
        error.__name__ for error in classes if error.__name__ not in inspect.getdoc(errors) or not error.__doc__
    ] == []


def test_the_configuration_page_is_made_from_the_code() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    assert page == configuration_page(), "run: nomadeploy schema --docs > docs/configuration.md"


def test_every_golden_folder_belongs_to_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    orphans = {folder for folder in golden_folders() if f"def {folder}(" not in tests}

    assert orphans == set()


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def test_no_committed_file_names_a_machine() -> None:
    pattern = re.compile(rb"(?<!\w)/(?:work|root|home/(?!vagrant/)[a-z]+)/\w")
    named = [name_of(path) for path in tracked_files() if pattern.search(path.read_bytes())]

    assert named == []
