import base64
import zipfile

import pytest

from deployer.devcluster.release import KEY, checksum_of, extract_program, unarmor, verify_checksum
from deployer.errors import MachineUnfit

SUMS = "aaaa  nomad_1.11.3_linux_amd64.zip\nbbbb  nomad_1.11.3_linux_arm64.zip\n"


def test_the_list_names_the_checksum_of_each_archive():
    assert checksum_of("nomad_1.11.3_linux_arm64.zip", SUMS) == "bbbb"


def test_an_archive_that_the_list_does_not_name_is_refused():
    with pytest.raises(MachineUnfit, match=r"does not name nomad_2\.zip"):
        checksum_of("nomad_2.zip", SUMS)


def test_a_wrong_checksum_is_told_with_both_values():
    with pytest.raises(MachineUnfit, match=r"checksum of n\.zip is cccc, the signed list says aaaa"):
        verify_checksum("n.zip", "cccc", "aaaa")


def test_armor_is_taken_off_a_key():
    body = base64.b64encode(b"key material").decode()
    armored = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\n{body}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"
    assert unarmor(armored) == b"key material"


def test_the_shipped_key_is_an_openpgp_public_key():
    first = unarmor(KEY.read_text(encoding="ascii"))[0]
    assert (first & 0x80, (first >> 2) & 0xF) == (0x80, 6)  # RFC 9580: a packet with tag 6, a public key


def test_only_the_program_comes_out_of_the_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr("LICENSE.txt", "text")
        archive.writestr("nomad", "elf")
    extract_program(tmp_path / "r.zip", "nomad", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "elf"


def test_an_archive_that_is_none_is_refused(tmp_path):
    (tmp_path / "r.zip").write_text("<html>not found</html>")
    with pytest.raises(MachineUnfit, match="holds no nomad"):
        extract_program(tmp_path / "r.zip", "nomad", tmp_path / "out")
