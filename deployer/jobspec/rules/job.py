"""
Jobs.

Source: Nomad 1.11.3, ``nomad/structs/structs.go`` (Job, PeriodicConfig and ParameterizedJobConfig.Validate),
``nomad/structs/node_pool.go`` and ``jobspec2/types.config.go`` for the file around the job.
"""

import re
from collections.abc import Iterator

from deployer.jobspec.node import Complaint, Node
from deployer.jobspec.rules.cron import cron_complaint, is_time_zone
from deployer.jobspec.rules.reading import is_later

_POOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_LONGEST_DESCRIPTION = 1000


def one_job_stands_in_the_file(node: Node) -> Iterator[Complaint]:
    """Yield a file without a job block, or with two."""
    jobs = list(node.all("job"))
    if not jobs:
        yield node.complain('the file has no job block; it needs one: job "name" { … }')
    if len(jobs) > 1:
        yield jobs[1].complain("only one job block is allowed in a file; split the file")


def identity_holds(node: Node) -> Iterator[Complaint]:
    """Yield an ID with spaces, an empty name or datacenter, and an impossible node pool."""
    identifier = node.text("id", node.name)
    if identifier is not None and (" " in identifier or "\0" in identifier):
        yield node.complain("the job's ID may hold no spaces", "id" if node.has("id") else "")
    if identifier == "" and (node.labels or node.has("id")):
        yield node.complain("the job's ID must not be empty", "id" if node.has("id") else "")
    for attribute in ("name", "region", "namespace"):
        if node.has(attribute) and node.text(attribute) == "":
            yield node.complain(f"the job's {attribute} must not be empty; leave it out instead", attribute)
    for index, name in enumerate(node.items("datacenters")):
        if name == "":
            yield node.complain('a datacenter must not be empty; "*" means every one', "datacenters", index)
    pool = node.text("node_pool")
    if pool and "${" not in pool and not _POOL_NAME.fullmatch(pool):
        yield node.complain(f"a node pool's name may hold only letters, digits, - and _, not {pool!r}", "node_pool")


def groups_hold(node: Node) -> Iterator[Complaint]:
    """Yield a job without groups, and groups of one name."""
    groups = [*node.all("task"), *node.all("group")]
    if not groups:
        yield node.complain("the job has no group; it needs at least one")
    seen: set[str] = set()
    for group in groups:
        if group.name in seen and not is_later(group.name):
            yield group.complain(f"there is another group named {group.name!r} in this job")
        seen.add(group.name)


def type_fits(node: Node) -> Iterator[Complaint]:
    """Yield blocks that the job's type does not take."""
    type_ = node.text("type", "service")
    if type_ == "system":
        for found in (*node.all("affinity"), *node.all("spread")):
            yield found.complain(f"a system job takes no {found.type} block: it runs on every node")
    if type_ in ("batch", "sysbatch", None):
        return
    periodic, parameterized = node.first("periodic"), node.first("parameterized")
    if periodic is not None and periodic.flag("enabled", default=True):
        yield periodic.complain(f'only batch and sysbatch jobs can be periodic, not a {type_} job; set type = "batch"')
    if parameterized is not None:
        yield parameterized.complain(
            f'only batch and sysbatch jobs can be parameterized, not a {type_} job; set type = "batch"'
        )


def periodic_holds(node: Node) -> Iterator[Complaint]:
    """Yield what PeriodicConfig.Validate refuses."""
    if not node.flag("enabled", default=True):
        return
    cron, crons = node.text("cron"), node.items("crons")
    if cron and crons:
        yield node.complain("cron and crons exclude each other; keep one of the two", "crons")
    if cron == "" and node.values.get("crons") in (None, []):
        yield node.complain('cron is missing; it says when the job runs, such as "0 3 * * *"', "cron")
    if cron and (words := cron_complaint(cron)):
        yield node.complain(words, "cron")
    for index, text in enumerate(crons):
        if isinstance(text, str) and (words := cron_complaint(text)):
            yield node.complain(words, "crons", index)
    zone = node.text("time_zone")
    if zone and not is_time_zone(zone):
        yield node.complain(f"there is no time zone {zone!r}", "time_zone")


def parameterized_holds(node: Node) -> Iterator[Complaint]:
    """Yield meta keys that are required and optional at once."""
    required = [key for key in node.items("meta_required") if isinstance(key, str)]
    for index, key in enumerate(node.items("meta_optional")):
        if key in required:
            yield node.complain(f"the key {key!r} is in meta_required too; keep one of the two", "meta_optional", index)


def ui_holds(node: Node) -> Iterator[Complaint]:
    """Yield a description that is too long."""
    description = node.text("description") or ""
    if len(description.encode()) > _LONGEST_DESCRIPTION:
        yield node.complain(f"description may hold at most {_LONGEST_DESCRIPTION} characters", "description")
