"""Commands on runs: create, take over, keep, cancel, finish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from rc_evals.store.transaction import dump

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rc_evals.store.transaction import Transaction

LEASE_MS: Final = 15_000
"""How long a controller's claim on a run lasts unless it is renewed."""

_NEW_RUN: Final = """
INSERT INTO runs (uuid, name, suite, suite_path, agent, agent_args, settings, sandbox, concurrency, timeout_seconds,
  iterations, state, total, created_at, model)
VALUES (:uuid, :name, :suite, :suite_path, :agent, :agent_args, :settings, :sandbox, :concurrency, :timeout_seconds,
  :iterations, 'active', :total, :now, :model) RETURNING id
"""

_NEW_TASK: Final = """
INSERT INTO tasks (run_id, language, exercise, iteration, digest, state, attempts, not_before)
VALUES (:run_id, :language, :exercise, :iteration, :digest, 'queued', 0, 0)
"""

_TAKE: Final = """
UPDATE runs SET lease_owner = :owner, lease_token = :token, lease_expires_at = :now + :lasts
WHERE id = :run_id AND finished_at IS NULL AND imported_at IS NULL
  AND (lease_token IS NULL OR lease_token = :evicted OR lease_expires_at <= :now)
"""

_INHERIT: Final = """
UPDATE tasks SET lease_token = :token || substr(lease_token, length(:evicted) + 1)
WHERE run_id = :run_id AND substr(lease_token, 1, length(:evicted) + 1) = :evicted || '-'
"""

_CANCELLING: Final = """
UPDATE runs SET state = 'cancelling' WHERE id = :run_id AND finished_at IS NULL AND imported_at IS NULL
"""

_KEEP: Final = """
UPDATE runs SET lease_expires_at = :now + :lasts WHERE id = :run_id AND lease_token = :token RETURNING state
"""

_LEAVE: Final = """
UPDATE runs SET lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL
WHERE id = :run_id AND lease_token = :token
"""

_FINISH: Final = """
UPDATE runs SET state = CASE state WHEN 'cancelling' THEN 'cancelled' ELSE 'complete' END, finished_at = :now,
  lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL
WHERE id = :run_id AND lease_token = :token
  AND NOT EXISTS (SELECT 1 FROM tasks WHERE run_id = :run_id AND state != 'decided') RETURNING state
"""


class NewTask(NamedTuple):
    """One exercise, once."""

    language: str
    exercise: str
    iteration: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRun:
    """Insert a run and all its tasks. Returns the run's id."""

    uuid: str
    name: str | None
    suite: str
    suite_path: str
    agent: str
    agent_args: Mapping[str, str]
    settings: Mapping[str, object] | None
    sandbox: str
    concurrency: int
    timeout_seconds: int
    iterations: int
    environment: Mapping[str, object]
    tasks: Sequence[NewTask]
    now: int
    model: str | None = None
    """As people know it; None when nobody said which."""

    def apply(self, tx: Transaction) -> int:
        """Nothing is expected."""
        run_id = int(
            tx.value(
                _NEW_RUN,
                uuid=self.uuid,
                name=self.name,
                suite=self.suite,
                suite_path=self.suite_path,
                agent=self.agent,
                agent_args=dump(dict(self.agent_args)),
                settings=None if self.settings is None else dump(dict(self.settings)),
                sandbox=self.sandbox,
                concurrency=self.concurrency,
                timeout_seconds=self.timeout_seconds,
                iterations=self.iterations,
                total=len(self.tasks),
                now=self.now,
                model=self.model,
            )
        )
        record = dump(dict(self.environment))
        tx.change("INSERT INTO environments (run_id, record) VALUES (:run_id, :record)", run_id=run_id, record=record)
        tx.change_each(_NEW_TASK, [{"run_id": run_id, **task._asdict()} for task in self.tasks])
        tx.note("queued", run_id=run_id, at=self.now, tasks=len(self.tasks))
        return run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRun:
    """Become the controller of a run. Returns False when another one holds it.

    `evicted` is the token of a holder that the caller knows to be dead. With `inherits` the new controller holds at
    once what that one held: leases of tasks begin with the token of their controller, and these are changed.
    """

    run_id: int
    owner: str
    token: str
    now: int
    evicted: str | None = None
    inherits: bool = False

    def apply(self, tx: Transaction) -> bool:
        """The run is not over, not imported, and its lease is free, expired, or the evicted one."""
        taken = tx.change(
            _TAKE,
            run_id=self.run_id,
            owner=self.owner,
            token=self.token,
            evicted=self.evicted,
            now=self.now,
            lasts=LEASE_MS,
        )
        if not taken:
            return False
        if self.inherits:
            tx.change(_INHERIT, run_id=self.run_id, token=self.token, evicted=self.evicted)
        tx.note("controller", run_id=self.run_id, at=self.now, owner=self.owner)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRun:
    """Renew a controller's lease. Returns the run's state, None when the lease is lost."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> str | None:
        """The lease is still the caller's."""
        kept = tx.value(_KEEP, run_id=self.run_id, token=self.token, now=self.now, lasts=LEASE_MS)
        return None if kept is None else str(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRun:
    """Give a controller's lease back; the run stays as it is and can be resumed."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> None:
        """The lease is still the caller's; else there is nothing to give back."""
        if tx.change(_LEAVE, run_id=self.run_id, token=self.token):
            tx.note("left", run_id=self.run_id, at=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCancel:
    """Ask for the end of a run. Returns False when it is over already, or was imported."""

    run_id: int
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The run is not over, and of this data folder. Asking twice is harmless."""
        if not tx.change(_CANCELLING, run_id=self.run_id):
            return False
        tx.note("cancelling", run_id=self.run_id, at=self.now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRun:
    """Close a run of which every task is decided. Returns False when one is not, or the lease is lost."""

    run_id: int
    token: str
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The lease is the caller's, and no task is undecided."""
        state = tx.value(_FINISH, run_id=self.run_id, token=self.token, now=self.now)
        if state is None:
            return False
        tx.note(str(state), run_id=self.run_id, at=self.now)
        return True
