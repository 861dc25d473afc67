"""
Walks a plan: writes each step, watches what it set off, emits events. Carries no decision logic:
what to write, in what order and at which index is the plan's; what a reading means is the watcher's.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from deployer.apply.parallel import run_all
from deployer.cluster.model import Registered
from deployer.cluster.ports import ConsulPort, NomadPort
from deployer.errors import DeployerError
from deployer.plan.model import Action, Kind, Plan, Step
from deployer.report.events import Report, StepDone, StepProgress, StepStarted
from deployer.watch.verdict import State, Verdict
from deployer.watch.watcher import Watched, Watcher

AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What became of one step.

    Attributes:
        registered: what Nomad answered, for a job that was registered.
        verdict: of a watched job.
        error: why the write itself was refused.
    """

    step: Step
    registered: Registered | None = None
    verdict: Verdict | None = None
    error: DeployerError | None = None

    @property
    def failed(self) -> bool:
        """Whether the release cannot go on."""
        return self.error is not None or (self.verdict is not None and self.verdict.state is not State.HEALTHY)

    @property
    def job_modify_index(self) -> int:
        """The job's index after the write; 0 where nothing was registered."""
        return self.registered.job_modify_index if self.registered else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """
    Carries plans out on one cluster.

    Attributes:
        after_job: further proof of a healthy job (smoke test), before its wave counts as done;
            returns what is wrong, or an empty string.
    """

    nomad: NomadPort
    consul: ConsulPort
    watcher: Watcher
    report: Report
    after_job: Callable[[Step], str]
    written: dict[tuple[str, str], int] = field(default_factory=dict)

    def apply(self, plan: Plan, outcomes: list[Outcome]) -> None:
        """
        Apply the plan's changes until one fails.

        Args:
            outcomes: receives the outcome of every step that was begun, also when interrupted.
        """
        for _, wave in groupby(plan.changes, key=lambda step: step.wave):
            steps = list(wave)
            entries = [step for step in steps if step.kind is not Kind.JOB]
            jobs = [step for step in steps if step.kind is Kind.JOB]
            # Config entries take effect at once and jobs rely on them; a right that goes away goes
            # after the jobs that used it.
            first, second = (jobs, entries) if steps[0].action in (Action.STOP, Action.REMOVE) else (entries, jobs)
            for part in (first, second):
                self._side_by_side(part, outcomes)
                if any(outcome.failed for outcome in outcomes):
                    return

    def _side_by_side(self, steps: Sequence[Step], outcomes: list[Outcome]) -> None:
        def one(step: Step) -> None:
            outcomes.append(self._step(step))

        run_all([lambda step=step: one(step) for step in steps], at_once=AT_ONCE)  # type: ignore[misc]

    def _step(self, step: Step) -> Outcome:
        started = time.monotonic()
        self.report.emit(StepStarted(step=step))
        try:
            outcome = self._write(step)
        except DeployerError as error:
            outcome = Outcome(step=step, error=error)
        text = str(outcome.error) if outcome.error else outcome.verdict.reason if outcome.verdict else "done"
        seconds = time.monotonic() - started
        self.report.emit(StepDone(step=step, text=text, failed=outcome.failed, seconds=seconds))
        return outcome

    def _write(self, step: Step) -> Outcome:
        match step.kind, step.action:
            case Kind.JOB, Action.STOP:
                self.nomad.stop_job(step.namespace, step.name, expected_index=step.expected_index)
                return Outcome(step=step)
            case Kind.JOB, _:
                return self._register(step)
            case _:
                self._write_entry(step)
                return Outcome(step=step)

    def _write_entry(self, step: Step) -> None:
        kind, name = _entry(step)
        # A plan may write one entry twice: rights are given first and taken away last.
        expected = self.written.get((kind, name), step.expected_index)
        if step.body is None:
            self.consul.delete_config_entry(kind, name, cas=expected)
            return
        self.consul.put_config_entry(step.body, cas=expected)
        entry = self.consul.config_entry(kind, name)
        if entry is not None:
            self.written[kind, name] = entry.modify_index

    def _register(self, step: Step) -> Outcome:
        registered = self._resumed(step) if step.resumes else self._registered(step)
        job = Watched.of(step.body or {}, step.namespace)
        verdict = self.watcher.watch(
            job, registered, lambda verdict: self.report.emit(StepProgress(step=step, verdict=verdict))
        )
        if verdict.state is State.HEALTHY:
            problem = self.after_job(step)
            if problem:
                verdict = Verdict(state=State.FAILED, reason=problem)
        return Outcome(step=step, registered=registered, verdict=verdict)

    def _registered(self, step: Step) -> Registered:
        expected = step.expected_index
        if step.restarts:
            # Nomad takes no notice of a register that changes nothing; stopping first makes it one.
            self.nomad.stop_job(step.namespace, step.name, expected_index=expected)
            listed = self.nomad.list_jobs(step.namespace, prefix=step.name)
            expected = next((job.job_modify_index for job in listed if job.id == step.name), 0)
        return self.nomad.register_job(step.body or {}, expected_index=expected)

    def _resumed(self, step: Step) -> Registered:
        """Have the job evaluated as it stands: there is something to wait for, and nothing starts anew."""
        eval_id = self.nomad.evaluate_job(step.namespace, step.name)
        return Registered(eval_id=eval_id, job_modify_index=step.expected_index, warnings="")


def _entry(step: Step) -> tuple[str, str]:
    if step.kind is Kind.INTENTION:
        return "service-intentions", step.name.rpartition(" -> ")[2]
    return "service-defaults", step.name
