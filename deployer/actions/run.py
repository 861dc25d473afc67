"""`nomadeploy run`: apply the plans, stack by stack, each as one recorded release."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from deployer.actions.connect import Cluster
from deployer.actions.diagnose import diagnose_job
from deployer.actions.plan import StackPlan, refusal_hint, with_fresh_mesh
from deployer.apply.executor import Executor, Outcome
from deployer.apply.parallel import run_all
from deployer.errors import (
    ConflictError,
    DeployerError,
    DeploymentFailed,
    NotOwned,
    PlacementFailed,
    ProofFailed,
    RolloutTimedOut,
    SmokeFailed,
)
from deployer.mesh.proof import prove
from deployer.plan.model import Kind, Step
from deployer.project.model import App
from deployer.project.resolve import Resolved
from deployer.release.compose import begin_release, detail_of, end_release
from deployer.release.model import Release
from deployer.release.origin import Origin, read_origin
from deployer.release.record import Head, ReleaseRecords
from deployer.report.events import Diagnosed, Proved, ReleaseEnded, ReleaseStarted, Report
from deployer.smoke.build import probe_of
from deployer.smoke.probe import run_probe
from deployer.watch.verdict import State
from deployer.watch.watcher import Watcher

SMOKE = "smoke test: "


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResult:
    """
    What became of one stack.

    Attributes:
        release: the stack's newest release: a new one where something changed.
        changed: whether this run made it.
    """

    stack: str
    release: Release | None
    changed: bool
    routes: Mapping[str, str] = field(default_factory=dict)
    proofs: tuple[Proved, ...] = ()


def refuse_foreign(plans: Sequence[StackPlan]) -> None:
    """Raise `NotOwned` when any plan meets objects that are not ours; nothing is changed then."""
    refused = [step for plan in plans for step in plan.plan.refusals]
    if refused:
        words = "; ".join(f"{step.kind.value} {step.name}: {step.cause}" for step in refused)
        raise NotOwned(words, hint=refusal_hint(refused))


def run_plans(plans: Sequence[StackPlan], resolved: Resolved, cluster: Cluster, report: Report) -> list[StackResult]:
    """
    Apply every plan in order; stops at the first stack that fails.

    Raises:
        NotOwned: something in the way belongs to somebody else; nothing was changed.
        RolloutFailed, RolloutTimedOut, ConflictError, ClusterError: as the first failure says.
    """
    refuse_foreign(plans)
    _certify_dev_hosts(resolved)
    origin: Origin | None = None
    results = []
    for plan in plans:
        if not plan.plan.changes and not _is_unproved(plan):
            stack = plan.desired.owner.stack
            results.append(StackResult(stack=stack, release=plan.head.release, changed=False, routes=plan.plan.routes))
            continue
        if origin is not None:
            plan = with_fresh_mesh(plan, cluster)  # noqa: PLW2901 - the same plan, on entries as they are now
        origin = origin or read_origin(resolved.project.root)
        results.append(_Run(plan, resolved, cluster, report, origin).run())
    return results


def _is_unproved(plan: StackPlan) -> bool:
    """Say whether everything is in place, but the last release ended before that was shown."""
    return plan.head.release is not None and plan.head.release.status != "successful" and bool(plan.desired.jobs)


def _certify_dev_hosts(resolved: Resolved) -> None:
    """Let the ingress of a dev cluster show a certificate for every public host."""
    if resolved.environment.dev_cluster:
        from deployer.devcluster.hosts import cover_hosts
        from deployer.devcluster.state import load_state

        state = load_state(resolved.environment.dev_cluster)
        hosts = tuple(str(app.public["host"]) for app in resolved.apps if app.public is not None)
        if state is not None and hosts:
            cover_hosts(state, hosts)


class _Run:
    """One release in the making."""

    def __init__(self, plan: StackPlan, resolved: Resolved, cluster: Cluster, report: Report, origin: Origin) -> None:
        self._plan = plan
        self._resolved = resolved
        self._cluster = cluster
        self._report = report
        self._origin = origin
        self._records = ReleaseRecords(cluster.nomad, plan.desired.namespace, plan.desired.owner)
        self._outcomes: list[Outcome] = []

    def run(self) -> StackResult:
        started = time.monotonic()
        plan, desired = self._plan.plan, self._plan.desired
        release = begin_release(plan, desired, self._plan.head, self._origin, now=_now(), partial=self._plan.partial)
        head = self._records.write(self._plan.head, release, detail_of(desired, plan))
        self._report.emit(
            ReleaseStarted(
                owner=desired.owner,
                release_id=release.id,
                totals=plan.totals(),
                apps=tuple(step.app for step in plan.changes if step.kind is Kind.JOB),
            )
        )
        status, proofs = "interrupted", []
        try:
            self._executor().apply(plan, self._outcomes)
            if any(outcome.failed for outcome in self._outcomes):
                status = "failed"
            else:
                # Until everything is proved the release is not successful, whatever ends it.
                proofs = self._prove_all()
                status = "failed" if any(proof.problem for proof in proofs) else "successful"
        finally:
            release = self._finish(head, release, status, time.monotonic() - started)
        self._raise_failure(proofs)
        return StackResult(
            stack=desired.owner.stack, release=release, changed=True, routes=plan.routes, proofs=tuple(proofs)
        )

    def _executor(self) -> Executor:
        watcher = Watcher(self._cluster.nomad, limit_s=self._resolved.environment.timeout_s)
        return Executor(
            nomad=self._cluster.nomad,
            consul=self._cluster.consul,
            watcher=watcher,
            report=self._report,
            after_job=self._smoke,
        )

    def _smoke(self, step: Step) -> str:
        proved = self._smoke_test(next(job.app for job in self._plan.desired.jobs if job.app.name == step.app))
        if proved is None:
            return ""
        if not proved.problem:
            self._report.emit(proved)
        return proved.problem and SMOKE + proved.problem

    def _smoke_test(self, app: App) -> Proved | None:
        probe = probe_of(app, self._resolved.apps, self._cluster.nomad)
        if probe is None:
            return None
        problem = run_probe(probe, self._cluster.ingress)
        return Proved(app=app.name, statement="smoke test through the public route", problem=problem)

    def _prove_all(self) -> list[Proved]:
        """Prove what this release has to: the isolation, and what the last release left unproved."""
        proofs = self._prove()
        if _is_unproved(self._plan):
            tested = {outcome.step.app for outcome in self._outcomes}
            untested = [job.app for job in self._plan.desired.jobs if job.app.name not in tested]
            smokes = run_all([partial(self._smoke_test, app) for app in untested], at_once=16)
            proofs = [smoke for smoke in smokes if smoke is not None] + proofs
        for proof in proofs:
            self._report.emit(proof)
        return proofs

    def _prove(self) -> list[Proved]:
        """
        Prove the isolation of the apps this release touched, and of those whose callers it changed;
        of all of them after a release that did not get so far.
        """
        touched = {step.app for step in self._plan.plan.changes if step.app}
        changed = {step.name.rpartition(" -> ")[2] for step in self._plan.plan.changes if step.kind is Kind.INTENTION}
        touched |= {job.app.name for job in self._plan.desired.jobs if job.app.service in changed}
        if _is_unproved(self._plan):
            touched = {job.app.name for job in self._plan.desired.jobs}
        cluster = self._cluster
        return prove(self._plan.desired, frozenset(touched), cluster.nomad, cluster.consul, cluster.ingress)

    def _finish(self, head: Head, release: Release, status: str, seconds: float) -> Release:
        ended = end_release(
            release,
            self._plan.desired,
            self._outcomes,
            status=status,
            now=_now(),
            partial=self._plan.partial,
        )
        if status == "failed":
            self._diagnose()
        try:
            self._records.write(head, ended)
        except DeployerError:
            # After Ctrl-C that stays the news; the next run finds the record as it was begun.
            if status != "interrupted":
                raise
        owner, routes = self._plan.desired.owner, self._plan.plan.routes
        self._report.emit(ReleaseEnded(owner=owner, release_id=ended.id, status=status, seconds=seconds, routes=routes))
        return ended

    def _diagnose(self) -> None:
        services = {job.app.name: job.app.service for job in self._plan.desired.jobs}
        for outcome in self._outcomes:
            if outcome.failed and outcome.registered is not None and outcome.verdict is not None:
                diagnoses = diagnose_job(outcome.step, services.get(outcome.step.app, ""), self._cluster)
                event = Diagnosed(step=outcome.step, reason=outcome.verdict.reason, diagnoses=diagnoses)
                self._report.emit(event)

    def _raise_failure(self, proofs: Sequence[Proved]) -> None:
        failed = [outcome for outcome in self._outcomes if outcome.failed]
        refused = [outcome.error for outcome in failed if outcome.error is not None]
        if not failed:
            problems = [f"{proof.app}: {proof.problem}" for proof in proofs if proof.problem]
            if any(proof.problem and proof.statement.startswith("smoke test") for proof in proofs):
                raise SmokeFailed("; ".join(problems))
            if problems:
                raise ProofFailed("; ".join(problems), hint="the apps run, but are not isolated as declared")
            return
        verdicts = [outcome for outcome in failed if outcome.verdict is not None]
        if verdicts:
            raise _rollout_error(verdicts)
        conflict = next((error for error in refused if isinstance(error, ConflictError)), refused[0])
        raise conflict


def _rollout_error(failed: Sequence[Outcome]) -> DeployerError:
    """Return one error for all failures: a failure beats a time-out."""
    words = "; ".join(f"{o.step.app}: {o.verdict.reason}" for o in failed if o.verdict)
    states = {outcome.verdict.state for outcome in failed if outcome.verdict}
    kinds: list[tuple[Callable[[], bool], type[DeployerError]]] = [
        (lambda: any(o.verdict and o.verdict.reason.startswith(SMOKE) for o in failed), SmokeFailed),
        (lambda: State.FAILED in states, DeploymentFailed),
        (lambda: State.UNPLACED in states, PlacementFailed),
    ]
    kind = next((kind for holds, kind in kinds if holds()), RolloutTimedOut)
    return kind(words)


def _now() -> datetime:
    return datetime.now(tz=UTC)
