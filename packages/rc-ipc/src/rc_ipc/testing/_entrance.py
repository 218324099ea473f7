"""Where the clients of a scripted host come in, whatever carries their words."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeAlias

from rc_types.ipc import Ack, ClientId

from rc_ipc._address import ZMQ_SCHEMES, parse_address
from rc_ipc._connection import Connection, QueueLimits
from rc_ipc._counters import Counters
from rc_ipc._errors import ConnectionLostError, IpcError
from rc_ipc._guest import ServerOptions
from rc_ipc._local import listen_local, trusted_uids
from rc_ipc._transport import F, Multipart
from rc_ipc._wire import Farewell, Reply
from rc_ipc._zmq import open_zmq_door
from rc_ipc.testing._speech import StreamSpeech, ZmqSpeech

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

    from rc_ipc._curve import CurveServer
    from rc_ipc._pace import Pace
    from rc_ipc._session import Ignored, Json, Received
    from rc_ipc._transport import Carrier, Listener
    from rc_ipc._zmq_server import RouterDoor
    from rc_ipc.testing._script import Script
    from rc_ipc.testing._speech import Speech


class Visitor(Generic[F]):
    """One connection of a scripted host, on which it may say anything."""

    def __init__(self, carrier: Carrier[F], open_speech: Callable[[Ack], Speech[F]], *, pace: Pace) -> None:
        self.client_id: Final = ClientId(secrets.token_hex(6))
        self.greeted = False
        self._speech = open_speech(Ack(client_id=self.client_id, pid=os.getpid(), ppid=os.getppid()))
        self._connection = Connection(carrier, queue=QueueLimits(), pace=pace, counters=Counters())

    async def converse(self, hear: Callable[[Received | Ignored], Awaitable[None]], reading: asyncio.Event) -> None:
        """Hand all that comes to `hear` until the connection ends; read only while `reading` is set."""

        async def take(chunk: F) -> None:
            await reading.wait()
            for received in self._speech.receive(chunk):
                match received:
                    case Reply(frame=frame):
                        await self._write([frame])
                    case Farewell(reason=reason):
                        self._connection.cut(reason)
                    case _:
                        await hear(received)

        with suppress(IpcError):
            await self._connection.run(take)

    async def greet(self) -> None:
        """Send the Ack."""
        self.greeted = True
        await self._write([self._speech.greeting()])

    async def say(self, words: Sequence[Json | bytes], *, glued: bool = False) -> None:
        """Send messages, or bytes that pass for them; nothing happens once the client has gone.

        Raises FrameTooLargeError for a message that no wire carries.
        """
        speech = self._speech
        frames = [speech.spelled(word) if isinstance(word, bytes) else speech.said(word) for word in words]
        await self._write(speech.posted(frames, glued=glued))

    async def accept(self, received: Received) -> None:
        """Say that a command has come."""
        await self._write(self._speech.acceptance(received))

    async def answer(self, received: Received, answer: object) -> None:
        """Answer a query."""
        await self._write(self._speech.posted(self._speech.found(received, answer), glued=False))

    async def obey(self, received: Received, task_id: str | None) -> None:
        """Say that a command is obeyed."""
        await self._write(self._speech.obeyed(received, task_id))

    async def refuse(self, received: Received) -> None:
        """Say that a command is not known here."""
        await self._write(self._speech.refused(received))

    async def cut(self) -> None:
        """Close the connection once everything said is on its way."""
        with suppress(IpcError):
            await self._connection.flushed()
        self._connection.cut(ConnectionLostError("the script cuts the connection"))

    async def _write(self, frames: Sequence[F]) -> None:
        with suppress(IpcError):
            for frame in frames:
                while not self._connection.offer(frame):
                    await self._connection.moved()


AnyVisitor: TypeAlias = Visitor[bytes] | Visitor[Multipart]


class Entrance(Protocol):
    """Where visitors come in."""

    @property
    def endpoint(self) -> str:
        """The address, as clients have to give it."""
        ...

    async def accept(self) -> AnyVisitor:
        """Return the next visitor."""
        ...

    async def aclose(self) -> None:
        """Let nobody in any more; safe to call twice."""
        ...


class StreamEntrance:
    """A listener whose clients speak as node-ipc does."""

    def __init__(self, listener: Listener, endpoint: str, *, pieces: int | None) -> None:
        self.endpoint: Final = endpoint
        self._listener = listener
        self._open_speech = partial(StreamSpeech, pieces=pieces)

    async def accept(self) -> Visitor[bytes]:
        """Return the next visitor."""
        return Visitor(await self._listener.accept(), self._open_speech, pace=ServerOptions().pace)

    async def aclose(self) -> None:
        """Stop listening."""
        await self._listener.aclose()


class ZmqEntrance:
    """A ROUTER whose clients have said HELLO."""

    def __init__(self, door: RouterDoor) -> None:
        self.endpoint: Final = door.endpoint
        self._door = door

    async def accept(self) -> Visitor[Multipart]:
        """Return the next visitor."""
        carrier, _ = await self._door.accept()
        return Visitor(carrier, partial(ZmqSpeech, hello=carrier.hello), pace=self._door.options.pace)

    async def aclose(self) -> None:
        """Give back the address; the socket closes with its last client."""
        await self._door.aclose()


def open_entrance(
    address: str | os.PathLike[str], script: Script, *, curve: CurveServer | None, insecure: bool
) -> Entrance:
    """Take the address for a scripted host; AddressError and its kind if it cannot be had."""
    where = parse_address(address)
    uids = trusted_uids(None)
    if where.scheme not in ZMQ_SCHEMES:
        return StreamEntrance(listen_local(where, uids), str(where), pieces=script.pieces)
    options = ServerOptions()
    return ZmqEntrance(open_zmq_door(where, uids, curve, insecure=insecure, takeover=False, options=options))
