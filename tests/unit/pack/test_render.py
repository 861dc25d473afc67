"""Templates: strict about names, shut in a sandbox, and never a way for a secret into a job."""

from pathlib import Path

import pytest
from projects import PACK, an_app, write_project

from deployer.actions.render import render_apps
from deployer.errors import FilesInvalid
from deployer.finding import Finding
from deployer.pack.engine import render_file
from deployer.project.load import load_project
from deployer.project.overrides import Overrides
from deployer.project.resolve import resolve
from deployer.secret import Secret, SecretReference

TEMPLATE = "packs/tiny/templates/tiny.nomad.hcl.j2"


def rendered(root: Path, **files: str) -> str:
    resolved = resolve(load_project(write_project(root, files)), "prod", Overrides())
    return render_apps(resolved, resolved.apps)[0].text


def told(root: Path, files: dict[str, str]) -> Finding:
    with pytest.raises(FilesInvalid) as caught:
        rendered(root, **{"jobs/web/a.hcl": an_app("a"), **files})
    (finding,) = caught.value.findings
    return finding


def text_of(tmp_path: Path, template: str, **context: object) -> str:
    path = tmp_path / "t.nomad.hcl.j2"
    path.write_text(template)
    return render_file(path, context, "t.nomad.hcl.j2")


def test_a_misspelt_variable_is_a_finding_in_the_templates_line(tmp_path: Path) -> None:
    finding = told(tmp_path, {TEMPLATE: "one\n\n[[ var.cuont ]]\n"})

    assert (finding.path, finding.line) == (TEMPLATE, 3)
    assert "'cuont'" in finding.message
    assert finding.message.endswith("did you mean 'count'?")


@pytest.mark.parametrize("use", ["[% if var.nope %][% endif %]", "[[ var.nope | hcl ]]", "[[ nope ]]", "[[ app.x.y ]]"])
def test_every_use_of_an_unknown_name_fails(tmp_path: Path, use: str) -> None:
    assert told(tmp_path, {TEMPLATE: f"\n{use}\n"}).line == 2


def test_a_misspelt_name_in_a_part_is_found_in_the_part(tmp_path: Path) -> None:
    part = "packs/tiny/templates/_part.hcl.j2"

    finding = told(tmp_path, {TEMPLATE: 'a\n[% include "_part.hcl.j2" %]\n', part: "\n\n[[ ap.name ]]\n"})

    assert (finding.path, finding.line) == (part, 3)


def test_a_misspelt_name_in_a_macro_is_found_in_the_macro(tmp_path: Path) -> None:
    part = "packs/tiny/templates/_macros.hcl.j2"
    macro = "[% macro m(x) %]\n[[ x.nme ]]\n[% endmacro %]\n"

    finding = told(tmp_path, {TEMPLATE: '[% from "_macros.hcl.j2" import m %]\n\n[[ m(app) ]]\n', part: macro})

    assert (finding.path, finding.line) == (part, 2)


def test_a_fault_in_the_syntax_has_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, {TEMPLATE: "a\n[% if %]\n"}).line == 2


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    finding = told(tmp_path, {TEMPLATE: '\n[% include "_nope.hcl.j2" %]\n'})

    assert (finding.path, finding.line) == (TEMPLATE, 2)
    assert "'_nope.hcl.j2'" in finding.message


def test_nothing_is_never_written_as_none(tmp_path: Path) -> None:
    for use in ("[[ app.port ]]", "[[ app.port | hcl ]]"):
        assert "None" in told(tmp_path, {TEMPLATE: f"{use}\n"}).message


