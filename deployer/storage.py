"""
Where nomadeploy keeps files of its own, and a cache by content.

The cache holds pickles, so its directory belongs to the user alone; anything unreadable in it
counts as absent and is written anew.
"""

import atexit
import hashlib
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from deployer import __version__

T = TypeVar("T")

_OLD_S = 30 * 24 * 3600
_PRUNED_EVERY_S = 24 * 3600


@cache
def cache_directory() -> Path:
    """Return the user's private cache directory for nomadeploy (XDG_CACHE_HOME), or one for this call alone."""
    import platformdirs

    directory = Path(platformdirs.user_cache_dir("nomadeploy"))
    if _is_private(directory):
        return directory
    temporary = Path(tempfile.mkdtemp(prefix="nomadeploy-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary


@cache
def state_directory() -> Path:
    """Return the user's private state directory for nomadeploy (XDG_STATE_HOME), or a temporary one that stays."""
    import platformdirs

    directory = Path(platformdirs.user_state_dir("nomadeploy"))
    return directory if _is_private(directory) else Path(tempfile.mkdtemp(prefix="nomadeploy-"))


def _is_private(directory: Path) -> bool:
    """Make the directory, and say whether nobody else can write to it: what is unpickled from it is code."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.stat()
    except OSError:  # no home, or one that is read-only: a container in a pipeline
        return False
    return found.st_uid == os.getuid() and not found.st_mode & 0o022 and os.access(directory, os.W_OK)


def cached(kind: str, content: bytes, compute: Callable[[], T]) -> T:
    """
    Return what was computed for this content before, or compute and keep it.

    Args:
        kind: name of the result, with `code_digest` of the code that computes it.
        content: everything that the result depends on.
    """
    name = hashlib.sha256(f"{__version__} {kind}\n".encode() + content).hexdigest()
    path = cache_directory() / "content" / name[:2] / name[2:]
    try:
        result: T = pickle.loads(path.read_bytes())  # noqa: S301 - our own private directory
    except Exception:  # noqa: BLE001 - a damaged or foreign entry is as good as none
        result = compute()
        _keep(path, result)
    return result


@cache
def code_digest(*packages: str) -> str:
    """Return a digest of the Python files of packages (``hcl`` means deployer/hcl): changed code, other results."""
    root = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _keep(path: Path, result: object) -> None:
    try:
        _prune(cache_directory() / "content")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
        Path(file.name).replace(path)
    except OSError:
        return  # a full or read-only disk costs speed, not the result


@cache
def _prune(directory: Path) -> None:
    """Remove entries of last month, once a day at most: every release renders texts that never come again."""
    now = time.time()
    stamp = directory.parent / "content-pruned"
    if stamp.is_file() and now - stamp.stat().st_mtime < _PRUNED_EVERY_S:
        return
    stamp.touch(mode=0o600)
    for path in directory.glob("*/*"):
        if now - path.stat().st_mtime > _OLD_S:
            path.unlink(missing_ok=True)
