"""The rules of `rc_types.ports.SecretStore`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from rc_types.testing.contracts._rules import Opens, Rule, demand, never_raising, soon

if TYPE_CHECKING:
    from rc_types.ports import SecretStore

KEY: Final = "clerk-auth-credentials-https://clerk.example"
"""As long and odd as keys get."""

SECRET: Final = '{"clientToken": "s3cr3t-ü"}'  # noqa: S105 - made up
NEVER_TOLD: Final = "a change was not announced"


async def what_was_stored_is_read(opens: Opens[SecretStore]) -> None:
    """Also by a store that is opened later; the empty text is a secret like any other."""
    async with opens() as store:
        demand(await store.get(KEY) is None, "get() of an unknown key is not None")
        for secret in ("first", "", SECRET):
            await _store(store, KEY, secret)
            demand(await store.get(KEY) == secret, "get() does not return what was stored last")
    async with opens() as store:
        demand(await store.get(KEY) == SECRET, "a secret did not survive that the store was opened again")


async def what_was_deleted_is_gone(opens: Opens[SecretStore]) -> None:
    """For good, and to delete it again is no error."""
    async with opens() as store:
        await _store(store, KEY, SECRET)
        for _ in range(2):
            with never_raising("delete()"):
                await soon(store.delete(KEY), "delete() did not return")
        demand(await store.get(KEY) is None, "delete() left the secret")
    async with opens() as store:
        demand(await store.get(KEY) is None, "a deleted secret came back when the store was opened again")


async def secrets_stored_at_once_are_all_kept(opens: Opens[SecretStore]) -> None:
    """From several tasks, and from two stores on the same data."""
    keys = [str(number) for number in range(20)]
    async with opens() as one, opens() as other:
        writes = [(one if index % 2 else other).store(key, f"secret {key}") for index, key in enumerate(keys)]
        await soon(asyncio.gather(*writes), "store() did not return")
    async with opens() as store:
        lost = [key for key in keys if await store.get(key) != f"secret {key}"]
        demand(not lost, f"of 20 secrets stored at once, those of {', '.join(lost)} are lost")


async def every_change_is_announced_by_its_key(opens: Opens[SecretStore]) -> None:
    """Storing and deleting, once it is done: who is told and looks sees the new state."""
    async with opens() as store:
        told: asyncio.Queue[str] = asyncio.Queue()
        stop = store.on_did_change(told.put_nowait)
        await _store(store, KEY, SECRET)
        demand(await soon(told.get(), NEVER_TOLD) == KEY, "the notice does not carry the key alone")
        async with opens() as other:
            demand(await other.get(KEY) == SECRET, "a change was announced before it was durable")
        while not told.empty():  # one change may be announced more than once
            told.get_nowait()
        await soon(store.delete(KEY), "delete() did not return")
        demand(await soon(told.get(), "a deletion was not announced") == KEY, "the notice does not carry the key alone")
        stop()


async def nobody_is_told_from_inside_a_call(opens: Opens[SecretStore]) -> None:
    """A listener runs in the event loop, but not on top of `store`: it may call the store itself."""
    async with opens() as store:
        told: asyncio.Queue[object] = asyncio.Queue()
        loop, storing = asyncio.get_running_loop(), asyncio.current_task()

        def listen(_key: str) -> None:
            try:
                inside = asyncio.current_task() is storing
            except RuntimeError:  # no loop runs in this thread
                loop.call_soon_threadsafe(told.put_nowait, "a listener was called outside of the event loop")
            else:
                told.put_nowait("a listener was called from inside store()" if inside else None)

        stop = store.on_did_change(listen)
        await store.store(KEY, SECRET)  # in this task, unlike with a time limit of its own
        complaint = await soon(told.get(), NEVER_TOLD)
        demand(complaint is None, str(complaint))
        stop()


async def a_listener_can_leave(opens: Opens[SecretStore]) -> None:
    """It is not called again, the others are, and to leave twice is no error."""
    async with opens() as store:
        told: list[str] = []
        other: asyncio.Queue[str] = asyncio.Queue()
        leave, stop = store.on_did_change(told.append), store.on_did_change(other.put_nowait)
        for _ in range(2):
            with never_raising("the end of a subscription"):
                leave()
        await _store(store, KEY, SECRET)
        await soon(other.get(), "after one listener left, another was not told of a change")
        demand(not told, "a listener was called after it had left")
        stop()


async def a_listener_that_raises_harms_nobody(opens: Opens[SecretStore]) -> None:
    """Neither the one who stores nor the other listeners; it is a bug of the listener, which may be logged."""
    loop = asyncio.get_running_loop()
    former = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        async with opens() as store:
            told: asyncio.Queue[str] = asyncio.Queue()
            stops = [store.on_did_change(_fail), store.on_did_change(told.put_nowait), store.on_did_change(_fail)]
            with never_raising("store(), because of a listener,"):
                await _store(store, KEY, SECRET)
            await soon(told.get(), "a listener was not told because another one raised")
            for stop in stops:
                stop()
    finally:
        loop.set_exception_handler(former)


async def changes_by_others_are_announced(opens: Opens[SecretStore]) -> None:
    """A store notices what another one on the same data did."""
    async with opens() as one, opens() as other:
        told: asyncio.Queue[str] = asyncio.Queue()
        stop = one.on_did_change(told.put_nowait)
        await _store(other, KEY, SECRET)
        announced = await soon(told.get(), "a change by another store was not announced")
        demand(announced == KEY, f"a change of {KEY!r} was announced as one of {announced!r}")
        demand(await one.get(KEY) == SECRET, "a store still has its old value after a change by another was announced")
        stop()


async def a_store_does_not_show_its_secrets(opens: Opens[SecretStore]) -> None:
    """Neither in its repr nor in its text: both end up in logs."""
    async with opens() as store:
        await _store(store, KEY, "unmistakable")
        demand("unmistakable" not in f"{store!r} {store!s}", "the repr of the store shows a secret")


SECRET_STORE: Final[tuple[Rule[SecretStore], ...]] = (
    what_was_stored_is_read,
    what_was_deleted_is_gone,
    secrets_stored_at_once_are_all_kept,
    every_change_is_announced_by_its_key,
    nobody_is_told_from_inside_a_call,
    a_listener_can_leave,
    a_listener_that_raises_harms_nobody,
    changes_by_others_are_announced,
    a_store_does_not_show_its_secrets,
)
"""What every store of secrets has to do."""


async def _store(store: SecretStore, key: str, value: str) -> None:
    await soon(store.store(key, value), f"store({key!r}) did not return")


def _fail(_key: str) -> None:
    raise RuntimeError("a listener that raises, on purpose")
