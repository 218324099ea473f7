"""How a run stands: its figures, and what each attempt does that goes on. Kept up to date by the journal's events."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypedDict

from rc_evals import artifacts, estimate, formats
from rc_evals.clock import now_ms
from rc_evals.events import TaskRef
from rc_evals.report import standing
from rc_evals.store import watching
from rc_evals.web.live.attempts import Row, Working, retry_row
from rc_evals.web.live.figures import figures
from rc_evals.web.live.limits import PhaseLimits
from rc_evals.web.live.running_rate import RunningRate
from rc_evals.web.live.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

PHASES: Final = frozenset({"preparing", "running", "testing"})

STEADY_MS: Final = 2_000
"""An estimate of the end that is off by less is not told anew."""


class Standing(TypedDict):
    """How a run stands as a whole. Times are milliseconds since the epoch."""

    id: int
    state: str
    """As `report.standing` says it."""
    total: int
    done: int
    queued: int
    """Tasks that nobody works on."""
    began: int
    finished: int | None
    ends: int | None
    """When it may be over; None while nobody can tell."""


class Snapshot(TypedDict):
    """Everything that the live part of a page shows."""

    at: int
    """When it was so, by the server's clock."""
    seq: int
    """The latest event of the journal that it knows."""
    run: Standing
    figures: dict[str, str]
    tasks: list[Row]


