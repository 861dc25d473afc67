"""
The floor: what a deploy costs at least. Parallel HTTP and blocking queries, nothing else.

``python bench/floor.py ADDRESS FOLDER`` parses, registers and watches every job file of a folder.
"""

import sys
from pathlib import Path

from nomad_api import Connection, side_by_side


def deploy(address: str, folder: Path) -> None:
    """Register every job file of a folder and return when all their deployments are successful."""
    texts = {path.name.removesuffix(".nomad.hcl"): path.read_text() for path in sorted(folder.glob("*.nomad.hcl"))}

    def one(connection: Connection, name: str) -> None:
        job, _ = connection.call("POST", "/v1/jobs/parse", {"JobHCL": texts[name], "Canonicalize": False})
        registered, _ = connection.call("PUT", "/v1/jobs", {"Job": job})
        index, wanted = 0, registered["JobModifyIndex"]
        while True:
            deployment, index = connection.call("GET", f"/v1/job/{name}/deployment?index={index}&wait=60s")
            if not deployment or deployment["JobSpecModifyIndex"] < wanted:
                continue
            if deployment["Status"] == "successful":
                return
            if deployment["Status"] in {"failed", "cancelled"}:
                raise RuntimeError(f"{name}: {deployment['StatusDescription']}")

    side_by_side(address, list(texts), one)


if __name__ == "__main__":
    deploy(sys.argv[1], Path(sys.argv[2]))
