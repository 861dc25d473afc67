"""What is wrong between files: names, packs, cycles, hosts and ports, all told at once."""

from pathlib import Path

import pytest
from golden import Golden
from projects import PROJECT, an_app, write_project

from deployer.errors import FilesInvalid, ProjectNotFound, UnknownEnvironment
from deployer.project.load import find_project, load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import Resolved, resolve


def resolved(root: Path, environment: str = "prod") -> Resolved:
    return resolve(load_project(root), environment, Overrides())


def told(root: Path, environment: str = "prod") -> list[str]:
    with pytest.raises(FilesInvalid) as caught:
        resolved(root, environment)
    assert all(finding.line for finding in caught.value.findings)
    return [str(finding) for finding in caught.value.findings]


def public(host: str) -> list[str]:
    return ["public {", f'  host = "{host}"', "}"]


def test_everything_wrong_is_told_at_once(tmp_path: Path, golden: Golden) -> None:
    root = write_project(
        tmp_path,
        {
            "jobs/web/a.hcl": an_app("a", 'calls = ["bb", "c"]', *public("x.example.com")),
            "jobs/web/b.hcl": an_app("b", 'after = ["aa"]', "cout = 2", *public("x.example.com")),
            "jobs/web/c.hcl": an_app("c", "scaling {", "  min = 1", "}"),
            "jobs/web/d.hcl": 'app "d" {\n  pack = "tini"\n}\napp "e" {\n  image = "e"\n}\n',
            "jobs/web/f.hcl": an_app("f", 'environment "prd" {', "  count = 2", "}"),
            "jobs/web/g.hcl": an_app("g", 'env = { A = "${vr.x}", B = "${var.domian}", C = "${upper(var.domain)}" }'),
        },
    )

    golden("findings.txt", "\n".join(told(root)) + "\n")


def test_a_circle_is_shown_whole(tmp_path: Path) -> None:
    apps = an_app("a", 'after = ["b"]') + an_app("b", 'after = ["c"]') + an_app("c", 'after = ["a"]')

    (finding,) = told(write_project(tmp_path, {"jobs/web/a.hcl": apps}))

    assert finding.startswith("jobs/web/a.hcl:")
    assert "the order runs in a circle" in finding
    assert finding.count("→") == 3