class Board:
    """The state of one run. Not safe for several threads.

    Args:
        home: the data folder.
        reader: of its database.
        run_id: the run.

    Raises:
        UnknownRunError: there is no such run.
    """

    def __init__(self, home: Home, reader: Reader, run_id: int) -> None:
        self._home, self._reader, self._run_id = home, reader, run_id
        self.run: dict[str, Any] = reader.run(run_id)
        """Its row."""
        self.state = ""
        """As `report.standing` says it."""
        self.seq = 0
        """The latest event that is known."""
        self.working: dict[int, Working] = {}
        """What goes on, by task id."""
        self._retrying: dict[int, Row] = {}
        self._took: deque[int] = deque(maxlen=estimate.REMEMBERED)
        self._ends: int | None = None
        self._rate = RunningRate()
        self._limits = PhaseLimits(home, self.run["timeout_seconds"])
        self.load()

    def load(self) -> None:
        """Learn everything from the store; what is known of attempts that still go on stays.

        Raises:
            UnknownRunError: the run is gone.
        """
        reader, run_id = self._reader, self._run_id
        with reader.unchanging():
            self.refresh()
            self.seq = watching.latest(reader, run_id)
            self._rate.load(reader, self.run)
            if self.run["finished_at"] is not None:
                self.working, self._retrying = {}, {}
                return
            working, phases = watching.working(reader, run_id), watching.phases(reader, run_id)
            retrying = watching.retrying(reader, run_id)
            self._took.extend(watching.durations(reader, run_id, limit=estimate.REMEMBERED))
        before, self.working = self.working, {}
        for row in working:
            known = before.get(row["task_id"])
            is_same = known is not None and known.task.attempt == row["attempt"]
            self.working[row["task_id"]] = (
                known if known and is_same else self._open(row, row["started_at"], is_new=False)
            )
        for phase in phases:
            self._enter(phase)
        for row in working:
            attempt = self.working[row["task_id"]]
            if attempt.phase != row["state"]:  # it began before the events that were looked at
                attempt.enter(row["state"], row["started_at"])
                attempt.has_process = row["pid"] is not None
        moment = now_ms()
        self._retrying = {row["task_id"]: _retry(row, moment) for row in retrying}

    def refresh(self) -> None:
        """Read the row of the run again.

        Raises:
            UnknownRunError: the run is gone.
        """
        self.run = self._reader.run(self._run_id)
        self.state = standing(self.run)

    def apply(self, event: Mapping[str, Any]) -> Working | None:
        """Take an event of the journal into account; returns the attempt that has ended with it."""
        self.seq = event["seq"]
        task, kind = event["task_id"], event["kind"]
        ended = None
        if event["language"] is None:  # about no task
            return None
        if kind == "leased":
            self._retrying.pop(task, None)
            self.working[task] = self._open(event, event["at"], is_new=True)
        elif kind in PHASES:
            self._enter(event)
        elif kind in {"verdict", "requeued"}:
            ended = self.working.pop(task, None)
            if ended is not None and kind == "verdict":
                self._took.append(event["at"] - ended.began)
            if kind == "verdict":
                self._rate.count(event)
            elif len(self._retrying) < watching.MOST:
                self._retrying[task] = _retry(event, event["at"])
        return ended

    def rows(self) -> list[Row]:
        """Return the lines of the board: what goes on, then what waits for another try."""
        return [*(attempt.row() for attempt in self.working.values()), *self._retrying.values()]

    def figures(self) -> dict[str, str]:
        """Return the figures, what goes on included."""
        usages = [usage for attempt in self.working.values() if (usage := attempt.activity.usage) is not None]
        known = figures(self.run, self._rate.of(self.run), usages)
        return {**known, "at_work": self._at_work(errors=sum(usage.api_errors for usage in usages))}

    def _at_work(self, *, errors: int) -> str:
        """Return in words how many attempts go on, what waits, and what trouble there is with the model."""
        busy, retrying = len(self.working), len(self._retrying)
        queued = max(0, self.run["total"] - self.run["done"] - busy - retrying)
        limits = sum(attempt.activity.rate_limits for attempt in self.working.values())
        parts = (
            f"{busy:,} at work",
            f"{queued:,} waiting for a slot" if queued else "",
            f"{retrying:,} to be tried again" if retrying else "",
            formats.counted(errors, "API error") if errors else "",
            formats.counted(limits, "rate limit") if limits else "",
        )
        return ", ".join(filter(None, parts))

    def standing(self, now: int) -> Standing:
        """Return how the run stands as a whole."""
        run = self.run
        return Standing(
            id=run["id"],
            state=self.state,
            total=run["total"],
            done=run["done"],
            queued=max(0, run["total"] - run["done"] - len(self.working)),
            began=run["created_at"],
            finished=run["finished_at"],
            ends=self._estimate(now),
        )

    def snapshot(self, now: int) -> Snapshot:
        """Return everything that can be shown now."""
        return Snapshot(at=now, seq=self.seq, run=self.standing(now), figures=self.figures(), tasks=self.rows())

    def _estimate(self, now: int) -> int | None:
        """Return when the run may be over; the same as before as long as that is about right."""
        left = None
        if self.state == "running":
            ages = [now - attempt.began for attempt in self.working.values()]
            undecided, concurrency = self.run["total"] - self.run["done"], self.run["concurrency"]
            left = estimate.milliseconds_left(self._took, ages=ages, undecided=undecided, concurrency=concurrency)
        if left is None or self._ends is None or abs(now + left - self._ends) > STEADY_MS:
            self._ends = None if left is None else now + left
        return self._ends

    def _open(self, row: Mapping[str, Any], at: int, *, is_new: bool) -> Working:
        task = _ref(row)
        folder = artifacts.attempt_folder(
            self._home, self._run_id, task.language, task.exercise, task.iteration, task.attempt
        )
        return Working(task, at, at, Tail(folder / artifacts.TRANSCRIPT, is_new=is_new))

    def _enter(self, event: Mapping[str, Any]) -> None:
        attempt = self.working.get(event["task_id"])
        if attempt is not None and attempt.task.attempt == event["attempt"]:
            attempt.enter(event["kind"], event["at"])
            attempt.seconds = self._limits.seconds(attempt.phase, attempt.task.language)


def now(home: Home, reader: Reader, run_id: int) -> Snapshot:
    """Return how a run stands, for a page that is shown once: what agents do is only told live.

    Raises:
        UnknownRunError: there is no such run.
    """
    return Board(home, reader, run_id).snapshot(now_ms())


def _ref(row: Mapping[str, Any]) -> TaskRef:
    return TaskRef(row["task_id"], row["language"], row["exercise"], row["iteration"], row["attempt"])


def _retry(row: Mapping[str, Any], lost_at: int) -> Row:
    return retry_row(_ref(row), lost_at=lost_at, not_before=row["not_before"], why=row["error"] or "")
