"""What becomes of the task, as far as the program tells. No I/O; the clock is passed in. Source: spec 22.3, 22.6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rc_types.message import IDLE_ASKS, is_interactive_ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.cli import RooCliStreamEvent
    from rc_types.ports import TaskOutcomeKind
    from rc_types.task import TaskId

START: Final = "start"
"""Id of our request for the task; whatever is said about the request repeats it."""

CANCEL: Final = "cancel"
"""Id of our request to stop the task, which is made when its time is up."""

SCHEMA_VERSION: Final = 1
PROTOCOL: Final = "roo-cli-stream"

ANSWER_SECONDS: Final = 60.0
"""For the program's own settings to answer a question that they may answer."""

RESULT_SECONDS: Final = 2.0
"""For the end of the task to be told once its result is there."""

CANCEL_SECONDS: Final = 5.0
"""For a task to stop when it is asked to (spec 7.5)."""

_ENDS: Final[Mapping[str, TaskOutcomeKind]] = {
    "task_completed": "completed",
    "task_failed": "failed",
    "task_aborted": "aborted",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Implements `rc_types.ports.TaskOutcome`."""

    kind: TaskOutcomeKind
    task_id: TaskId
    reason: str = ""
    ask: str | None = None
    text: str | None = None


class Course:
    """Follows one task.

    Args:
        root: its id.
    """

    def __init__(self, root: TaskId) -> None:
        self._root = root
        self._outcome: Outcome | None = None
        self._pending: tuple[float, Outcome] | None = None
        """What it will come to if nothing speaks against it until then."""
        self.is_greeted = self.is_cancelled = False
        self.misfit = ""
        """Why the program cannot be talked to, empty when it can."""
        self.complaint = ""
        """The latest error that it told."""
        self.began: float | None = None
        self.ended: float | None = None

    def hear(self, event: RooCliStreamEvent, now: float) -> None:
        """Take the next event into account."""
        match event.type:
            case "system" if event.subtype == "init" and not self.is_greeted:
                self.is_greeted = True
                self.misfit = _misfit(event)
            case "control":
                self._control(event, now)
            case "result" if event.task_id in {None, self._root}:
                self.ended = now
                self._pending = now + RESULT_SECONDS, self._of("presented", text=event.content)
            case "error":
                self.complaint = event.content or self.complaint
            case "assistant" if event.done and event.subtype in IDLE_ASKS:
                self._rest(event.subtype, event.content)
            case "assistant" if event.done and is_interactive_ask(event.subtype or ""):
                question = self._of("needs_input", ask=event.subtype, text=event.content)
                self._pending = now + ANSWER_SECONDS, question
            case "system" | "queue" | None:
                pass
            case _:
                self._go_on()

    def outcome(self, now: float) -> Outcome | None:
        """Return what it has come to by now."""
        if self._outcome is None and self._pending is not None and now >= self._pending[0]:
            self._outcome = self._pending[1]
        return self._outcome

    def last(self) -> Outcome:
        """Return what it has come to when nothing more is told."""
        return self._outcome or (self._pending[1] if self._pending else self._of("disconnected"))

    def _control(self, event: RooCliStreamEvent, now: float) -> None:
        if event.request_id == CANCEL and event.subtype == "ack":
            self.is_cancelled = True
            self._pending = now + CANCEL_SECONDS, self._of("aborted", "the task was cancelled")
        is_ours = event.request_id == START or (event.request_id is None and event.code == "client_error")
        if not is_ours or self._outcome is not None:
            return
        match event.subtype:
            case "ack":
                self.began = now if self.began is None else self.began
            case "error" if event.code == "task_busy" and self.began is not None:
                pass  # asked for twice, by two controllers one after the other
            case "error":
                code = event.code or "without a code"
                self._outcome = self._of("failed", f"the program broke off the task ({code})", text=event.content)
            case "done":
                kind = _ENDS.get(event.code or "", "completed" if event.success else "failed")
                self.ended = now if self.ended is None else self.ended
                self._outcome = self._of(kind, "" if kind == "completed" else f"the task ended with {event.code}")
            case _:
                pass

    def _rest(self, ask: str, text: str | None) -> None:
        """Note a question that no setting answers: the task rests."""
        if ask == "completion_result" or self._outcome is not None:
            return
        if ask == "api_req_failed":
            self._outcome = self._of("failed", "the request to the model failed", text=text)
        else:
            self._outcome = self._of("needs_input", ask=ask, text=text)

    def _go_on(self) -> None:
        """Note that the task works: a question was answered."""
        if self._pending is not None and self._pending[1].kind == "needs_input":
            self._pending = None

    def _of(
        self, kind: TaskOutcomeKind, reason: str = "", *, ask: str | None = None, text: str | None = None
    ) -> Outcome:
        return Outcome(kind, self._root, reason, ask, text)


def _misfit(greeting: RooCliStreamEvent) -> str:
    if greeting.schema_version not in {None, SCHEMA_VERSION}:
        return f"the program speaks another version of its protocol than {SCHEMA_VERSION}"
    if greeting.protocol not in {None, PROTOCOL}:
        return f"the program speaks another protocol than {PROTOCOL}"
    return ""
