"""Numbered events, and what a client may have heard of them (IPC spec R-5 and 8.4). No I/O.

A full queue coalesces: of two waiting events about the same, where the first is out of date, the second takes the
place of the first. So an event that was not heard must be one that could be out of date, its successor must have been
heard, and must have been heard where the first of those that gave way would have been. Everything else is a loss, a
repetition or a disorder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from rc_types.events import (
    AnyTaskEvent,
    Message,
    QueuedMessagesUpdated,
    TaskEvent,
    TaskStarted,
    TaskTokenUsageUpdated,
    task_event,
)
from rc_types.message import ClineMessage
from rc_types.task import TaskId

ROUND: Final = 10
"""Events after which the pattern begins anew: a start, a message that grows and is final, usage, a queue, a start."""

FILLER: Final = "x" * 300
"""Makes events as large as real ones: some 500 bytes."""

TASKS: Final = 3
"""Tasks that are at work at the same time."""


class About(NamedTuple):
    """What an event is about, and whether a later one about the same makes it superfluous."""

    key: tuple[str, int]
    is_transient: bool


def event(number: int) -> TaskEvent:
    """Return the event of that number; the last of a round is always heard."""
    stage, task = number % ROUND, task_of(number)
    match stage:
        case 0 | 9:
            return TaskStarted.of(TaskId(f"{number} {FILLER}"))
        case 7:
            usage = {"totalTokensIn": number, "totalTokensOut": 0, "totalCost": 0, "contextTokens": 0}
            return usage_event(task, usage)
        case 8:
            queue = [{"timestamp": number, "id": f"{number}", "text": FILLER}]
            return queue_event(task, queue)
        case _:
            return Message.of(TaskId(f"task-{task}"), "created" if stage == 1 else "updated", message(number))


def message(number: int) -> ClineMessage:
    """Return what a chat message is at that number: it grows from stage 1 on and is final at stage 6."""
    begun = number - number % ROUND
    text = f"{number} {FILLER}"
    return ClineMessage(ts=begun, type="say", say="text", text=text, partial=number % ROUND != 6)


def usage_event(task: int, usage: dict[str, Any]) -> TaskEvent:
    """Return the event that tells what a task has used."""
    payload: list[Any] = [f"task-{task}", usage, {}]
    return task_event.from_wire({"eventName": "taskTokenUsageUpdated", "payload": payload})


def queue_event(task: int, queue: list[dict[str, Any]]) -> TaskEvent:
    """Return the event that tells what waits for a task."""
    return task_event.from_wire({"eventName": "queuedMessagesUpdated", "payload": [f"task-{task}", queue]})


def task_of(number: int) -> int:
    """Return which task the event is about."""
    return number // ROUND % TASKS


def about(number: int) -> About | None:
    """Return what the event of that number is about; None if nothing ever takes its place."""
    stage = number % ROUND
    if 2 <= stage <= 6:
        return About(("message", number - stage), stage != 6)
    if stage in {7, 8}:
        return About(("usage" if stage == 7 else "queue", task_of(number)), is_transient=True)
    return None


def number_of(heard: AnyTaskEvent) -> int:
    """Return the number of an event that was heard."""
    match heard:
        case TaskStarted():
            return int(heard.task_id.partition(" ")[0])
        case Message(message=ClineMessage(text=str(text))):
            return int(text.partition(" ")[0])
        case TaskTokenUsageUpdated():
            return int(heard.token_usage.total_tokens_in)
        case QueuedMessagesUpdated():
            return int(heard.messages[0].id)
        case _:
            raise ValueError(f"nobody said {heard!r}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the events that one client should have heard."""

    heard: int
    coalesced: int
    lost: int
    repeated: int
    disordered: int

    @property
    def is_good(self) -> bool:
        """Whether the client missed nothing but what was out of date."""
        return not (self.lost or self.repeated or self.disordered)


def judge(heard: Sequence[int], said: range) -> Verdict:
    """Return what became of the events of these numbers."""
    is_heard = set(heard)
    gave_way: dict[tuple[str, int], list[int]] = {}
    place = {number: number for number in is_heard}
    lost = coalesced = 0
    for number in said:
        subject = about(number)
        if number in is_heard:
            if subject is not None and (older := gave_way.pop(subject.key, None)):
                place[number] = older[0]
                coalesced += len(older)
        elif subject is not None and subject.is_transient:
            gave_way.setdefault(subject.key, []).append(number)
        else:
            lost += 1
    lost += sum(map(len, gave_way.values())) + len(is_heard.difference(said))
    places = [place[number] for number in heard]
    disordered = sum(later < earlier for earlier, later in pairwise(places))
    return Verdict(len(heard), coalesced, lost, len(heard) - len(is_heard), disordered)


def judge_visit(heard: Sequence[int]) -> Verdict:
    """Return what became of the events between the first and the last that were heard, but for those that may give way.

    Who comes in the middle cannot know what gave way before.
    """
    lasting = [number for number in heard if about(number) is None]
    if not lasting:
        return Verdict(0, 0, 0, 0, 0)
    due = [number for number in range(lasting[0], lasting[-1] + 1) if about(number) is None]
    lost = len(set(due).difference(lasting))
    disordered = sum(later < earlier for earlier, later in pairwise(lasting))
    return Verdict(len(lasting), 0, lost, len(lasting) - len(set(lasting)), disordered)
