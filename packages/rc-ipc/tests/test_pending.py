"""Requests that several ask at the same time, and what becomes of them when one of these gives up (IPC spec R-12)."""

import asyncio

import pytest
from rc_ipc import ConnectionLostError
from rc_ipc._pending import Requests
from rc_ipc._requests import asking
from rc_types.events import ModesResponse
from rc_types.ipc import GetModes

ANSWER = ModesResponse.of([])


class Wire:
    """Counts what is sent, once it is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent = 0
        self.failure: Exception | None = None

    async def put(self) -> None:
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        self.sent += 1


def asked(requests: Requests, wire: Wire, *, within: float = 5.0) -> asyncio.Task[ModesResponse]:
    return asyncio.create_task(requests.ask(asking(GetModes.of(), ModesResponse, within), wire.put))


async def all_wait() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_who_gives_up_before_the_question_is_sent_leaves_that_to_the_next() -> None:
    """R-12: concurrent callers share one request, and not each other's fate."""
    requests, wire = Requests(asked=lambda: None), Wire()
    first, second, third = (asked(requests, wire) for _ in range(3))
    await all_wait()
    first.cancel()
    wire.open.set()
    await all_wait()
    assert requests.settle(ANSWER)
    assert [await second, await third] == [ANSWER, ANSWER]
    assert wire.sent == 1
    assert not requests.outstanding


async def test_a_question_that_cannot_be_sent_fails_for_all_and_is_not_tried_again() -> None:
    """R-11: nothing is resent."""
    requests, wire = Requests(asked=lambda: None), Wire()
    wire.failure = ConnectionLostError("gone")
    waiting = [asked(requests, wire) for _ in range(3)]
    await all_wait()
    wire.open.set()
    for each in waiting:
        with pytest.raises(ConnectionLostError, match="gone"):
            await each
    assert not requests.outstanding


async def test_an_answer_that_is_there_is_no_timeout() -> None:
    """Our rule: whoever else still holds the pen does not matter then."""
    requests, wire = Requests(asked=lambda: None), Wire()
    first = asked(requests, wire)
    await all_wait()
    second = asked(requests, wire, within=0.01)
    await all_wait()
    assert requests.settle(ANSWER)
    assert await second == ANSWER
    wire.open.set()
    assert await first == ANSWER
