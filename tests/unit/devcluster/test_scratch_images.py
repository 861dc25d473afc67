import platform
import subprocess

import pytest

from deployer.devcluster.scratch_images import waiting_program
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
