"""Providers of the port `rc_types.ports.TaskLink`, registered in the entry-point group `rc_types.task_link`."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from rc_ipc._address import PIPE_PREFIX
from rc_ipc._client_options import ClientOptions
from rc_ipc._connect import connect
from rc_ipc._curve import KEYS_VARIABLE, SERVER_KEY_VARIABLE, CurveClient
from rc_ipc._subscription import Gap, Subscription

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from rc_types.global_settings import RooCodeSettings
    from rc_types.ipc import TaskCommand
    from rc_types.ports import LinkedTask, TaskGoal, TaskLink
    from rc_types.task import TaskId

    from rc_ipc._client import IpcClient
    from rc_ipc._outcome import Outcome
    from rc_ipc._session import AnyTaskEvent
    from rc_ipc._tasks import TaskHandle

__all__ = ["pipe", "unix", "zmq"]

_ONCE: Final = ClientOptions(reconnect=False)


class _Link:
    """An `IpcClient` in the clothes of the port."""

    def __init__(self, client: IpcClient) -> None:
        self._client = client

    async def send(self, command: TaskCommand, /) -> None:
        await self._client.send(command)

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return _read(self._client.events())

    async def start(self, text: str, settings: RooCodeSettings | None = None, /) -> LinkedTask:
        return _Task(await self._client.start(text, settings))

    async def attach(self) -> LinkedTask:
        return _Task(await self._client.attach())

    async def aclose(self) -> None:
        await self._client.aclose()


class _Task:
    """A `TaskHandle` in the clothes of the port."""

    def __init__(self, handle: TaskHandle) -> None:
        self._handle = handle

    @property
    def task_id(self) -> TaskId:
        return self._handle.task_id

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return _read(self._handle.events())

    async def wait(self, goal: TaskGoal, /) -> Outcome:
        return await self._handle.wait(goal)

    async def cancel(self) -> None:
        await self._handle.cancel()


async def _read(subscription: Subscription[AnyTaskEvent]) -> AsyncGenerator[AnyTaskEvent]:
    async with subscription:
        async for event in subscription:
            if not isinstance(event, Gap):
                yield event


@asynccontextmanager
async def unix(address: str, /, *, uid: int | None = None) -> AsyncGenerator[TaskLink]:
    """Link to the assistant at a socket path (or `unix:PATH`), waiting up to 30 s for it to come up.

    Nobody but the user `uid` is talked to, or ourselves if none is named.

    A link is one connection: once it is lost, events end with ConnectionLostError and commands raise it, since
    whoever drives a task has to know that it may have missed something.

    Raises NotConnectedError or HandshakeTimeoutError if nobody greets in time, AddressError if nobody can.
    """
    async with connect(address, allowed_uids=_users(uid), options=_ONCE) as client:
        yield _Link(client)


@asynccontextmanager
async def pipe(address: str, /, *, uid: int | None = None) -> AsyncGenerator[TaskLink]:
    r"""Link to the assistant at a Windows pipe: its name, `pipe:NAME` or `\\.\pipe\NAME`, or a path; as `unix`.

    Raises AddressError where there are no pipes, and for a `uid`: a pipe is open to its owner alone.
    """
    named = address if address.startswith(("pipe:", PIPE_PREFIX)) else f"pipe:{address}"
    async with connect(named, allowed_uids=_users(uid), options=_ONCE) as client:
        yield _Link(client)


@asynccontextmanager
async def zmq(address: str, /, *, uid: int | None = None) -> AsyncGenerator[TaskLink]:
    """Link to a Python host at a `zmq+ipc`, `zmq+tcp` or `zmq+inproc` address; as `unix`.

    Keys come from the environment: RC_IPC_KEYS names the file of ours, RC_IPC_SERVER_KEY is the host's public one.
    Without them only addresses that need no keys can be used.

    Raises AuthenticationError if the keys are missing, unusable, or do not fit; otherwise as `unix`.
    """
    keys, server_key = os.environ.get(KEYS_VARIABLE), os.environ.get(SERVER_KEY_VARIABLE)
    curve = CurveClient(keys=keys, server_key=server_key or "") if keys else None
    async with connect(address, allowed_uids=_users(uid), curve=curve, options=_ONCE) as client:
        yield _Link(client)


def _users(uid: int | None) -> set[int] | None:
    return None if uid is None else {uid}
