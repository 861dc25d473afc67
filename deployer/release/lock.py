"""
One release at a time per stack and environment: a lease on a Nomad Variable, kept alive by a heartbeat.

The lease dies with its holder: TTL 15 s, renewed every 5 s, LockDelay 1 s (Nomad API, "Lock Variable").
A holder that could not renew for 10 s stops writing, since another release may soon begin.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from deployer.cluster.model import VariableLock
from deployer.cluster.ports import VariablesPort
from deployer.errors import DeployerError, LockHeld
from deployer.plan.desired import Owner
from deployer.release.origin import Origin
from deployer.release.record import path_of

TTL_S = 15.0
RENEW_S = 5.0
DELAY_S = 1.0
TRUST_S = 10.0
ORPHAN_S = 20.0
"""How long a later run waits at least: by then the lease of a dead holder has ended."""
_RETRY_S = 0.5

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """
    Who holds the lock, as its variable says.

    Attributes:
        since: UTC, ISO 8601.
        process: ``host:pid``.
    """

    who: str
    since: str
    process: str
    reason: str = ""
    ci_link: str = ""

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        link = f", {self.ci_link}" if self.ci_link else ""
        return f"{self.who} since {self.since} on {self.process}{why}{link}"


def lock_path(owner: Owner) -> str:
    """Return the path of the lock's variable."""
    return f"{path_of(owner)}/lock"


def read_holder(variables: VariablesPort, namespace: str, owner: Owner) -> Holder | None:
    """Return who holds the lock, or held it last without giving it back; None when it is free."""
    item = variables.variable(namespace, lock_path(owner))
    if item is None or not item.items.get("who"):
        return None
    return Holder(**{name: item.items.get(name, "") for name in Holder.__slots__})


class Lease:
    """A held lock. `check` is asked before every write of the release."""

    def __init__(self, variables: VariablesPort, lock: VariableLock, *, clock: Clock = time.monotonic) -> None:
        self._variables = variables
        self._lock = lock
        self._clock = clock
        self._renewed = clock()
        self._lost = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="lock-heartbeat")
        self._thread.start()

    def check(self) -> None:
        """
        Make sure that the lock is still ours.

        Raises:
            LockHeld: it was lost, or could not be renewed for too long to be sure.
        """
        silent_s = self._clock() - self._renewed
        if self._lost or silent_s > TRUST_S:
            reason = self._lost or f"it could not be renewed for {silent_s:.0f} s"
            raise LockHeld(
                f"this release lost its lock: {reason}",
                hint="nothing was written since; run again, it goes on where this one stopped",
            )

    def release(self) -> None:
        """Stop the heartbeat and give the lock back; a lock that was lost is none of ours."""
        self._ended.set()
        self._thread.join(RENEW_S)
        try:
            # The holder's name goes first: a variable without one is a free lock.
            self._variables.put_variable(
                self._lock.namespace, self._lock.path, {"free": "true"}, cas=None, lock_id=self._lock.lock_id
            )
            self._variables.release_lock(self._lock)
        except DeployerError:
            return

    def _beat(self) -> None:
        while not self._ended.wait(RENEW_S):
            begun = self._clock()
            try:
                self._variables.renew_lock(self._lock)
            except LockHeld as error:
                self._lost = str(error)
                return
            except DeployerError:
                continue  # the connection may come back; `check` counts the silence
            self._renewed = begun


@contextmanager
def held_lock(
    variables: VariablesPort,
    namespace: str,
    owner: Owner,
    origin: Origin,
    *,
    reason: str = "",
    wait_s: float = 0.0,
    say: Callable[[str], None] = lambda _: None,
    clock: Clock = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Lease]:
    """
    Hold the lock of a stack in an environment.

    Args:
        wait_s: how long to wait for another holder.

    Raises:
        LockHeld: somebody else holds it; the message says who, since when and where.
    """
    holder = Holder(
        who=origin.who,
        since=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        process=f"{socket.gethostname()}:{os.getpid()}",
        reason=reason,
        ci_link=origin.ci_link,
    )
    waiting = _Waiting(deadline=clock() + wait_s, clock=clock, sleep=sleep, say=say)
    lock = _acquire(variables, namespace, owner, holder, waiting)
    lease = Lease(variables, lock, clock=clock)
    try:
        yield lease
    finally:
        lease.release()


@dataclass(frozen=True, slots=True)
class _Waiting:
    deadline: float
    clock: Clock
    sleep: Callable[[float], None]
    say: Callable[[str], None]


def _acquire(variables: VariablesPort, namespace: str, owner: Owner, holder: Holder, waiting: _Waiting) -> VariableLock:
    items = {name: getattr(holder, name) or "-" for name in Holder.__slots__}
    told = False
    while True:
        try:
            return variables.acquire_lock(namespace, lock_path(owner), items=items, ttl_s=TTL_S, delay_s=DELAY_S)
        except LockHeld:
            other = read_holder(variables, namespace, owner) or "its holder is not known"
            if waiting.clock() >= waiting.deadline:
                raise LockHeld(
                    f"another release of {owner} is running: {other}",
                    hint="wait for it with --lock-wait 5m; a lock whose holder died frees itself within 20 s",
                ) from None
        if not told:
            waiting.say(f"waiting for the lock of {owner}: {other}")
            told = True
        waiting.sleep(_RETRY_S)