def test_an_app_that_calls_itself_is_a_circle(tmp_path: Path) -> None:
    findings = told(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", "port = 80", 'calls = ["a"]')}))

    assert any("itself" in finding or "circle" in finding for finding in findings)


def test_two_upstreams_cannot_share_a_local_port(tmp_path: Path) -> None:
    apps = (
        an_app("a", "port = 80", 'calls = ["b", "c", "d:81"]')
        + an_app("b", "port = 81")
        + an_app("c", "port = 80")
        + an_app("d", "port = 82")
    )

    findings = told(write_project(tmp_path, {"jobs/web/a.hcl": apps}))

    assert len(findings) == 2
    assert any("local port 80 of 'c' is taken by the app itself" in finding for finding in findings)
    assert any("local port 81 of 'd' is taken by b" in finding for finding in findings)


def test_calls_find_the_own_stack_first_and_others_by_stack_and_name(tmp_path: Path) -> None:
    root = write_project(
        tmp_path,
        {
            "jobs/one/a.hcl": an_app("a", 'calls = ["db", "two/db:6000"]') + an_app("db", "port = 5000"),
            "jobs/two/a.hcl": an_app("db", "port = 5000"),
        },
    )

    apps = {(app.stack, app.name): app for app in resolved(root).apps}

    assert [(call.stack, call.service, call.port) for call in apps["one", "a"].calls] == [
        ("one", "db-one", 5000),
        ("two", "db-two", 6000),
    ]


def test_a_name_that_two_other_stacks_use_must_be_told_apart(tmp_path: Path) -> None:
    root = write_project(
        tmp_path,
        {
            "jobs/one/a.hcl": an_app("db", "port = 5000"),
            "jobs/two/a.hcl": an_app("db", "port = 5000"),
            "jobs/web/a.hcl": an_app("a", 'calls = ["db"]'),
        },
    )

    (finding,) = told(root)

    assert finding.endswith('several stacks have an app \'db\'; write "one/db" or "two/db"')


@pytest.mark.parametrize("port", ["0", "65536", "99999999999999999999", "x", "²", "-1", " 1"])
def test_a_local_port_is_a_port(tmp_path: Path, port: str) -> None:
    apps = an_app("a", f'calls = ["b:{port}"]') + an_app("b", "port = 80")

    (finding,) = told(write_project(tmp_path, {"jobs/web/a.hcl": apps}))

    assert "a number from 1 to 65535" in finding


def test_two_apps_of_one_pack_are_two_jobs(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", "count = 2") + an_app("b", "count = 3")})

    apps = resolved(root).apps

    assert [(app.job_id, app.service, app.values["count"]) for app in apps] == [("a", "a", 2), ("b", "b", 3)]


SHARED = PROJECT.replace(
    'consul {\n    address = "https://consul.example.com:8501"', 'consul {\n    address = "http://127.0.0.1:8501"'
)


def test_environments_that_share_a_consul_have_service_names_of_their_own(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"nomadeploy.hcl": SHARED, "jobs/web/a.hcl": an_app("a")})

    (prod,), (dev,) = resolved(root).apps, resolved(root, "dev").apps

    assert (prod.service, dev.service) == ("a-prod", "a-dev")
    assert (prod.job_id, dev.job_id) == ("a", "a"), "their Nomads are two"


def test_environments_that_share_a_namespace_have_job_ids_of_their_own(tmp_path: Path) -> None:
    text = 'project "p" {\n}\nenvironment "dev" {\n}\nenvironment "acc" {\n}\n'
    app = an_app("a")
    root = write_project(
        tmp_path, {"nomadeploy.hcl": text.replace("{\n}", '{\n  packs = ["packs"]\n}', 1), "jobs/web/a.hcl": app}
    )

    (found,) = resolved(root, "acc").apps

    assert (found.job_id, found.service) == ("a-acc", "a-acc")


def test_a_stack_says_which_environments_have_it(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a"), "jobs/web/stack.hcl": 'environments = ["dev"]\n'})

    assert [app.name for app in resolved(root, "dev").apps] == ["a"]
    assert resolved(root).apps == ()


def test_an_unknown_environment_suggests_the_near_one(tmp_path: Path) -> None:
    root = write_project(tmp_path, {})

    with pytest.raises(UnknownEnvironment) as caught:
        resolved(root, "prd")

    assert "it has dev, prod" in str(caught.value)
    assert caught.value.hint == "did you mean 'prod'?"


def test_a_secret_is_a_reference_and_never_part_of_a_string(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", 'env = { A = "x-${secret("a#b")}" }')})

    (finding,) = told(root)

    assert finding.endswith("a secret cannot be part of a longer string; let the whole value be the secret")


def test_a_secret_cannot_be_the_value_of_a_plain_key(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", 'env = { A = secret("a#b") }')})

    (finding,) = told(root)

    assert finding.startswith("jobs/web/a.hcl:4: app/a/env/A: ")
    assert "secret" in finding


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"nomadeploy.hcl": 'environment "a" {\n}\n'}, "'project' is required"),
        ({"nomadeploy.hcl": 'project "a" {\n}\nproject "b" {\n}\n'}, "exactly one project block"),
        ({"nomadeploy.hcl": 'project "a b" {\n}\n'}, "only letters, digits"),
        ({"nomadeploy.hcl": 'project "a" {\n}\nenvironment "A_b" {\n}\n'}, "only a-z, 0-9 and dashes"),
        ({"nomadeploy.hcl": 'project "a" {\n}\nenvironment {\n}\n'}, "takes 1 label, has 0"),
        (
            {"nomadeploy.hcl": 'project "a" {\n}\nenvironment "a" {\n  nomad {\n    adress = ""\n  }\n}\n'},
            "did you mean 'address'?",
        ),
        ({"nomadeploy.hcl": 'project "a" {\n}\nenvironment "a" {\n  timeout = "5 minutes"\n}\n'}, "wants a duration"),
        ({"nomadeploy.hcl": 'project "a" {\n}\nenvironment "a" {\n  variables = { a = var.b }\n}\n'}, "plain values"),
        ({"jobs/web/stack.hcl": 'environments = ["prd"]\n'}, "there is no environment 'prd'"),
        ({"jobs/web/a.hcl": 'app "A" {\n}\n'}, "only a-z, 0-9 and dashes"),
        ({"jobs/web/a.hcl": 'ap "a" {\n}\n'}, 'only app "name"'),
        ({"jobs/web/a.hcl": "app = 1\n"}, 'only app "name"'),
        ({"jobs/web/a.hcl": 'app "a" {\n}\napp "a" {\n}\n'}, "is already declared at jobs/web/a.hcl:1"),
        ({"jobs/web/a.hcl": "\xff"}, "jobs/web/a.hcl:"),
    ],
)
def test_a_fault_in_one_file_is_told_with_its_line(tmp_path: Path, files: dict[str, str], words: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        load_project(write_project(tmp_path, files))

    assert words in "\n".join(map(str, caught.value.findings))


@pytest.mark.parametrize(
    "line",
    [
        "calls = 1", "calls = [1, null, {}]", "calls = [{}]", 'calls = secret("a#b")', "after = 1", "after = [null]",
        'after = secret("a#b")', "public = 3", 'public = secret("a#b")', 'port = "x"', 'port = secret("a#b")',
        "port = 1e400",
        "port = 65536", "scaling = []", "namespace = {}", "environment = 1", 'template = "a"', "count = 1e400",
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_a_finding_in_its_line(tmp_path: Path, line: str) -> None:
    findings = told(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", "# note", line)}))

    assert any(finding.startswith("jobs/web/a.hcl:5: app/a") for finding in findings) or "template" in line


@pytest.mark.parametrize(
    "text", ["environments = 1", "environments = [{}]", "environments = [null]", "description = {}"]
)
def test_a_stack_file_of_the_wrong_kind_is_a_finding(tmp_path: Path, text: str) -> None:
    (finding,) = told(write_project(tmp_path, {"jobs/web/stack.hcl": f"\n{text}\n"}))

    assert finding.startswith("jobs/web/stack.hcl:2: ")


def test_null_unsets_what_a_lower_layer_put_into_a_map(tmp_path: Path) -> None:
    lines = ['env = { A = "1", B = "2" }', 'environment "prod" {', "  env = { A = null }", "}"]

    (app,) = resolved(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", *lines)})).apps

    assert app.values["env"] == {"B": "2"}


def test_an_attribute_beside_blocks_of_its_name_is_a_finding(tmp_path: Path) -> None:
    text = 'environment = 1\nproject "shop" {\n}\nenvironment "dev" {\n}\n'

    assert "nomadeploy.hcl:4: environment/dev: stands twice; keep one of the two" in told(
        write_project(tmp_path, {"nomadeploy.hcl": text})
    )


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    root = write_project(tmp_path, {})
    (root / "jobs" / "web").mkdir(parents=True)
    (root / "jobs" / "web" / "a.hcl").write_bytes(b"app \xff\xfe")

    with pytest.raises(FilesInvalid, match="1 finding"):
        load_project(root)


def test_the_project_is_found_upward(tmp_path: Path) -> None:
    root = write_project(tmp_path / "shop", {"jobs/web/a.hcl": an_app("a")})

    assert find_project(root / "jobs" / "web") == root
    with pytest.raises(ProjectNotFound) as caught:
        find_project(tmp_path)
    assert "nomadeploy init" in caught.value.hint


def test_a_smoke_test_needs_a_public_route(tmp_path: Path) -> None:
    lines = ["smoke {", '  path = "/x"', "}"]

    (finding,) = told(write_project(tmp_path, {"jobs/web/a.hcl": an_app("a", *lines)}))

    assert finding.startswith("jobs/web/a.hcl:5: app/a/smoke: asks through the public route")
