"""Which layer wins: pack default < app < its environment block < environment file < var-files < flags."""

from pathlib import Path

import pytest
from projects import an_app, write_project

from deployer.errors import FilesInvalid
from deployer.project.load import load_project
from deployer.project.model import App
from deployer.project.overrides import Overrides
from deployer.project.resolve import Resolved, resolve


def resolved(root: Path, environment: str = "prod", **overrides: object) -> Resolved:
    return resolve(load_project(root), environment, Overrides(**overrides))  # type: ignore[arg-type]


def the_app(root: Path, environment: str = "prod", **overrides: object) -> App:
    (app,) = resolved(root, environment, **overrides).apps
    return app


LAYERS = ("pack default", "app", "app environment", "environment file", "var-file", "flag")


@pytest.mark.parametrize("top", range(len(LAYERS)))
def test_each_layer_wins_over_all_below_it(tmp_path: Path, top: int) -> None:
    app_lines = []
    if top >= 1:
        app_lines.append("count = 1001")
    if top >= 2:
        app_lines += ['environment "prod" {', "  count = 1002", "}", 'environment "dev" {', "  count = 1", "}"]
    files = {"jobs/web/a.hcl": an_app("a", *app_lines)}
    if top >= 3:
        files["environments/prod.hcl"] = "apps = {\n  a = {\n    count = 1003\n  }\n}\n"
    if top >= 4:
        files["extra.hcl"] = "apps = { a = { count = 1004 } }\n"
    root = write_project(tmp_path, files)
    var_files = [root / "extra.hcl"] if top >= 4 else []

    app = the_app(root, var_files=var_files, sets=["a.count=1005"] if top >= 5 else [])

    assert app.values["count"] == (1000 + top if top else 1)
    assert app.leaves["count",].source.layer == LAYERS[top]


def test_the_source_of_a_value_has_file_and_line(tmp_path: Path) -> None:
    root = write_project(
        tmp_path,
        {
            "jobs/web/a.hcl": an_app("a", "scaling {", "  max = 3", "}"),
            "environments/prod.hcl": "\napps = {\n  a = {\n    scaling = {\n      min = 2\n    }\n  }\n}\n",
        },
    )

    leaves = the_app(root).leaves

    assert str(leaves["scaling", "max"].source) == "app (jobs/web/a.hcl:5)"
    assert str(leaves["scaling", "min"].source) == "environment file (environments/prod.hcl:5)"
    assert str(leaves["count",].source) == "pack default (packs/tiny/variables.hcl:1)"


def test_a_later_var_file_wins_so_their_order_matters(tmp_path: Path) -> None:
    root = write_project(
        tmp_path,
        {
            "jobs/web/a.hcl": an_app("a", 'env = { V = "${var.v}" }'),
            "one.hcl": 'v = "one"\n',
            "two.hcl": 'v = "two"\n',
        },
    )
    one, two = root / "one.hcl", root / "two.hcl"

    assert the_app(root, var_files=[one, two]).values["env"] == {"V": "two"}
    assert the_app(root, var_files=[two, one]).values["env"] == {"V": "one"}
    assert the_app(root, var_files=[two, one], variables=["v=flag"]).values["env"] == {"V": "flag"}


def test_blocks_and_objects_are_merged_deeply_but_lists_are_replaced(tmp_path: Path) -> None:
    lines = [
        "scaling {", "  max = 9", "  cpu_percent = 50", "}",
        'env = { A = "1", B = "2" }',
        "check {", '  command = ["a", "b"]', "}",
        'environment "prod" {', "  scaling {", "    min = 2", "  }", '  env = { B = "3" }',
        "  check {", '    command = ["c"]', "  }", "}",
    ]  # fmt: skip
    app = the_app(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", *lines)}))

    assert {key: app.values["scaling"][key] for key in ("min", "max", "cpu_percent")} == {
        "min": 2, "max": 9, "cpu_percent": 50,
    }  # fmt: skip
    assert app.values["env"] == {"A": "1", "B": "3"}
    assert app.values["check"]["command"] == ["c"]


def test_an_empty_block_neither_adds_nor_takes_away(tmp_path: Path) -> None:
    lines = ["public {", '  host = "a.example.com"', "}", 'environment "prod" {', "  public {", "  }", "}"]
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", *lines)})

    assert the_app(root).values["public"]["host"] == "a.example.com"
    assert the_app(root, "dev").values["public"]["host"] == "a.example.com"


def test_an_empty_block_of_its_own_has_the_defaults(tmp_path: Path) -> None:
    app = the_app(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", "check {", "}")}))

    assert app.values["check"]["interval"] == "10s"
    assert the_app(write_project(tmp_path / "none", {"jobs/web/a.hcl": an_app("a")})).values["check"] is None


def test_an_app_can_be_public_in_one_environment_alone(tmp_path: Path) -> None:
    lines = ['environment "prod" {', "  public {", '    host = "a.${var.domain}"', "  }", "}"]
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", *lines)})

    assert the_app(root, "dev").public is None
    assert (the_app(root).public or {})["host"] == "a.example.com"


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("true", True), ('["a"]', ["a"]), ("a b", "a b"), ('"3"', "3"), ("1.5", 1.5), ("{", "{"), ("", "")],
)
def test_a_flags_value_is_read_as_hcl_where_it_is_some(tmp_path: Path, text: str, value: object) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a")})

    assert resolved(root, variables=[f"v={text}"]).environment.variables["v"].value == value


def test_an_image_flag_names_one_app(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a") + an_app("b")})

    apps = {app.name: app.values["image"] for app in resolved(root, images=["b=registry/b@sha256:1=2"]).apps}

    assert apps == {"a": "a:1", "b": "registry/b@sha256:1=2"}


@pytest.mark.parametrize(
    ("overrides", "word"),
    [
        ({"sets": ["a"]}, "APP.KEY=VALUE"),
        ({"sets": ["a=1"]}, "APP.KEY=VALUE"),
        ({"sets": ["a..b=1"]}, "APP.KEY=VALUE"),
        ({"sets": ["aa.count=1"]}, "there is no app 'aa'"),
        ({"sets": ["a.cuont=1"]}, "unknown key 'cuont'; did you mean 'count'?"),
        ({"sets": ["a.count=many"]}, "wants a number"),
        ({"images": ["a"]}, "APP=IMAGE"),
        ({"variables": ["=1"]}, "NAME=VALUE"),
    ],
)
def test_a_flag_that_makes_no_sense_is_a_finding_that_names_it(
    tmp_path: Path, overrides: dict[str, list[str]], word: str
) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a")})

    with pytest.raises(FilesInvalid) as caught:
        resolved(root, **overrides)

    (finding,) = caught.value.findings
    assert finding.path.startswith("--")
    assert word in str(finding)
