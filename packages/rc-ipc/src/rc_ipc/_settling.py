"""When is a task done? Events go in, an outcome comes out. No I/O; the clock is passed in.

Source: IPC spec 9.2, 9.3, Q14 to Q16 and R-15; evals spec 9.8; Kilo differences KD-011 and KD-016. Hosts up to 3.50
send `taskCompleted` when the result is there; from 3.51 on only after somebody accepted it, which nobody can do over
the socket. And `taskAborted` also means: reopened, or handed to a sub-task.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple, cast

from rc_types.events import (
    Message,
    TaskAborted,
    TaskActive,
    TaskAskResponded,
    TaskCompleted,
    TaskCreated,
    TaskDelegated,
    TaskDelegationCompleted,
    TaskDelegationResumed,
    TaskFocused,
    TaskIdle,
    TaskInteractive,
    TaskResumable,
    TaskSpawned,
    TaskStarted,
    TaskUnpaused,
)
from rc_types.message import is_non_blocking_ask

from rc_ipc._outcome import COMPLETION_ASK, FAILURES, RESTING_ASKS, RESUME_ASKS, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rc_types.events import AnyTaskEvent
    from rc_types.task import TaskId

    from rc_ipc._outcome import OutcomeKind, Until

ABORT_GRACE: Final = 10.0
"""Seconds in which an aborted task may come back before it counts as over. Source: IPC spec Q15."""

SETTLE_AFTER: Final = 3.0
"""Seconds after the result in which its last usage may still come. Source: evals spec 9.8."""

MAX_FAMILY: Final = 1000
"""Sub-tasks of one task that are followed; further ones are strangers, so that a hostile host costs no memory."""


_WHOSE: Final = ("task_id", "parent_task_id", "child_task_id")


class _Ask(NamedTuple):
    task_id: TaskId
    name: str
    text: str | None


class Settling:
    """One task, followed through delegation, abort and reopening.

    What has ended has ended: no event changes it, only `go_on`. A result that was presented stays presented, whatever
    becomes of the task, until the task works on.

    Args:
        task_id: the task that is asked about.
        abort_grace: seconds in which an aborted task may come back.
        settle_after: seconds after which a presented result is settled without a word from the host.
    """

    def __init__(
        self, task_id: TaskId, *, abort_grace: float = ABORT_GRACE, settle_after: float = SETTLE_AFTER
    ) -> None:
        self.lineage: Final[list[TaskId]] = [task_id]
        """The task and, while it has delegated, the sub-tasks that work for it; the last one is at work."""
        self._family = {task_id}
        self._abort_grace, self._settle_after = abort_grace, settle_after
        self._rest: Literal["running", "presented", "settled", "needs_input"] = "running"
        self._end: Outcome | None = None
        self._ask: _Ask | None = None
        self._newest_ask = float("-inf")
        self._result: str | None = None
        self._presented_at = 0.0
        self._aborted_at: float | None = None
        self._is_replaced = self._is_reopening = self._hands_over = False

    @property
    def takes_words(self) -> bool:
        """Whether the host keeps what is said now: between abort and resume ask it drops answers (IPC spec 9.3)."""
        return not self._is_reopening or self._end is not None

    @property
    def deadline(self) -> float | None:
        """When silence decides something, on the clock that `hear` is given; None if it decides nothing."""
        if self._end is not None:
            return None
        settles = [self._presented_at + self._settle_after] if self._rest == "presented" else []
        aborts = [] if self._aborted_at is None else [self._aborted_at + self._abort_grace]
        return min(settles + aborts, default=None)

    def concerns(self, event: AnyTaskEvent) -> bool:
        """Return whether the event is about the task, or about a sub-task that works or worked for it."""
        return not self._family.isdisjoint(getattr(event, name, None) for name in _WHOSE)

    def outcome(self, until: Until) -> Outcome | None:
        """Return how a wait for `until` ends, or None if it does not end yet."""
        is_presented = self._rest in {"presented", "settled"}
        if self._end is not None and (self._end.kind == "completed" or until == "accepted" or not is_presented):
            return self._end
        if is_presented:
            is_enough = until == "presented" or self._rest == "settled" or self._end is not None
            reason = "the result is presented"
            return self._told("presented", reason) if is_enough and until != "accepted" else None
        return self._told("needs_input", "somebody has to answer") if self._rest == "needs_input" else None

    def hear(self, event: AnyTaskEvent, now: float) -> None:
        """Take the next event of the host, about whichever task it is."""
        self.pass_time(now)
        if isinstance(event, Message):
            self._on_message(event, now)
        elif self._end is None and (react := self._REACTIONS.get(type(event))) is not None:
            react(self, event, now)

    def pass_time(self, now: float) -> None:
        """Let silence up to `now` decide what it decides."""
        if self._rest == "presented" and now >= self._presented_at + self._settle_after:
            self._rest = "settled"
        if self._aborted_at is not None and now >= self._aborted_at + self._abort_grace:
            self._finish("aborted", "another task took its place" if self._is_replaced else "the task was aborted")

    def lose(self, reason: str) -> None:
        """Note that the connection has gone."""
        self._finish("disconnected", reason)

    def go_on(self) -> None:
        """Begin anew, because somebody says something to the task: what it asked is answered, its end undone."""
        self._end = self._aborted_at = None
        self._is_reopening = False
        self._result = None
        self._work_on()

    def _told(self, kind: OutcomeKind, reason: str) -> Outcome:
        if self._ask is None or kind not in {"presented", "needs_input", "failed"}:
            return Outcome(kind, self.lineage[-1], reason, text=None if kind == "needs_input" else self._result)
        text = self._result if kind == "presented" else self._ask.text
        return Outcome(kind, self._ask.task_id, reason, self._ask.name, text)

    def _finish(self, kind: OutcomeKind, reason: str) -> None:
        if self._end is None:
            self._end = self._told(kind, reason)
        self._aborted_at = None

    def _work_on(self) -> None:
        self._ask, self._rest = None, "running"

    def _dismiss_children_of(self, task_id: TaskId) -> None:
        del self.lineage[self.lineage.index(task_id) + 1 :]

    def _come_back(self, task_id: TaskId) -> None:
        """Note that the task is there; whoever worked for it has finished."""
        self._dismiss_children_of(task_id)
        self._aborted_at, self._is_replaced = None, False

    def _delegate(self, parent: TaskId, child: TaskId) -> None:
        if child not in self.lineage and parent in self.lineage and len(self._family) < MAX_FAMILY:
            self._come_back(parent)
            self.lineage.append(child)
            self._family.add(child)
            self._is_reopening = self._hands_over = False
            self._work_on()

    def _on_presence(self, event: TaskCreated | TaskFocused | TaskUnpaused, _now: float) -> None:
        if event.task_id in self.lineage:
            self._come_back(event.task_id)
        elif isinstance(event, TaskCreated) and self._aborted_at is not None:
            self._is_replaced = True
            if self._hands_over:
                self._delegate(self.lineage[-1], event.task_id)

    def _on_work(self, event: TaskStarted | TaskActive | TaskAskResponded, _now: float) -> None:
        if event.task_id in self.lineage:
            if not isinstance(event, TaskAskResponded):
                self._come_back(event.task_id)
                self._is_reopening = False
            if event.task_id == self.lineage[-1]:
                self._work_on()

    def _on_abort(self, event: TaskAborted, now: float) -> None:
        if event.task_id == self.lineage[-1]:
            if self._rest == "needs_input":
                self._work_on()
            if self._aborted_at is None:
                self._aborted_at, self._is_replaced = now, False
            self._is_reopening = True

    def _on_completion(self, event: TaskCompleted, _now: float) -> None:
        if event.task_id == self.lineage[0]:
            self._finish("completed", "the result is accepted")
        elif event.task_id in self.lineage:
            self._come_back(self.lineage[self.lineage.index(event.task_id) - 1])

    def _on_birth(self, event: TaskSpawned, _now: float) -> None:
        self._delegate(event.task_id, event.child_task_id)

    def _on_delegation(self, event: TaskDelegated, _now: float) -> None:
        self._delegate(event.parent_task_id, event.child_task_id)

    def _on_return(self, event: TaskDelegationCompleted | TaskDelegationResumed, _now: float) -> None:
        if event.parent_task_id in self.lineage:
            self._come_back(event.parent_task_id)

    def _on_rest(self, event: TaskIdle | TaskInteractive | TaskResumable, _now: float) -> None:
        if event.task_id != self.lineage[-1]:
            return
        if isinstance(event, TaskResumable):
            self._come_back(event.task_id)
            self._is_reopening = False
        if self._rest == "presented":
            self._rest = "settled"
        elif self._rest == "running" and (self._ask is not None or self._newest_ask == float("-inf")):
            self._rest = "needs_input"  # without an ask: we came after it; after an answer: the word is out of date

    def _on_message(self, event: Message, now: float) -> None:
        message = event.message
        if message.partial or event.task_id not in self.lineage:
            return
        if message.ask is not None and not is_non_blocking_ask(message.ask):
            if message.ts > self._newest_ask:  # each ask counts once: what comes later about it is an update
                self._newest_ask = message.ts
                if self._end is None and not message.is_answered:
                    self._on_ask(_Ask(event.task_id, message.ask, message.text), now)
        elif message.say == "api_req_started" and message.ts > self._newest_ask:
            self._hands_over = False
        elif message.say == "completion_result" and event.task_id == self.lineage[0] and self._end is None:
            self._result = message.text

    def _on_ask(self, ask: _Ask, now: float) -> None:
        is_result = ask.name == COMPLETION_ASK and ask.task_id == self.lineage[0]
        if ask.name in RESUME_ASKS:
            self._come_back(ask.task_id)
            self._is_reopening = False
        elif is_result:
            self._dismiss_children_of(ask.task_id)
        if ask.task_id != self.lineage[-1]:
            return
        self._ask, self._rest = ask, "running"
        self._hands_over = ask.name == "tool" and _is_new_task(ask.text)
        if is_result:
            self._rest, self._presented_at = "presented", now
        elif ask.name in FAILURES:
            self._finish("failed", FAILURES[ask.name])
        elif ask.name in RESTING_ASKS:
            self._rest = "needs_input"

    _REACTIONS: ClassVar[Mapping[type, Callable[..., None]]] = {
        TaskCreated: _on_presence,
        TaskFocused: _on_presence,
        TaskUnpaused: _on_presence,
        TaskStarted: _on_work,
        TaskActive: _on_work,
        TaskAskResponded: _on_work,
        TaskAborted: _on_abort,
        TaskCompleted: _on_completion,
        TaskSpawned: _on_birth,
        TaskDelegated: _on_delegation,
        TaskDelegationCompleted: _on_return,
        TaskDelegationResumed: _on_return,
        TaskIdle: _on_rest,
        TaskInteractive: _on_rest,
        TaskResumable: _on_rest,
    }


def _is_new_task(text: str | None) -> bool:
    """Return whether the text of a tool ask says that a sub-task shall take over."""
    if text is None or '"newTask"' not in text:  # texts of tools hold whole files: parse few of them
        return False
    try:
        tool: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(tool, dict) and cast("dict[str, Any]", tool).get("tool") == "newTask"
