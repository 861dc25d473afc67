"""
Which images does every Docker engine of a dev cluster need, whatever hub it reaches?

Three, made from nothing but files of this machine: one that only waits (it holds an allocation's
network namespace), Envoy, and what closes an allocation's ports (a shell and iptables).
"""

import http.client
import io
import platform
import re
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from struct import pack
from urllib.parse import urlencode

from deployer.devcluster.command import run_command
from deployer.devcluster.config import PAUSE_IMAGE, sidecar_image
from deployer.devcluster.ready import ask, open_connection
from deployer.devcluster.state import ClusterState
from deployer.errors import MachineUnfit

_FIREWALL_PROGRAMS = ("sh", "sleep", "iptables-restore", "ip6tables-restore")
_PROGRAM_PATH = "/bin:/usr/bin:/sbin:/usr/sbin"
_USERS = b"root:x:0:0::/:/bin/false\nenvoy:x:101:101::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n"

_ELF_LOAD_ADDRESS = 0x400000
_ELF_MACHINE = {"x86_64": 62, "aarch64": 183}
_WAIT_FOREVER = {
    # mov eax, 34 (pause); syscall; jmp back
    "x86_64": bytes.fromhex("b8220000000f05ebf7"),
    # x0…x4 = 0; x8 = 73 (ppoll); svc 0; b back
    "aarch64": bytes.fromhex("000080d2010080d2020080d2030080d2040080d2280980d2010000d4f9ffff17"),
}


def make_images(state: ClusterState) -> None:
    """Make the images that the cluster's Docker engine does not hold yet."""
    host, sidecar, firewall = state.docker_host, sidecar_image(state), state.firewall_image
    if not has_image(host, PAUSE_IMAGE):
        import_image(host, PAUSE_IMAGE, {"/pause": waiting_program(platform.machine())}, "ENTRYPOINT")
    if not has_image(host, sidecar):
        import_image(host, sidecar, envoy_files(Path(state.envoy)), "ENTRYPOINT")
    if firewall and not has_image(host, firewall):
        import_image(host, firewall, firewall_files(), "CMD")


def has_image(docker_host: str, image: str) -> bool:
    """Tell whether the engine holds an image (GET /images/{name}/json)."""
    return ask(docker_host, f"/images/{image}/json", timeout_s=30) is not None


def import_image(docker_host: str, image: str, files: Mapping[str, bytes], start: str) -> None:
    """
    Make an image whose only layer holds the files; the first is its ENTRYPOINT or, to give way to
    a task's own command, its CMD, as `start` says (POST /images/create?fromSrc=-).

    Raises:
        MachineUnfit: the engine refused it.
    """
    repository, _, tag = image.partition(":")
    change = f'{start} ["{next(iter(files))}"]'
    query = urlencode({"fromSrc": "-", "repo": repository, "tag": tag, "changes": change})
    connection = open_connection(docker_host, timeout_s=120)
    try:
        connection.request("POST", f"/images/create?{query}", body=_tar(files))
        answer = connection.getresponse()
        words = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise MachineUnfit(f"the Docker engine at {docker_host} did not take the image {image}: {error}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK or '"error"' in words:
        raise MachineUnfit(f"the Docker engine at {docker_host} did not take the image {image}: {words.strip()}")


def waiting_program(machine: str) -> bytes:
    """
    Return an ELF program that waits forever: header, one loadable segment, the instructions.

    Raises:
        MachineUnfit: for a processor without one.
    """
    if machine not in _WAIT_FOREVER:
        raise MachineUnfit(f"no pause image for the processor {machine}")
    code = _WAIT_FOREVER[machine]
    headers = 64 + 56
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    entry = _ELF_LOAD_ADDRESS + headers
    elf = pack("<HHIQQQIHHHHHH", 2, _ELF_MACHINE[machine], 1, entry, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    size = headers + len(code)
    segment = pack("<IIQQQQQQ", 1, 5, 0, _ELF_LOAD_ADDRESS, _ELF_LOAD_ADDRESS, size, size, 0x1000)
    return identity + elf + segment + code


def envoy_files(envoy: Path) -> dict[str, bytes]:
    """Return Envoy and the shared libraries it names (ldd), by their path in the image."""
    return {
        "/usr/local/bin/envoy": envoy.read_bytes(),
        **_libraries(envoy),
        "/etc/passwd": _USERS,
    }


def missing_firewall_programs() -> tuple[str, ...]:
    """Return which programs of the firewall image this machine does not have."""
    return tuple(name for name in _FIREWALL_PROGRAMS if shutil.which(name, path=_PROGRAM_PATH) is None)


def firewall_files() -> dict[str, bytes]:
    """
    Return a shell, sleep and iptables with their libraries and extensions, by their path in the image.

    Raises:
        MachineUnfit: this machine lacks one of the programs.
    """
    if missing := missing_firewall_programs():
        raise MachineUnfit(f"no firewall image without {', '.join(missing)}")
    files: dict[str, bytes] = {}
    for name in _FIREWALL_PROGRAMS:
        program = Path(str(shutil.which(name, path=_PROGRAM_PATH))).resolve()
        # Each by its own name: iptables and busybox tell by it what they are to do.
        files |= {f"/bin/{name}": program.read_bytes(), **_libraries(program)}
    extensions = [Path(path).resolve().parent / "xtables" for path in files if "/libxtables.so" in path]
    files |= {str(path): path.read_bytes() for folder in extensions for path in folder.glob("*.so")}
    return files | {"/etc/passwd": _USERS}


def _libraries(program: Path) -> dict[str, bytes]:
    """Return the shared libraries that a program names, by their path."""
    paths = re.findall(r"(/\S+) \(0x", run_command("ldd", str(program)))
    return {path: Path(path).read_bytes() for path in paths}


def _tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
        scratch = tarfile.TarInfo("tmp")
        scratch.type, scratch.mode = tarfile.DIRTYPE, 0o1777
        archive.addfile(scratch)
    return packed.getvalue()
