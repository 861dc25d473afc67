"""Whatever stands in the files, the answer is a list of findings and never a traceback."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from projects import PACK, PROJECT, an_app, write_project

from deployer.actions.validate import validate
from deployer.errors import DeployerError
from deployer.pack.engine import engine
from deployer.pack.load import load_pack
from deployer.project.overrides import Overrides

FILES = {
    "nomadeploy.hcl": PROJECT,
    **PACK,
    "jobs/web/a.hcl": an_app(
        "a",
        "port = 80",
        'calls = ["b:81"]',
        "public {",
        '  host = "a.${var.domain}"',
        "}",
        'environment "dev" {',
        "  count = 2",
        "}",
    ),
    "jobs/web/b.hcl": an_app("b", 'env = { A = "x", B = secret("b#k") }', "scaling {", "  max = 3", "}"),
    "jobs/web/stack.hcl": 'description = "web"\nenvironments = ["dev", "prod"]\n',
    "environments/prod.hcl": "apps = {\n  a = {\n    count = 3\n  }\n}\nx = [1]\n",
}
SNIPPETS = st.one_of(
    st.sampled_from(
        [
            "{",
            "}",
            '"',
            "=",
            "[",
            "]",
            "\n",
            "${",
            "%{",
            "$${",
            "<<E\n",
            "null",
            "true",
            "-1",
            "1e99",
            '""',
            "x = {}\n",
            "x {\n}\n",
            'app "a" {\n}\n',
            "[[ ",
            " ]]",
            "[% if ",
            "%]",
            "secret(",
            "var.",
            "\ufeff",
            "\x00",
            "\r",
            'environment "dev" {\n}\n',
            "env = 1\n",
            "count = [1]\n",
            "public = 3\n",
            "public {\n}\n",
            "calls = 1\n",
            "calls = [1, null, {}]\n",
            "after = [[]]\n",
            "after = null\n",
            "port = null\n",
            'port = "x"\n',
            'pack = ["tiny"]\n',
            "pack = null\n",
            "apps = 1\n",
            "apps = { a = 1 }\n",
            "environment = 1\n",
            "namespace = {}\n",
            'jobspec = "."\n',
            'template = ".."\n',
            "secrets = { A = {} }\n",
            "scaling = null\n",
            "type = object({\n",
            "validation {\n}\n",
            "default = var.x\n",
            'calls = ["b:"]\n',
            'calls = ["b:99999999999999999999"]\n',
        ]
    ),
    st.text(max_size=6),
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(
            st.one_of(
                st.integers(0, len(text)),
                st.sampled_from([0, *(i + 1 for i, c in enumerate(text) if c == "\n")]),
            )
        )
        end = min(len(text), start + draw(st.sampled_from([0, 0, 0, 1, 3, 20])))
        text = text[:start] + draw(SNIPPETS) + text[end:]
    return name, text


@given(st.lists(edits(), min_size=1, max_size=2))
def test_any_edit_of_a_project_is_judged_without_a_crash(changes: list[tuple[str, str]]) -> None:
    load_pack.cache_clear()
    engine.cache_clear()
    with tempfile.TemporaryDirectory() as folder:
        root = write_project(
            Path(folder),
            {**FILES, **{name: text.encode(errors="replace").decode() for name, text in changes}},
        )
        try:
            validation = validate(root, None, Overrides())
        except DeployerError:
            return
        assert all(finding.path and finding.message for finding in validation.findings)


@given(
    sets=st.lists(st.text(max_size=8).map("a.".__add__), max_size=2),
    variables=st.lists(st.text(max_size=8), max_size=2),
)
def test_any_flag_is_judged_without_a_crash(sets: list[str], variables: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_project(Path(folder), FILES)
        try:
            validate(root, "prod", Overrides(sets=sets, variables=variables))
        except DeployerError:
            return
