"""The rules of `rc_types.ports.StateStore`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from rc_types.testing.contracts._rules import Opens, Rule, demand, refusing, soon

if TYPE_CHECKING:
    from rc_types.ports import StateStore

VALUES: Final[dict[str, Any]] = {
    "text": "ü \U0001f600 \x00 \\",
    "empty text": "",
    "number": 0.1,
    "large": 2**53,
    "zero": 0,
    "no": False,
    "yes": True,
    "list": [1, [], {"deep": [None]}],
    "empty list": [],
    "object": {"": None, "a": {"b": "c"}},
    "empty object": {},
    "": "under an empty key",
    "a/b\\c ü": "under an odd key",
}
"""JSON of every kind, under keys of every kind."""

NOT_JSON: Final[tuple[Any, ...]] = (object(), {1, 2}, b"bytes", float("nan"), [float("inf")])


async def what_was_written_is_read(opens: Opens[StateStore]) -> None:
    """Every kind of JSON comes back as it was, at once."""
    async with opens() as store:
        for key, value in VALUES.items():
            await _update(store, key, value)
            got = store.get(key, "the default")
            demand(got == value and type(got) is type(value), f"update({key!r}, {value!r}) reads as {got!r}")


async def what_was_written_survives(opens: Opens[StateStore]) -> None:
    """It is there when the store is opened again."""
    async with opens() as store:
        for key, value in VALUES.items():
            await _update(store, key, value)
    async with opens() as store:
        got = {key: store.get(key) for key in store.keys()}  # noqa: SIM118 - a store is not iterable
        demand(got == VALUES, f"opened again, the store has {got!r} instead of {VALUES!r}")


async def a_key_that_is_not_there_reads_as_the_default(opens: Opens[StateStore]) -> None:
    """None unless something else is asked for."""
    async with opens() as store:
        demand(store.get("nobody") is None, "get() of an unknown key is not None")
        default = object()
        demand(store.get("nobody", default) is default, "get() of an unknown key does not return the default")


async def none_removes_a_key(opens: Opens[StateStore]) -> None:
    """It is gone for good, and to remove it again is no error."""
    async with opens() as store:
        await _update(store, "a", 1)
        await _update(store, "b", 2)
        await _update(store, "a", None)
        await _update(store, "a", None)
        demand(store.get("a", "gone") == "gone", "update(key, None) left the key")
        demand(sorted(store.keys()) == ["b"], f"after update('a', None) the keys are {store.keys()!r}")
    async with opens() as store:
        demand(sorted(store.keys()) == ["b"], "a removed key came back when the store was opened again")


async def values_are_not_shared(opens: Opens[StateStore]) -> None:
    """Changing what was given or gotten changes nothing in the store."""
    async with opens() as store:
        value: dict[str, Any] = {"list": [1]}
        await _update(store, "a", value)
        value["list"].append(2)
        demand(store.get("a") == {"list": [1]}, "the store changes with the value that it was given")
        store.get("a")["list"].append(3)
        demand(store.get("a") == {"list": [1]}, "the store changes with the value that it gave away")


async def what_is_not_json_is_refused(opens: Opens[StateStore]) -> None:
    """With TypeError or ValueError, and what was there stays."""
    async with opens() as store:
        await _update(store, "a", 1)
        for value in NOT_JSON:
            with refusing(f"update('a', {value!r})", (TypeError, ValueError)):
                await _update(store, "a", value)
            demand(store.get("a") == 1, f"a refused update({value!r}) changed the store")


async def updates_at_once_lose_no_key(opens: Opens[StateStore]) -> None:
    """From several tasks, and from two stores on the same data."""
    keys = [str(number) for number in range(20)]
    async with opens() as one, opens() as other:
        writes = [(one if index % 2 else other).update(key, index) for index, key in enumerate(keys)]
        await soon(asyncio.gather(*writes), "update() did not return")
    async with opens() as store:
        lost = sorted(set(keys) - set(store.keys()))
        demand(not lost, f"of 20 updates at once, those of {', '.join(lost)} are lost")


async def the_later_of_two_updates_wins(opens: Opens[StateStore]) -> None:
    """In the order of the calls, whoever finishes first."""
    async with opens() as store:
        for number in range(20):
            writes = [asyncio.ensure_future(store.update("a", value)) for value in ("x" * 100_000, number)]
            await soon(asyncio.gather(*writes), "update() did not return")
            demand(store.get("a") == number, "an earlier update won over a later one")
    async with opens() as store:
        demand(store.get("a") == 19, "opened again, the store has an earlier value than it had")


STATE_STORE: Final[tuple[Rule[StateStore], ...]] = (
    what_was_written_is_read,
    what_was_written_survives,
    a_key_that_is_not_there_reads_as_the_default,
    none_removes_a_key,
    values_are_not_shared,
    what_is_not_json_is_refused,
    updates_at_once_lose_no_key,
    the_later_of_two_updates_wins,
)
"""What every store of state has to do."""


async def _update(store: StateStore, key: str, value: Any) -> None:
    await soon(store.update(key, value), f"update({key!r}) did not return")
