import platform
import subprocess

import pytest

from deployer.devcluster.scratch_images import firewall_files, waiting_program
from deployer.errors import MachineUnfit


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_waiting_program_is_a_small_elf_file(machine):
    program = waiting_program(machine)
    assert program.startswith(b"\x7fELF")
    assert len(program) < 200


def test_it_waits_until_it_is_ended(tmp_path):
    path = tmp_path / "pause"
    path.write_bytes(waiting_program(platform.machine()))
    path.chmod(0o755)
    with subprocess.Popen((str(path),)) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
        process.terminate()
        assert process.wait() == -15


def test_an_unknown_processor_is_refused():
    with pytest.raises(MachineUnfit, match="riscv64"):
        waiting_program("riscv64")


def test_the_firewall_image_holds_a_shell_and_iptables_with_its_extensions():
    files = firewall_files()
    names = {path.rpartition("/")[2] for path in files}
    assert next(iter(files)) == "/bin/sh"
    assert {"sleep", "iptables-restore", "ip6tables-restore", "libxt_conntrack.so", "libip6t_REJECT.so"} <= names
    assert any(name.startswith("libc.") for name in names)
    assert files["/etc/passwd"].startswith(b"root:x:0:0:")
