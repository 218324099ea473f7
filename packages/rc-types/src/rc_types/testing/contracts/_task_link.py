"""The rules of `rc_types.ports.TaskLink`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from rc_types.events import TaskStarted
from rc_types.ipc import SendMessage
from rc_types.task import TaskId
from rc_types.testing.contracts._rules import Opens, Rule, demand, never_raising, refusing, soon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rc_types.events import AnyTaskEvent, TaskEvent
    from rc_types.ipc import TaskCommand
    from rc_types.ports import TaskLink

MANY: Final = 20
"""How much of something a rule sends where one is not enough."""


class Assistant(Protocol):
    """The far end of the link, as far as a rule has to move it."""

    async def emit(self, event: TaskEvent, /) -> None:
        """Send the event down the link."""
        ...

    async def hear(self) -> TaskCommand:
        """Wait for the next command and return it."""
        ...

    async def vanish(self) -> None:
        """Break the connection off."""
        ...


@dataclass(frozen=True, slots=True)
class LinkUnderTest:
    """A link that has just been opened, and who is at its other end."""

    link: TaskLink
    assistant: Assistant


async def commands_arrive_in_order(opens: Opens[LinkUnderTest]) -> None:
    """What one task sends is heard as it was sent."""
    async with opens() as it:
        for number in range(MANY):
            await soon(it.link.send(_command(number)), "send() did not return")
        heard = [await soon(it.assistant.hear(), f"command {number} did not arrive") for number in range(MANY)]
        demand(heard == [_command(number) for number in range(MANY)], "commands arrived changed or in another order")


async def commands_sent_at_once_arrive_once_each(opens: Opens[LinkUnderTest]) -> None:
    """Several tasks may share a link."""
    async with opens() as it:
        sending = asyncio.gather(*(it.link.send(_command(number)) for number in range(MANY)))
        heard = [await soon(it.assistant.hear(), f"only {number} of {MANY} arrived") for number in range(MANY)]
        await soon(sending, "send() did not return")
        texts = sorted(command.data.text or "" for command in heard if isinstance(command, SendMessage))
        demand(texts == sorted(str(number) for number in range(MANY)), f"sent 0 to {MANY - 1}, heard {texts}")


async def events_are_listened_to_from_the_call_on(opens: Opens[LinkUnderTest]) -> None:
    """Between `events()` and the first `anext` nothing is lost, nor is the order."""
    async with opens() as it:
        reader = it.link.events()
        for number in range(MANY):
            await it.assistant.emit(_event(number))
        read = [await _next(reader, f"event {number} did not come out of the reader") for number in range(MANY)]
        demand(read == [_event(number) for number in range(MANY)], "events came changed or in another order")


async def every_reader_gets_every_event(opens: Opens[LinkUnderTest]) -> None:
    """Readers do not take events away from each other."""
    async with opens() as it:
        readers = [it.link.events(), it.link.events()]
        await it.assistant.emit(_event(0))
        await it.assistant.emit(_event(1))
        for reader in readers:
            read = [await _next(reader, "a second reader left one of the two without an event") for _ in range(2)]
            demand(read == [_event(0), _event(1)], "two readers did not get the same events")


async def closing_ends_the_readers(opens: Opens[LinkUnderTest]) -> None:
    """A closed link ends the iteration in the ordinary way, also for who is waiting already."""
    async with opens() as it:
        waiting = asyncio.ensure_future(_drained(it.link.events()))
        await asyncio.sleep(0)
        await soon(it.link.aclose(), "aclose() did not return")
        with never_raising("a reader of a link that was closed"):
            rest = await soon(waiting, "a reader did not end although the link was closed")
        demand(rest == [], "a reader was given events that nobody sent")


async def closing_again_is_fine(opens: Opens[LinkUnderTest]) -> None:
    """Twice at once, once more, and then by the context."""
    async with opens() as it:
        with never_raising("aclose(), called twice at once,"):
            await soon(asyncio.gather(it.link.aclose(), it.link.aclose()), "aclose() did not return")
        with never_raising("aclose() of a closed link"):
            await soon(it.link.aclose(), "aclose() did not return")


async def a_closed_link_refuses_commands(opens: Opens[LinkUnderTest]) -> None:
    """Nothing is dropped silently."""
    async with opens() as it:
        await soon(it.link.aclose(), "aclose() did not return")
        with refusing("a command for a closed link"):
            await soon(it.link.send(_command(0)), "send() on a closed link did not return")


async def a_broken_link_is_not_a_closed_one(opens: Opens[LinkUnderTest]) -> None:
    """The reader gets what had arrived, and then an error; whoever drives a task has to know the difference."""
    async with opens() as it:
        reader = it.link.events()
        await it.assistant.emit(_event(0))
        demand(await _next(reader, "an event did not arrive") == _event(0), "an event arrived changed")
        await it.assistant.vanish()
        with refusing("the end of the connection (the reader ended as if the link had been closed, and that)"):
            await soon(_drained(reader), "a reader did not end although the assistant had gone")
        with refusing("a command for a broken link"):
            await soon(it.link.send(_command(0)), "send() on a broken link did not return")
        with never_raising("aclose() of a broken link"):
            await soon(it.link.aclose(), "aclose() did not return")


TASK_LINK: Final[tuple[Rule[LinkUnderTest], ...]] = (
    commands_arrive_in_order,
    commands_sent_at_once_arrive_once_each,
    events_are_listened_to_from_the_call_on,
    every_reader_gets_every_event,
    closing_ends_the_readers,
    closing_again_is_fine,
    a_closed_link_refuses_commands,
    a_broken_link_is_not_a_closed_one,
)
"""What every task link has to do; what it says of tasks is in `LINKED_TASK`."""


def _command(number: int) -> SendMessage:
    return SendMessage.of(str(number))


def _event(number: int) -> TaskStarted:
    return TaskStarted.of(TaskId(str(number)))


async def _next(reader: AsyncIterator[AnyTaskEvent], otherwise: str) -> AnyTaskEvent:
    return await soon(anext(reader), otherwise)


async def _drained(reader: AsyncIterator[AnyTaskEvent]) -> list[AnyTaskEvent]:
    return [event async for event in reader]
