"""The corpus: no false alarm on a valid job, every fault of a broken one in its line."""

import random
import re
import time
from pathlib import Path

import pytest

from deployer.finding import Finding
from deployer.hcl.parse import parse_body
from deployer.jobspec.check import check_jobspec
from deployer.jobspec.node import Node, node_of
from deployer.jobspec.quick import quick_node
from deployer.jobspec.structure import complaints
from deployer.jobspec.tables.job import FILE

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
VALID = sorted((CORPUS / "valid").glob("*.nomad.hcl"))
BROKEN = sorted((CORPUS / "broken").glob("*.nomad.hcl"))
EXPECTED = re.compile(r"^# expect: (\d+): (.+)$", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.name.removesuffix(".nomad.hcl")


def read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:  # one file has Windows line ends
        return file.read()


def exact(path: Path) -> Node:
    return node_of("", (), parse_body(read(path), path.name), 0)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(VALID) >= 80
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_valid_job_has_no_finding(path: Path) -> None:
    assert check_jobspec(read(path), path.name) == ()


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_the_exact_parse_of_a_valid_job_has_no_finding_either(path: Path) -> None:
    assert list(complaints(exact(path), FILE)) == []


@pytest.mark.parametrize("path", BROKEN, ids=name_of)
def test_a_broken_job_has_exactly_the_expected_findings(path: Path) -> None:
    expected = sorted((int(line), words) for line, words in EXPECTED.findall(read(path)))
    assert expected, "the file begins with its expectations"

    left = list(check_jobspec(read(path), path.name))
    for line, words in expected:
        found = [finding for finding in left if finding.line == line and words in finding.message]
        assert found, f"no finding in line {line} says {words!r} in {[str(finding) for finding in left]}"
        left.remove(found[0])

    assert left == [], "every finding is expected"


def test_every_block_of_the_tables_stands_in_a_valid_job() -> None:
    used = {(node.parent.type if node.parent else "", node.type) for path in VALID for node in below(exact(path))}
    known: set[tuple[str, str]] = set()
    rules = [("", FILE)]
    while rules:
        around, rule = rules.pop()
        for name, use in rule.blocks.items():
            known.add((around, name))
            rules.append((name, use.rule))

    assert known - used == set()


def below(node: Node) -> list[Node]:
    children = [child for group in node.children.values() for child in group]
    return [*children, *(found for child in children for found in below(child))]


MISSPELLABLE = re.compile(r"^(\s*)([a-z_]{3,})(\s*=|(?: \"[^\"]*\")? \{$)", re.MULTILINE)
FREE_INSIDE = re.compile(
    r"\b(meta|env|config|policy|options|headers|header|tagged_addresses|canary_meta|add|set|args)$"
)


@pytest.mark.parametrize("path", [path for path in VALID if "hcl-" not in path.name], ids=name_of)
def test_a_misspelt_name_is_found_in_its_line(path: Path) -> None:
    text = read(path)
    chances = random.Random(path.name)
    places = [found for found in MISSPELLABLE.finditer(text) if not _is_free(text, found)]
    for found in chances.sample(places, min(6, len(places))):
        word = found[2]
        at = chances.randrange(len(word))
        misspelt = f"{word[:at]}{chances.choice([letter for letter in 'qxz' if letter != word[at]])}{word[at + 1 :]}"
        changed = f"{text[: found.start(2)]}{misspelt}{text[found.end(2) :]}"

        findings = check_jobspec(changed, path.name)

        line = text.count("\n", 0, found.start(2)) + 1
        assert any(is_about(finding, line, misspelt) for finding in findings), (
            f"{misspelt!r} in line {line} is not told: {[str(finding) for finding in findings]}"
        )


def is_about(finding: Finding, line: int, word: str) -> bool:
    return finding.line == line and repr(word) in finding.message


def _is_free(text: str, found: re.Match[str]) -> bool:
    """Say whether the name stands where any name may: in env, meta, an unknown driver's config, a text."""
    around: list[str] = []
    inside_text = ""
    for line in text[: found.start(2)].splitlines():
        if inside_text:
            inside_text = "" if line.strip() == inside_text else inside_text
            continue
        if (heredoc := re.search(r"<<-?(\w+)$", line)) is not None:
            inside_text = heredoc[1]
        elif line.rstrip().endswith(("{", "[")):
            around.append((re.findall(r"[a-z_]+", line) or [""])[0])
        elif line.strip() in ("}", "]", "},", "],"):
            around.pop()
    if inside_text or any(FREE_INSIDE.search(name) for name in around[:-1]):
        return True
    return bool(around) and FREE_INSIDE.search(around[-1]) is not None


def test_ordinary_jobs_take_the_fast_way() -> None:
    slow = {name_of(path) for path in VALID if quick_node(read(path)) is None}

    assert {name for name in slow if not name.startswith("hcl-")} <= {"driver-docker-maps"}


@pytest.mark.parametrize("path", BROKEN, ids=name_of)
def test_the_fast_way_never_clears_a_broken_job(path: Path) -> None:
    node = quick_node(read(path))

    assert node is None or any(True for _ in complaints(node, FILE))


def test_a_thousand_jobs_are_checked_in_under_three_seconds() -> None:
    texts = [read(path) for path in VALID if quick_node(read(path)) is not None]
    start = time.process_time()

    for number in range(1000):
        assert check_jobspec(f"# {number}\n{texts[number % len(texts)]}", "job") == ()

    assert time.process_time() - start < 3
