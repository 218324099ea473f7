"""From the program's events to the task events that every agent tells. No I/O. Source: spec 22.3, 22.4.

The transcript holds whole messages, as that of the agent `roo` does. Messages that the program was still at when it
ended come last and are marked as partial.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rc_types.events import Message, TaskToolFailed
from rc_types.message import CLINE_ASKS, CLINE_SAYS, ClineMessage
from rc_types.task import TaskId
from rc_types.tool import ToolAttempts

from rc_evals.agents.roo_cli.tools import COMMAND, MCP, tool_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rc_types.cli import RooCliStreamEvent, RooCliToolResult, RooCliToolUse
    from rc_types.events import TaskEvent
    from rc_types.tool import ToolName

MOST_TEXT: Final = 256 * 1024
"""Characters that are kept of a message that comes in pieces when it has grown to twice as many: its last lines."""

CUT: Final = "[... cut here by rc-evals ...]\n"

MOST_UNFINISHED: Final = 32
"""Messages that can come in pieces at the same time; then the oldest one counts as ended."""

MOST_TASKS: Final = 100
"""Sub-tasks whose tools are counted apart; those of all further ones count as the root's."""

_Kind = tuple[str, str]
"""`say` or `ask`, and which of them."""

_Key = tuple[TaskId, str, float]
"""Task, type of event and id: thinking and text of one request may share an id."""


@dataclass(slots=True)
class _Draft:
    """A message of which pieces have come."""

    kind: _Kind
    tool: ToolName | None = None
    """Whose answer it is, if it is one."""
    error: str = ""
    _pieces: list[str] = field(default_factory=list[str])
    _length: int = 0

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > 2 * MOST_TEXT:
            whole_lines = self.text[-MOST_TEXT:].partition("\n")[2]  # half a line could begin with half a key
            self._pieces[:] = [CUT, whole_lines]
            self._length = len(CUT) + len(whole_lines)


class Chat:
    """Puts messages together and counts tools.

    Args:
        root: the task that was started; events that name no task are about it.
    """

    def __init__(self, root: TaskId) -> None:
        self._root = root
        self._drafts: dict[_Key, _Draft] = {}
        self._is_prompted = False
        self._latest: float = 0
        self.tools: dict[TaskId, dict[str, ToolAttempts]] = {root: {}}
        """How often each task called which tool, and how often that failed."""

    def take(self, event: RooCliStreamEvent) -> Iterator[TaskEvent]:
        """Yield what the event tells."""
        self._latest = event.id if event.id is not None else self._latest
        match event.type:
            case "assistant":
                yield from self._text(event, _kind_of(event.subtype))
            case "thinking":
                yield from self._text(event, ("say", "reasoning"))
            case "user":
                yield from self._text(event, ("say", "user_feedback" if self._is_prompted else "text"))
                self._is_prompted |= event.done is True
            case "tool_use" if event.tool_use is not None and event.done:
                yield from self._call(event, event.tool_use)
            case "tool_result" if event.tool_result is not None:
                yield from self._answer(event, event.tool_result)
            case "error":
                yield self._message(event, ("say", "error"), event.content or "")
            case "result":
                yield self._message(event, ("ask", "completion_result"), event.content or "")
            case _:
                pass

    def end(self) -> Iterator[TaskEvent]:
        """Yield what has come of messages that were never finished."""
        while self._drafts:
            yield from self._close(next(iter(self._drafts)), partial=True)

    def _text(self, event: RooCliStreamEvent, kind: _Kind) -> Iterator[TaskEvent]:
        """Add a piece; the last event has the whole text instead."""
        if not event.done:
            yield from self._add(event, kind, event.content)
            return
        draft = self._drafts.pop(self._key(event), None)
        text = draft.text if event.content is None and draft is not None else event.content or ""
        yield self._message(event, kind, text)

    def _call(self, event: RooCliStreamEvent, call: RooCliToolUse) -> Iterator[TaskEvent]:
        self._count(self._task(event), tool_called(event.subtype, call), attempts=1)
        given = call.input or {}
        if event.subtype == COMMAND:
            yield self._message(event, ("ask", "command"), str(given.get("command", "")))
        else:
            kind = "use_mcp_server" if event.subtype == MCP else "tool"
            yield self._message(event, ("ask", kind), json.dumps({"tool": call.name, **given}))

    def _answer(self, event: RooCliStreamEvent, answer: RooCliToolResult) -> Iterator[TaskEvent]:
        """Add a piece; here the last event has no more than one either."""
        kind = ("say", "mcp_server_response" if event.subtype == MCP else "command_output")
        yield from self._add(event, kind, answer.output)
        draft = self._drafts[self._key(event)]
        draft.tool, draft.error = tool_called(event.subtype, answer), answer.error or draft.error
        if event.done:
            yield from self._close(self._key(event))

    def _add(self, event: RooCliStreamEvent, kind: _Kind, piece: str | None) -> Iterator[TaskEvent]:
        key = self._key(event)
        if key not in self._drafts and len(self._drafts) >= MOST_UNFINISHED:
            yield from self._close(next(iter(self._drafts)), partial=True)
        self._drafts.setdefault(key, _Draft(kind)).add(piece or "")

    def _close(self, key: _Key, *, partial: bool = False) -> Iterator[TaskEvent]:
        draft = self._drafts.pop(key)
        task, _, ts = key
        yield _message(task, ts, draft.kind, draft.text, partial=partial)
        if draft.tool is not None and draft.error:
            self._count(task, draft.tool, failures=1)
            yield TaskToolFailed.of(task, draft.tool, draft.error)

    def _count(self, task: TaskId, tool: ToolName, *, attempts: int = 0, failures: int = 0) -> None:
        is_known = task in self.tools or len(self.tools) < MOST_TASKS
        tools = self.tools.setdefault(task if is_known else self._root, {})
        before = tools.get(tool, ToolAttempts(attempts=0, failures=0))
        tools[tool] = ToolAttempts(attempts=before.attempts + attempts, failures=before.failures + failures)

    def _message(self, event: RooCliStreamEvent, kind: _Kind, text: str) -> Message:
        return _message(self._task(event), self._latest, kind, text)

    def _task(self, event: RooCliStreamEvent) -> TaskId:
        return event.task_id or self._root

    def _key(self, event: RooCliStreamEvent) -> _Key:
        return self._task(event), event.type or "", self._latest


def _kind_of(subtype: str | None) -> _Kind:
    """Return the kind of a text; one that nobody knows is just a text."""
    if subtype in CLINE_ASKS:
        return "ask", subtype
    return "say", subtype if subtype in CLINE_SAYS else "text"


def _message(task: TaskId, ts: float, kind: _Kind, text: str, *, partial: bool = False) -> Message:
    category, name = kind
    if category == "ask":
        message = ClineMessage(ts=ts, type="ask", ask=name, text=text, partial=partial)
    else:
        message = ClineMessage(ts=ts, type="say", say=name, text=text, partial=partial)
    return Message.of(task, "created", message)
