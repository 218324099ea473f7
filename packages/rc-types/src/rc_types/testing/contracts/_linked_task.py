"""The rules of `rc_types.ports.LinkedTask`, and of the two ways to get one from a link."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rc_types.events import Message, TaskAborted, TaskCompleted, TaskCreated, TaskIdle, TaskStarted
from rc_types.ipc import CancelTask, StartNewTask
from rc_types.message import ClineMessage, TokenUsage
from rc_types.task import TaskId
from rc_types.testing.contracts._rules import Opens, Rule, demand, never_raising, refusing, soon

if TYPE_CHECKING:
    from rc_types.events import AnyTaskEvent
    from rc_types.ports import LinkedTask
    from rc_types.testing.contracts._task_link import LinkUnderTest

TASK: Final = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77")
OTHER_TASK: Final = TaskId("0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a78")
PROMPT: Final = "Make the tests pass"

MOMENT: Final = 0.05
"""Seconds in which what must not happen would have happened."""


async def a_task_is_started_and_its_first_reader_begins_with_it(opens: Opens[LinkUnderTest]) -> None:
    """Between the start of a task and the first `events()` nothing is lost."""
    async with opens() as it:
        task = await _started(it)
        demand(task.task_id == TASK, f"the task {TASK} was started, and {task.task_id} returned")
        await it.assistant.emit(_completed())
        reader = task.events()
        read: list[AnyTaskEvent] = []
        while _completed() not in read:
            read.append(await soon(anext(reader), f"after {len(read)} events of the task there were no more"))
        demand(TaskStarted.of(TASK) in read, "the first reader of a task missed its start")


async def readers_of_a_task_hear_of_no_other(opens: Opens[LinkUnderTest]) -> None:
    """Hosts tell everybody about everything."""
    async with opens() as it:
        reader = (await _started(it)).events()
        await it.assistant.emit(TaskStarted.of(OTHER_TASK))
        await it.assistant.emit(_completed())
        while (event := await soon(anext(reader), "an event of the task did not arrive")) != _completed():
            demand(event != TaskStarted.of(OTHER_TASK), "a reader of a task was given an event of another one")


async def a_result_is_presented_before_it_is_accepted(opens: Opens[LinkUnderTest]) -> None:
    """IPC spec 9.3: since 3.51 nobody over the link can accept a result, so that presented has to be enough."""
    async with opens() as it:
        task = await _started(it)
        accepting = asyncio.ensure_future(task.wait("accepted"))
        await it.assistant.emit(_asking("completion_result"))
        outcome = await soon(task.wait("presented"), "a result was presented, and the wait for it did not end")
        demand(outcome.kind == "presented", f"a result was presented, and the wait for it ended as {outcome.kind}")
        await it.assistant.emit(TaskIdle.of(TASK))
        outcome = await soon(task.wait("settled"), "a result was presented and the task idle, and nothing was settled")
        demand(outcome.kind == "presented", f"a presented result was settled as {outcome.kind}")
        await asyncio.wait({accepting}, timeout=MOMENT)
        demand(not accepting.done(), "a result that was only presented counted as accepted")
        await it.assistant.emit(_completed())
        outcome = await soon(accepting, "a result was accepted, and the wait for that did not end")
        demand(outcome.kind == "completed", f"a result was accepted, and the wait for that ended as {outcome.kind}")


async def a_question_ends_the_wait(opens: Opens[LinkUnderTest]) -> None:
    """Who drives a task unattended would wait for ever."""
    async with opens() as it:
        task = await _started(it)
        await it.assistant.emit(_asking("mistake_limit_reached"))
        outcome = await soon(task.wait("settled"), "the task asked something, and the wait did not end")
        demand(
            (outcome.kind, outcome.ask) == ("needs_input", "mistake_limit_reached"),
            f"the task asked something, and the wait ended as {outcome.kind} with the ask {outcome.ask}",
        )


async def a_task_that_began_by_itself_is_attached_to(opens: Opens[LinkUnderTest]) -> None:
    """Command-line hosts are past the start of their task when somebody connects (evals spec 8)."""
    async with opens() as it:
        attaching = asyncio.ensure_future(it.link.attach())
        await asyncio.sleep(0)
        await it.assistant.emit(_asking("completion_result"))
        await it.assistant.emit(TaskIdle.of(TASK))
        task = await soon(attaching, "a task was spoken of, and nobody attached to it")
        demand(task.task_id == TASK, f"the first event was about {TASK}, and the link attached to {task.task_id}")
        outcome = await soon(task.wait("settled"), "the result that showed the task did not end the wait for it")
        demand(outcome.kind == "presented", f"the result that showed the task ended the wait as {outcome.kind}")


async def a_cancelled_task_is_confirmed(opens: Opens[LinkUnderTest]) -> None:
    """The command goes out, and the assistant says when it has obeyed."""
    async with opens() as it:
        task = await _started(it)
        cancelling = asyncio.ensure_future(task.cancel())
        command = await soon(it.assistant.hear(), "the command to cancel did not arrive")
        demand(isinstance(command, CancelTask), f"to cancel a task the link sent {command.command_name}")
        await asyncio.wait({cancelling}, timeout=MOMENT)
        demand(not cancelling.done(), "cancel() returned before the assistant had said anything")
        await it.assistant.emit(TaskAborted.of(TASK))
        await soon(cancelling, "the assistant had obeyed, and cancel() did not return")


async def a_lost_link_is_an_outcome_of_its_tasks(opens: Opens[LinkUnderTest]) -> None:
    """Who waits is told, and what was reached by then stays reached."""
    async with opens() as it:
        task = await _started(it)
        waiting = asyncio.ensure_future(task.wait("settled"))
        await it.assistant.vanish()
        with never_raising("wait() on a broken link"):
            outcome = await soon(waiting, "the assistant had gone, and the wait did not end")
        demand(outcome.kind == "disconnected", f"the assistant had gone, and the wait ended as {outcome.kind}")
        with refusing("a task on a broken link"):
            await soon(it.link.start(PROMPT), "start() on a broken link did not return")
        with refusing("attaching on a broken link"):
            await soon(it.link.attach(), "attach() on a broken link did not return")


LINKED_TASK: Final[tuple[Rule[LinkUnderTest], ...]] = (
    a_task_is_started_and_its_first_reader_begins_with_it,
    readers_of_a_task_hear_of_no_other,
    a_result_is_presented_before_it_is_accepted,
    a_question_ends_the_wait,
    a_task_that_began_by_itself_is_attached_to,
    a_cancelled_task_is_confirmed,
    a_lost_link_is_an_outcome_of_its_tasks,
)
"""What every task of a link has to do."""


def _completed() -> TaskCompleted:
    usage = TokenUsage(total_tokens_in=10, total_tokens_out=2, total_cost=0, context_tokens=12)
    return TaskCompleted.of(TASK, usage, {})


def _asking(ask: str) -> Message:
    return Message.of(TASK, "created", ClineMessage(ts=1, type="ask", ask=ask, text=""))


async def _started(it: LinkUnderTest) -> LinkedTask:
    starting = asyncio.ensure_future(it.link.start(PROMPT))
    command = await soon(it.assistant.hear(), "the command to start a task did not arrive")
    demand(isinstance(command, StartNewTask) and command.data.text == PROMPT, "a task was started with other words")
    await it.assistant.emit(TaskCreated.of(TASK))
    await it.assistant.emit(TaskStarted.of(TASK))
    return await soon(starting, "a task was created and started, and start() did not return")
