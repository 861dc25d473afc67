"""
Every failure nomadeploy can name, as one tree.

DeployerError
├── ProjectError            3  the files: their author acts
│   ├── FilesInvalid           findings with file and line, all at once
│   ├── ProjectNotFound        no nomadeploy.hcl upward from here
│   ├── UnknownEnvironment     no such environment, stack or app
│   ├── RenderFailed           a template could not be rendered
│   ├── JobRejected            Nomad does not take the job
│   ├── FileExists             a file that would be written is there already
│   └── NameInvalid            a name that Consul or Nomad could not take
├── ClusterError            4  the cluster: its operator acts
│   ├── ClusterUnreachable     refused, timed out, no such host, TLS
│   ├── AccessDenied           the token may not do it
│   ├── NotFound               Nomad or Consul has no such object
│   ├── ServerFailed           any other error reply
│   └── MachineUnfit           this machine cannot do it (not root, not Linux, missing part)
├── ConflictError           5  somebody else moved: plan again
│   ├── StalePlan              an object moved between plan and apply
│   ├── NotOwned               the object belongs to another project
│   └── LockHeld               another release is running
├── RolloutFailed           6  the service's owner acts
│   ├── PlacementFailed        no node can take an allocation
│   ├── DeploymentFailed       allocations did not become healthy
│   ├── SmokeFailed            the app is up, but its answer is wrong
│   └── ProofFailed            a private app can be reached from outside
└── RolloutTimedOut         7  we stopped waiting; Nomad may go on

Exit codes: docs/errors.md.
"""

from collections.abc import Sequence

from deployer.finding import Finding


class DeployerError(Exception):
    """
    A failure that can be named.

    Attributes:
        slug: stable kebab-case name, printed as ``error[slug]``.
        exit_code: the process's exit code.
        hint: one action that helps, or an empty string.
    """

    slug = "error"
    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ProjectError(DeployerError):
    """Something in the project's files; their author acts."""

    slug = "project"
    exit_code = 3


class FilesInvalid(ProjectError):
    """The files have findings; all of them are told at once."""

    slug = "files-invalid"

    def __init__(self, findings: Sequence[Finding], *, hint: str = "") -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        super().__init__(f"{count} finding{'s' if count != 1 else ''} in the files", hint=hint)


class ProjectNotFound(ProjectError):
    """There is no nomadeploy.hcl here or in a folder above."""

    slug = "project-not-found"


class UnknownEnvironment(ProjectError):
    """The environment, stack or app that was named does not exist."""

    slug = "unknown-name"


class RenderFailed(ProjectError):
    """A template could not be rendered."""

    slug = "render-failed"


class JobRejected(ProjectError):
    """Nomad's server does not take the job as it stands."""

    slug = "job-rejected"


class FileExists(ProjectError):
    """A file that would be written is there already; nothing was written."""

    slug = "file-exists"


class NameInvalid(ProjectError):
    """A name that Consul services or Nomad Variables could not take."""

    slug = "name-invalid"


class ClusterError(DeployerError):
    """The cluster or this machine; their operator acts."""

    slug = "cluster"
    exit_code = 4


class ClusterUnreachable(ClusterError):
    """No answer: refused, timed out, unknown host, or TLS failed."""

    slug = "cluster-unreachable"


class AccessDenied(ClusterError):
    """The token has no right to do it."""

    slug = "access-denied"


class NotFound(ClusterError):
    """Nomad or Consul has no such object."""

    slug = "not-found"


class ServerFailed(ClusterError):
    """Nomad or Consul answered with an error of its own."""

    slug = "server-failed"


class MachineUnfit(ClusterError):
    """This machine cannot do it: not root, not Linux, or a part is missing."""

    slug = "machine-unfit"


class ConflictError(DeployerError):
    """Somebody else moved; plan again."""

    slug = "conflict"
    exit_code = 5


class StalePlan(ConflictError):
    """An object moved between plan and apply; it was not touched."""

    slug = "stale-plan"


class NotOwned(ConflictError):
    """The object belongs to another project, stack or environment."""

    slug = "not-owned"


class LockHeld(ConflictError):
    """Another release of this stack and environment is running."""

    slug = "lock-held"


class RolloutFailed(DeployerError):
    """The release did not become healthy; the service's owner acts."""

    slug = "rollout-failed"
    exit_code = 6


class PlacementFailed(RolloutFailed):
    """No node can take an allocation."""

    slug = "placement-failed"


class DeploymentFailed(RolloutFailed):
    """Allocations did not become healthy."""

    slug = "deployment-failed"


class SmokeFailed(RolloutFailed):
    """The app is up, but its answer through the real route is wrong."""

    slug = "smoke-failed"


class ProofFailed(RolloutFailed):
    """A private app can be reached from outside, or a declared caller is not let in."""

    slug = "proof-failed"


class RolloutTimedOut(DeployerError):
    """We stopped waiting; Nomad may still be working."""

    slug = "rollout-timed-out"
    exit_code = 7
