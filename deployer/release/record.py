"""
Reads and writes release records in Nomad Variables.

A variable holds 64 KiB, so a record is compressed and split into parts, which are written first;
then one head variable, by check-and-set, makes the release visible. Paths:
``nomadeploy/<project>/<stack>/<env>`` (head) and ``…/releases/<id>/{state,detail}-<n>``.
"""

import base64
import re
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import msgspec

from deployer.cluster.ports import VariablesPort
from deployer.errors import ServerFailed, StalePlan
from deployer.plan.desired import Owner
from deployer.release.model import Release, ReleaseDetail

PART_BYTES = 60_000
KEPT_RELEASES = 20
PARTS_AT_MOST = 10_000
_FORMAT = "2"
_HEAD_WORDS = 4
_PART = re.compile(r"(?P<id>(?P<release>\d+)-[^/]+)/(?P<kind>[a-z]+)-(?P<number>\d+)")


@dataclass(frozen=True, slots=True)
class Head:
    """
    The newest release of a stack in an environment.

    Attributes:
        modify_index: what the next write must find; 0 when there is no record yet.
        numbers: release ids in order, oldest first.
    """

    modify_index: int = 0
    release: Release | None = None
    ids: tuple[str, ...] = ()


def path_of(owner: Owner) -> str:
    """Return the head variable's path; only characters that Nomad allows in paths remain."""
    return "/".join(["nomadeploy", *(_safe(part) for part in (owner.project, owner.stack, owner.environment))])


def _safe(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9_~.-]", "~", part)


def recorded_stacks(variables: VariablesPort, namespace: str, project: str, environment: str) -> frozenset[str]:
    """Return the stacks that have had a release in an environment, also those that the files no longer have."""
    paths = [item.path.split("/") for item in variables.list_variables(namespace, f"nomadeploy/{_safe(project)}/")]
    return frozenset(path[2] for path in paths if len(path) == _HEAD_WORDS and path[3] == _safe(environment))


class ReleaseRecords:
    """The records of one owner in one Nomad namespace."""

    def __init__(self, variables: VariablesPort, namespace: str, owner: Owner) -> None:
        self._variables = variables
        self._namespace = namespace
        self._path = path_of(owner)

    def head(self) -> Head:
        """Read the newest release: one call, or a few more where it has several parts."""
        item = self._variables.variable(self._namespace, self._path)
        if item is None or not item.items.get("release"):
            return Head(modify_index=item.modify_index if item else 0)
        ids = tuple(item.items.get("ids", "").split())
        if "state" in item.items:
            state = msgspec.json.decode(_unpack(item.items["state"]), type=Release)
        else:
            state = self._state(item.items["release"], int(item.items["parts"]))
        return Head(modify_index=item.modify_index, release=state, ids=ids)

    def release(self, release_id: str) -> Release:
        """Read an older release; raises `ServerFailed` when a part of it is gone."""
        first = self._part(release_id, "state-0")
        return self._state(release_id, int(first["parts"]))

    def detail(self, release_id: str) -> ReleaseDetail:
        """Read a release's jobs and values."""
        first = self._part(release_id, "detail-0")
        texts = [first["data"]] + [
            self._part(release_id, f"detail-{number}")["data"] for number in range(1, int(first["parts"]))
        ]
        return msgspec.json.decode(_unpack("".join(texts)), type=ReleaseDetail)

    def write(self, head: Head, release: Release, detail: ReleaseDetail | None = None) -> Head:
        """
        Write a release and make it the newest; returns the new head.

        Raises:
            StalePlan: another release was recorded since `head` was read.
        """
        packed = _pack(msgspec.json.encode(release))
        parts = {"state": self._put_parts(release.id, "state", packed)}
        if detail is not None:
            parts["detail"] = self._put_parts(release.id, "detail", _pack(msgspec.json.encode(detail)))
        ids = tuple(dict.fromkeys((*head.ids, release.id)))[-KEPT_RELEASES:]
        items = {"format": _FORMAT, "release": release.id, "ids": " ".join(ids)}
        # A small record rides along in the head, so that the next plan needs one call.
        fits = len(packed) < PART_BYTES - 4_000
        items |= {"state": packed} if fits else {"parts": str(parts["state"])}
        try:
            written = self._variables.put_variable(self._namespace, self._path, items, cas=head.modify_index)
        except StalePlan as error:
            raise StalePlan(
                f"another release of {self._path.removeprefix('nomadeploy/')} was recorded meanwhile",
                hint="look at `nomadeploy history`, then run again",
            ) from error
        if release.ended_at:
            self._prune(release, ids, parts)
        return replace(head, modify_index=written.modify_index, release=release, ids=ids)

    def _state(self, release_id: str, parts: int) -> Release:
        with ThreadPoolExecutor(max_workers=8) as pool:
            texts = list(pool.map(lambda n: self._part(release_id, f"state-{n}")["data"], range(parts)))
        return msgspec.json.decode(_unpack("".join(texts)), type=Release)

    def _part(self, release_id: str, name: str) -> Mapping[str, str]:
        path = f"{self._path}/releases/{release_id}/{name}"
        item = self._variables.variable(self._namespace, path)
        if item is None:
            raise ServerFailed(f"the record of release {release_id} is incomplete: there is no variable {path}")
        return item.items

    def _put_parts(self, release_id: str, name: str, packed: str) -> int:
        pieces = _split(packed)
        for number, piece in enumerate(pieces):
            path = f"{self._path}/releases/{release_id}/{name}-{number}"
            items = {"data": piece, "parts": str(len(pieces))}
            self._variables.put_variable(self._namespace, path, items, cas=None)
        return len(pieces)

    def _prune(self, release: Release, kept: tuple[str, ...], parts: Mapping[str, int]) -> None:
        """Delete parts of releases no longer kept, of those that lost to this one, and surplus ones of its own."""
        prefix = f"{self._path}/releases/"
        for item in self._variables.list_variables(self._namespace, prefix):
            part = _PART.fullmatch(item.path.removeprefix(prefix))
            if part is None:
                continue
            # A release that began after this one may have written its parts and no head yet.
            is_older = part["id"] not in kept and int(part["release"]) <= release.number
            is_surplus = part["id"] == release.id and int(part["number"]) >= parts.get(part["kind"], PARTS_AT_MOST)
            if is_older or is_surplus:
                self._variables.delete_variable(self._namespace, item.path, cas=None)


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 6)).decode()


def _unpack(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


def _split(text: str) -> list[str]:
    return [text[start : start + PART_BYTES] for start in range(0, len(text), PART_BYTES)] or [""]