@pytest.mark.parametrize(
    "attack",
    [
        "[[ ''.__class__ ]]",
        "[[ ''.__class__.__mro__[1].__subclasses__() ]]",
        "[[ app['__class__'].x ]]",
        "[[ (app | attr('__class__')).x ]]",
        "[[ self.__init__.__globals__ ]]",
        "[[ cycler.__init__.__globals__.os ]]",
        "[[ app.update({'x': 1}) ]]",
        "[[ app.clear() ]]",
        "[% include '../../../nomadeploy.hcl' %]",
        "[% include '/etc/hostname' %]",
        "[% import os %]",
        "[[ open('/etc/hostname') ]]",
        "[[ range(1000000) | list | length ]]",
        "[[ '{0.__class__}'.format(app) + 1 ]]",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path: Path, attack: str) -> None:
    assert told(tmp_path, {TEMPLATE: f"{attack}\n"}).path == TEMPLATE


@pytest.mark.parametrize("secret", [Secret("planted"), SecretReference("a", "k")])
@pytest.mark.parametrize(
    "use",
    ["[[ s ]]", "[[ s | hcl ]]", "[[ [s] | hcl ]]", "[[ {'a': s} | hcl ]]", "[[ s | hcl_raw ]]", "[[ s | heredoc ]]",
     "[[ 'a' ~ s ]]", "[[ s | string ]]", "[[ s | upper ]]", "[[ '%s' | format(s) ]]", "[[ [s] | join ]]", "[[ [s] ]]",
     "[[ s.reveal() ]]", "[[ s._value ]]"],
)  # fmt: skip
def test_a_secret_never_gets_into_a_job(tmp_path: Path, secret: object, use: str) -> None:
    try:
        text = text_of(tmp_path, use, s=secret)
    except FilesInvalid as error:
        text = str(error.findings)

    assert "planted" not in text.lower()


@pytest.mark.parametrize("use", ["[[ s ]]", "[[ s | hcl ]]", "[[ [s] | hcl ]]", "[[ s | heredoc ]]"])
def test_writing_a_secret_is_refused_with_what_to_do(tmp_path: Path, use: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        text_of(tmp_path, use, s=SecretReference("a", "k"))

    assert "Nomad Variable" in caught.value.findings[0].message


def test_nomads_and_consul_templates_own_marks_stay_as_they_are(tmp_path: Path) -> None:
    text = 'x = "${attr.kernel.name}"\n{{ range service "a" }}{{ end }} %{ if } {% x %}\n'

    assert text_of(tmp_path, text) == text


def test_an_apps_key_is_never_mistaken_for_a_method_of_a_dict(tmp_path: Path) -> None:
    assert (
        text_of(tmp_path, "[[ app.update.canary ]] [[ app.items ]]", app={"update": {"canary": 1}, "items": 2}) == "1 2"
    )


def test_app_files_cannot_smuggle_hcl_or_templates_into_a_job(tmp_path: Path) -> None:
    evil = '"\\n}\\njob \\"x\\" { [[ app.name ]] [% if %] $${meta.x} %%{ if }"'
    text = rendered(tmp_path, **{"jobs/web/a.hcl": an_app("a", f"env = {{ A = {evil} }}")})

    assert '\\n}\\njob \\"x\\" { [[ app.name ]] [% if %] $${meta.x} %%{ if }' in text


def test_a_pack_with_faults_tells_them_all(tmp_path: Path) -> None:
    files = {
        "jobs/web/a.hcl": an_app("a"),
        "packs/tiny/metadata.hcl": 'pack {\n  nam = "x"\n}\nnomadeploy {\n  kind = "srvice"\n}\n',
        "packs/tiny/variables.hcl": (
            'variable "a" {\n  type = strin\n}\nvariable "image" {\n}\nvariable "b" {\n  description = "b"\n'
            '  type = number\n  default = "x"\n}\n'
        ),
    }
    with pytest.raises(FilesInvalid) as caught:
        resolve(load_project(write_project(tmp_path, files)), "prod", Overrides())

    told_of = "\n".join(map(str, caught.value.findings))
    for words in (
        "unknown key 'nam'",
        "'name' is required",
        "'service'",
        "unknown type 'strin'",
        "built-in app key",
        "wants a number",
        "description",
    ):
        assert words in told_of
    assert all(finding.line for finding in caught.value.findings)


def test_a_packs_condition_is_judged_and_told_with_the_values_line(tmp_path: Path) -> None:
    variables = PACK["packs/tiny/variables.hcl"] + (
        'variable "size" {\n  description = "size"\n  type = number\n  default = 1\n  validation {\n'
        '    condition = var.size < 10\n    error_message = "size is below ten"\n  }\n}\n'
    )
    root = write_project(tmp_path, {"packs/tiny/variables.hcl": variables, "jobs/web/a.hcl": an_app("a", "size = 11")})

    with pytest.raises(FilesInvalid) as caught:
        resolve(load_project(root), "prod", Overrides())

    (finding,) = caught.value.findings
    assert str(finding).startswith("jobs/web/a.hcl:4: app/a/size: ")
    assert "size is below ten" in finding.message


@pytest.mark.parametrize(("condition", "words"), [("nope(var.size)", "cannot be judged"), ("var.size.x", "size")])
def test_a_condition_that_cannot_be_judged_is_told(tmp_path: Path, condition: str, words: str) -> None:
    variables = (
        'variable "size" {\n  description = "size"\n  validation {\n'
        f'    condition = {condition}\n    error_message = "size"\n  }}\n}}\n'
    )
    root = write_project(tmp_path, {"packs/tiny/variables.hcl": variables, "jobs/web/a.hcl": an_app("a", "size = 11")})

    with pytest.raises(FilesInvalid) as caught:
        resolve(load_project(root), "prod", Overrides())

    assert words in str(caught.value.findings[0])
