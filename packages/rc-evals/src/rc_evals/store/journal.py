"""The only way to write: commands, committed in groups, each of them noted in the journal.

While one transaction is being made durable, the commands that arrive wait; the next transaction takes all of them. So a
busy run pays one commit for many changes, and an idle one pays no delay. A command is a compare-and-set: it checks what
it expects to find (its lease token, the state of the task) and changes nothing when that is gone.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from rc_evals._errors import StoreError
from rc_evals.store.database import Database
from rc_evals.store.transaction import Transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncGenerator
    from pathlib import Path

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

GROUP: Final = 256
"""Commands that share one transaction at most."""


class Command(Protocol[R_co]):
    """A change of the store."""

    def apply(self, tx: Transaction, /) -> R_co:
        """Make the change and return what the caller wants to know, or change nothing and say so."""
        ...


@dataclass(slots=True)
class _Waiting(Generic[R]):
    command: Command[R]
    done: asyncio.Future[R]

    def settle(self, result: R) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class Journal:
    """Executes commands in the order in which they were given. Get one from `open_journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: asyncio.Queue[_Waiting[Any] | None] = asyncio.Queue()
        self._closed = False

    async def execute(self, command: Command[R]) -> R:
        """Return the command's result once it is durable.

        A caller that is cancelled does not take the command back: it is executed or not, as a whole.

        Raises:
            StoreError: nothing of this command was written.
        """
        if self._closed:
            raise StoreError("the store is closed; nothing more is written")
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(command, done))
        return await done

    async def pump(self) -> None:
        """Serve commands until `close` is called. However it ends, nobody is left waiting."""
        try:
            await self._serve()
        finally:
            self._closed = True
            while not self._queue.empty():
                if (left := self._queue.get_nowait()) is not None:
                    left.fail(StoreError("the store was closed before this was written"))

    async def _serve(self) -> None:
        while (first := await self._queue.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put_nowait(None)
                    break
                group.append(following)
            await self._commit(group)

    def close(self) -> None:
        """Let `pump` return after everything given so far."""
        self._queue.put_nowait(None)

    async def _commit(self, group: list[_Waiting[Any]]) -> None:
        commands = [waiting.command for waiting in group]
        try:
            results = await self._database.transact(lambda connection: _apply(connection, commands))
        except StoreError as error:  # the fault of none of them, so trying each by itself would only take longer
            for waiting in group:
                waiting.fail(error)
            return
        except Exception as error:  # noqa: BLE001 - handed on to whoever gave the command
            if len(group) == 1:
                group[0].fail(error)
                return
            for waiting in group:  # one of them is the culprit; the others must not suffer
                await self._commit([waiting])
            return
        except asyncio.CancelledError:
            for waiting in group:
                waiting.fail(StoreError("the store was closed while this was being written"))
            raise
        for waiting, result in zip(group, results, strict=True):
            waiting.settle(result)


def _apply(connection: sqlite3.Connection, commands: list[Command[Any]]) -> list[Any]:
    tx = Transaction(connection)
    results = [command.apply(tx) for command in commands]
    tx.write_out()
    return results


@asynccontextmanager
async def open_journal(path: Path, *, busy_seconds: float = 20.0) -> AsyncGenerator[Journal]:
    """Open the database for writing, making it when it does not exist.

    A command waits `busy_seconds` at most for other processes that are writing.

    Raises:
        StoreError: damaged, foreign, of another version, or not writable.
    """
    async with Database(path, busy_seconds=busy_seconds) as database:
        writer = Journal(database)
        pump = asyncio.create_task(writer.pump(), name="rc-evals-journal")
        try:
            yield writer
        finally:
            writer.close()
            await asyncio.shield(pump)
