"""What the texts of an app must look like, told with file and line and shown by the schema."""

from pathlib import Path
from typing import Any

import pytest
from projects import an_app, write_project

from deployer.actions.schema import json_schema
from deployer.errors import FilesInvalid
from deployer.hcl.types import INTEGER, conform
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve


def told(root: Path, *lines: str) -> list[str]:
    """Return the findings of an app with these lines, which begin at the file's third."""
    root = write_project(root, {"jobs/web/a.hcl": an_app("a", *lines)})
    try:
        resolve(load_project(root), "prod", Overrides())
    except FilesInvalid as error:
        lines_named = {finding.line for finding in error.findings if finding.path == "jobs/web/a.hcl"}
        return [f"{finding.key}: {finding.message}" for finding in error.findings if lines_named - {0}]
    return []


def public(**changes: str) -> list[str]:
    values = {"host": "a.example.com"} | changes
    return ["public {", *(f'  {name} = "{value}"' for name, value in values.items()), "}"]


def smoke(*lines: str) -> list[str]:
    return [*public(), "smoke {", *(f"  {line}" for line in lines), "}"]


@pytest.mark.parametrize("host", ["", "a b", "a`b", "a_b.example.com", "a.example.com:443", "-a.com", "a..b", "x" * 64])
def test_a_public_host_is_a_dns_name(tmp_path: Path, host: str) -> None:
    (finding,) = told(tmp_path, *public(host=host))

    assert finding == f"app/a/public/host: {host!r} is not a DNS name without a port (a-z, 0-9, dashes and dots)"


@pytest.mark.parametrize("host", ["localhost", "a.${var.domain}", "1.2.3.4", "x" * 63 + ".example.com"])
def test_a_dns_name_is_taken_as_a_public_host(tmp_path: Path, host: str) -> None:
    assert told(tmp_path, *public(host=host)) == []


@pytest.mark.parametrize(
    ("key", "value"), [("path", "api"), ("path", ""), ("path", "/a b"), ("path", "/a`"), ("entrypoint", "web,secure")]
)
def test_a_route_has_a_path_and_an_entrypoint_that_traefik_reads_as_they_are(
    tmp_path: Path, key: str, value: str
) -> None:
    (finding,) = told(tmp_path, *public(**{key: value}))

    assert finding.startswith(f"app/a/public/{key}: {value!r} is not a ")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('path = "health"', "path"),
        ('path = "/a b"', "path"),
        ('path = "/ä"', "path"),
        ('path = "/a\\r\\nHost: b"', "path"),
        ('method = "get"', "method"),
        ('method = "GET /"', "method"),
        ('headers = { "X A" = "1" }', "headers/X A"),
        ('headers = { "" = "1" }', "headers/"),
    ],
)
def test_a_smoke_request_is_one_that_can_be_sent(tmp_path: Path, line: str, key: str) -> None:
    (finding,) = told(tmp_path, *smoke(line))

    assert finding.startswith(f"app/a/smoke/{key}: ")


def test_a_smoke_request_as_it_should_be_is_taken(tmp_path: Path) -> None:
    lines = smoke('path = "/orders?q=%20"', 'method = "M-SEARCH"', 'headers = { X-Request-Id = "1" }')

    assert told(tmp_path, *lines) == []


def test_the_schema_has_the_patterns_and_lets_expressions_through() -> None:
    app: Any = json_schema("app")["properties"]

    assert app["public"]["properties"]["entrypoint"]["pattern"] == r"^(?:[A-Za-z0-9_-]+|.*\$\{.*\}.*)$"
    assert app["smoke"]["properties"]["headers"]["propertyNames"]["pattern"].startswith("^(?:[A-Za-z0-9")


def test_a_type_is_told_with_its_article() -> None:
    problems: list[Any] = []
    conform("many", INTEGER, ("count",), problems)

    assert problems == [(("count",), "wants an integer, not the string 'many'")]
