"""What viewers are told of one event: upstream's task events without a name, ours with one (spec 16.2, 24.9)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rc_types.events import Message

from rc_evals.foreign import one_line
from rc_evals.outcomes import Outcome
from rc_evals.web.live.activity import EXCERPT
from rc_evals.web.live.frames import frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_types.events import TaskEvent

LARGEST_EVENT: Final = 32 * 1024
"""Bytes of an agent's event that are passed on; nobody looks at larger ones live, and the transcript has them."""

_TOLD: Final = ("verdict", "reason", "tasks")
"""Members of a journal's event that viewers get to see."""


def of_agent(task_id: int, event: TaskEvent) -> bytes:
    """Return what is told of an event in a transcript: the event, with our number for the task (spec 4.2).

    Messages are not passed on, as upstream does not: what matters of them live is in the state of their attempt.
    """
    if isinstance(event, Message):
        return b""
    told = frame({**event.to_wire(), "taskId": task_id})
    return told if len(told) <= LARGEST_EVENT else b""


def of_journal(event: Mapping[str, Any]) -> bytes:
    """Return what is told of an event of the journal: it alone has a number, by which a viewer can go on later.

    A verdict is told in upstream's words as well. These come first: should the connection break between the two, a
    verdict is told twice rather than not at all.
    """
    seq: int = event["seq"]
    body: dict[str, Any] = json.loads(event["body"]) if event["body"] else {}
    told: dict[str, object] = {
        "kind": event["kind"],
        "at": event["at"],
        **{name: body[name] for name in _TOLD if name in body},
    }
    if event["language"] is None:  # about the run
        return frame(told, event="run", seq=seq)
    named = f"{event['language']}/{event['exercise']}"
    ours = {
        **told,
        "task": event["task_id"],
        "name": one_line(named)[:EXCERPT],
        "iteration": event["iteration"],
        "attempt": event["attempt"],
    }
    if event["kind"] != "verdict":
        return frame(ours, event="task", seq=seq)
    upstream = "evalPass" if body.get("verdict") == Outcome.PASSED else "evalFail"
    return frame({"eventName": upstream, "taskId": event["task_id"]}) + frame(ours, event="task", seq=seq)
