"""Commands on runs as a whole, by whoever looks after them: another name, and the end of a run that nobody needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rc_evals.store.transaction import Transaction

_RENAME: Final = "UPDATE runs SET name = :name WHERE id = :run_id"

DELETING: Final = "deleting"
"""The state of a run that is being deleted, or was until its deletion was broken off."""

PART: Final = 500
"""Tasks that are deleted in one transaction: whoever else writes waits a tenth of a second for it, not for all."""

_EVENTS: Final = 5 * PART
"""Likewise of the journal, which has about as many for every task."""

_CONDEMN: Final = """
UPDATE runs SET state = :state, finished_at = coalesce(finished_at, :now)
WHERE id = :run_id AND (state = :state OR lease_token IS NULL OR lease_token = :token)
"""

_TASKS: Final = """
DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE run_id = :run_id ORDER BY id LIMIT :limit)
"""
"""What belongs to them goes with them."""

_JOURNAL: Final = """
DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE run_id = :run_id ORDER BY seq LIMIT :limit)
"""

_RUN: Final = "DELETE FROM runs WHERE id = :run_id AND state = :state"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameRun:
    """Give a run another name. Returns False when there is no such run."""

    run_id: int
    name: str | None
    """Without space around it; of an empty one, nothing is kept."""
    now: int

    def apply(self, tx: Transaction) -> bool:
        """The run exists."""
        name = (self.name or "").encode("utf-8", "replace").decode().strip() or None
        if not tx.change(_RENAME, run_id=self.run_id, name=name):
            return False
        tx.note("renamed", run_id=self.run_id, at=self.now, name=name)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CondemnRun:
    """Begin to delete a run: from now on it is over, whatever becomes of the rest.

    Returns False when another controls it, or it is gone.
    """

    run_id: int
    now: int
    token: str | None = None
    """The caller's claim on a run that is not over."""

    def apply(self, tx: Transaction) -> bool:
        """Nobody controls the run, or the caller does, or its deletion has begun before."""
        return bool(tx.change(_CONDEMN, run_id=self.run_id, state=DELETING, token=self.token, now=self.now))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePart:
    """Remove a part of what the store has of a run, at last the run. Returns False when nothing is left to remove."""

    run_id: int

    def apply(self, tx: Transaction) -> bool:
        """The run is condemned; else nothing is removed."""
        condemned = "SELECT 1 FROM runs WHERE id = :run_id AND state = :state"
        if tx.value(condemned, run_id=self.run_id, state=DELETING) is None:
            return False
        removed = tx.change(_TASKS, run_id=self.run_id, limit=PART)
        removed += tx.change(_JOURNAL, run_id=self.run_id, limit=_EVENTS)
        if not removed:
            tx.change(_RUN, run_id=self.run_id, state=DELETING)
        return bool(removed)
