"""Builds the tools to measure against from their own modules, exact by go.sum, once into the user's cache."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

TOOLS = Path(__file__).resolve().parent / "tools"
VERSIONS = {"nomad-pack": "0.4.2", "levant": "0.3.3"}


def rival(name: str) -> Path:
    """Return a tool's program; builds it with the Go toolchain on PATH where it is not in the cache."""
    target = Path(platformdirs.user_cache_dir("nomadeploy")) / "bench" / f"{name}-{VERSIONS[name]}" / name
    if target.is_file():
        return target
    go = shutil.which("go")
    if go is None:
        raise SystemExit(f"{name} is built from its Go module: there is no go on PATH")
    sys.stderr.write(f"building {name} {VERSIONS[name]} from its module\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    argv = [go, "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", str(fresh), "tool"]
    env = os.environ | {"GOFLAGS": "-buildvcs=false", "GOWORK": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    subprocess.run(argv, cwd=TOOLS / name, env=env, check=True)
    fresh.replace(target)
    return target
