"""Providers of the port `rc_types.ports.TaskLink`, registered in the entry-point group `rc_types.task_link`."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from rc_ipc._client import IpcClient, connect
from rc_ipc._curve import CurveClient
from rc_ipc._keeper import ClientOptions
from rc_ipc._subscription import Gap, Subscription

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from rc_types.ipc import TaskCommand
    from rc_types.ports import TaskLink

    from rc_ipc._session import AnyTaskEvent

__all__ = ["unix", "zmq"]

_KEYS: Final = "RC_IPC_KEYS"
"""Environment variable: file of our keys, for `zmq`."""

_SERVER_KEY: Final = "RC_IPC_SERVER_KEY"
"""Environment variable: public key of the host, for `zmq`."""


class _Link:
    """An `IpcClient` in the clothes of the port."""

    def __init__(self, client: IpcClient) -> None:
        self._client = client

    async def send(self, command: TaskCommand, /) -> None:
        await self._client.send(command)

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return _read(self._client.events())

    async def aclose(self) -> None:
        await self._client.aclose()


async def _read(subscription: Subscription[AnyTaskEvent]) -> AsyncGenerator[AnyTaskEvent]:
    async with subscription:
        async for event in subscription:
            if not isinstance(event, Gap):
                yield event


@asynccontextmanager
async def unix(address: str, /) -> AsyncGenerator[TaskLink]:
    """Link to the assistant at a socket path (or `unix:PATH`), waiting up to 30 s for it to come up.

    A link is one connection: once it is lost, events end with ConnectionLostError and commands raise it, since
    whoever drives a task has to know that it may have missed something.

    Raises NotConnectedError or HandshakeTimeoutError if nobody greets in time, AddressError if nobody can.
    """
    async with connect(address, options=ClientOptions(reconnect=False)) as client:
        yield _Link(client)


@asynccontextmanager
async def zmq(address: str, /) -> AsyncGenerator[TaskLink]:
    """Link to a Python host at a `zmq+ipc`, `zmq+tcp` or `zmq+inproc` address; as `unix`.

    Keys come from the environment: RC_IPC_KEYS names the file of ours, RC_IPC_SERVER_KEY is the host's public one.
    Without them only addresses that need no keys can be used.

    Raises AuthenticationError if the keys are missing, unusable, or do not fit; otherwise as `unix`.
    """
    keys, server_key = os.environ.get(_KEYS), os.environ.get(_SERVER_KEY)
    curve = CurveClient(keys=keys, server_key=server_key or "") if keys else None
    async with connect(address, curve=curve, options=ClientOptions(reconnect=False)) as client:
        yield _Link(client)
