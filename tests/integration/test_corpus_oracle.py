"""
The corpus held to the real Nomad: valid means it takes the job, broken means it refuses it.

Where Nomad cannot judge, the file says so: ``# oracle: refused: …`` in a valid job that only another server
takes (Vault, Enterprise), ``# oracle: silent: …`` in a broken one that fails later than validation, and
``# oracle: fatal: …`` where the agent drops the request instead of answering.
"""

import re
from pathlib import Path

import pytest
import requests

from deployer.devcluster.state import ClusterState

pytestmark = pytest.mark.cluster

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
VALID = sorted((CORPUS / "valid").glob("*.nomad.hcl"))
BROKEN = sorted((CORPUS / "broken").glob("*.nomad.hcl"))
REMARK = re.compile(r"^# oracle: (refused|silent|fatal): (.+)$", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.name.removesuffix(".nomad.hcl")


def read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def remark_in(text: str) -> tuple[str, str]:
    found = REMARK.search(text)
    return (found[1], found[2]) if found else ("", "")


def refusal(address: str, text: str) -> str:
    """Return why the server does not take the job, or an empty string."""
    request = {"JobHCL": text, "Canonicalize": False}
    parsed = requests.post(f"{address}/v1/jobs/parse", json=request, timeout=10)
    if not parsed.ok:
        return parsed.text
    validated = requests.put(f"{address}/v1/validate/job", json={"Job": parsed.json()}, timeout=10)
    if not validated.ok:
        return validated.text
    reply = validated.json()
    return "\n".join(reply["ValidationErrors"] or []) or str(reply["Error"])


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_nomad_takes_the_valid_job(path: Path, cluster: ClusterState) -> None:
    text = read(path)
    kind, words = remark_in(text)

    answer = refusal(cluster.nomad_address, text)

    if kind == "refused":
        assert words in answer
    else:
        assert answer == ""


@pytest.mark.parametrize("path", BROKEN, ids=name_of)
def test_nomad_refuses_the_broken_job(path: Path, cluster: ClusterState) -> None:
    text = read(path)
    kind, _ = remark_in(text)

    if kind == "fatal":
        with pytest.raises(requests.ConnectionError):
            refusal(cluster.nomad_address, text)
        return
    answer = refusal(cluster.nomad_address, text)

    assert (answer == "") == (kind == "silent"), answer
