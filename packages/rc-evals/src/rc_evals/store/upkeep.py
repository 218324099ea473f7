"""Commands on runs as a whole, by whoever looks after them: another name, and the end of a run that nobody needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rc_evals.store.transaction import Transaction

_RENAME: Final = "UPDATE runs SET name = :name WHERE id = :run_id"

_DELETE: Final = "DELETE FROM runs WHERE id = :run_id AND (lease_token IS NULL OR lease_token = :token)"
"""What belongs to the run goes with it, but for its journal."""

_FORGET: Final = "DELETE FROM journal WHERE run_id = :run_id"


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
class DeleteRun:
    """Remove a run and everything that the store has of it. Returns False when another controls it, or it is gone."""

    run_id: int
    token: str | None = None
    """The caller's claim on a run that is not over."""

    def apply(self, tx: Transaction) -> bool:
        """Nobody controls the run, or the caller does."""
        if not tx.change(_DELETE, run_id=self.run_id, token=self.token):
            return False
        tx.change(_FORGET, run_id=self.run_id)
        return True
