"""The four protocol cores as one kind of target: messages go in, a law says what must come out. No I/O.

The law: nothing that a peer says raises anything but FrameTooLargeError, and a good message is understood whatever
came before it (IPC spec R-2, R-4, R-14 and section 10).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

from rc_ipc import FrameLimits, FrameTooLargeError
from rc_ipc._codec import FRAME_END, encode_json
from rc_ipc._requests import asking, cancelling, deleting, resuming, starting, telling
from rc_ipc._session import ClientSession, Ignored, Received, ServerSession, subject_of
from rc_ipc._settling import Settling
from rc_ipc._tasks import Focus
from rc_ipc._transport import Multipart
from rc_ipc._zmq_codec import EMPTY, PROTOCOL, UNCORRELATED, Kind, encode_parts
from rc_ipc._zmq_session import ZmqClientSession, ZmqServerSession, event_parts
from rc_types import ipc
from rc_types.events import (
    MalformedTaskEvent,
    ModesResponse,
    RooCodeEvents,
    TaskStarted,
    UnknownTaskEvent,
)
from rc_types.task import TaskId
from rc_types.testing import minimal
from rc_types.wire import WireModel

from fuzz.mutation import Mutator

EXAMPLES: Final = Path(__file__).parents[2] / "packages" / "rc-ipc" / "tests" / "data" / "frames.tsv"
"""The wire examples of the IPC spec, section 16."""

LIMITS: Final = FrameLimits(received=10_000)
"""Small, so that some frames are over it."""

ACK: Final = ipc.Ack(client_id=ipc.ClientId("9f86d081884c"), pid=4242, ppid=4100)
NOBODY: Final = TaskId("")
"""The task of the smallest events, which all state machines follow."""

GOOD_EVENT: Final = TaskStarted.of(TaskId("understood"))
GOOD_COMMAND: Final = ipc.ResumeTask.of(TaskId("understood"))
TO_CLIENT: Final = (Kind.EVENT, Kind.EVENT, Kind.RESULT, Kind.ERROR, Kind.ACK)
"""What a client hears over ZeroMQ, mostly."""

COMMANDS: Final = (
    ipc.StartNewTask, ipc.CancelTask, ipc.CloseTask, ipc.ResumeTask, ipc.SendMessage, ipc.GetCommands, ipc.GetModes,
    ipc.GetModels, ipc.DeleteQueuedMessage,
)  # fmt: skip


class Broken(Exception):  # noqa: N818 - a finding, not an error of this program
    """A good message was not understood."""


class Target(Protocol):
    """A side of the conversation that has to bear whatever the other side says."""

    tally: Counter[str]
    """What came out, by kind."""

    def hear(self, texts: Sequence[bytes], chance: Random) -> None:
        """Take some messages, then a good one; raises what must not be raised."""
        ...

    def close(self) -> None:
        """End what is running."""
        ...


def messages(*, to_client: bool) -> list[dict[str, Any]]:
    """Return what a side is told, one of every sort: the smallest Ack and events, or the smallest commands."""
    events = [{"eventName": name, "payload": payload} for name, payload in minimal(RooCodeEvents).to_wire().items()] + [
        {"eventName": name, "taskId": 1} for name in ("evalPass", "evalFail")
    ]
    told = [event_message(event) for event in events]
    asked = [command_message(minimal(kind)) for kind in COMMANDS]
    return [ipc.AckMessage.of(ACK).to_wire(), *told] if to_client else asked


def seeds(*, to_client: bool) -> list[bytes]:
    """Return frames to begin with, without their end: the smallest of all sorts, and the examples of the spec."""
    smallest = [encode_json({"type": "message", "data": message}) for message in messages(to_client=to_client)]
    examples = [line.split("\t")[2] for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return smallest + [text.encode() for text in examples if ('"origin":"server"' in text) is to_client]


class Follower:
    """What a client does with events, but for its waiting: state machines, requests, what queues want to know."""

    def __init__(self) -> None:
        self._focus, self._settling = Focus(), Settling(NOBODY)
        start = ipc.StartNewTask.of("x")
        say, message_id = ipc.SendMessage.of("x"), "m"
        self._confirmations: Sequence[Callable[[Any], object]] = (
            asking(ipc.GetModes.of(), ModesResponse, None).confirmed_by,
            starting(start, "r", lambda task_id, _event: task_id, None).confirmed_by,
            resuming(ipc.ResumeTask.of(NOBODY), lambda task_id, _event: task_id, None).confirmed_by,
            cancelling(ipc.CancelTask.of(), None).confirmed_by,
            deleting(ipc.DeleteQueuedMessage.of(message_id), None).confirmed_by,
            telling(say, NOBODY, None).confirmed_by,
        )

    def hear(self, event: Any) -> None:
        """Follow the event; raises only if something is wrong with us."""
        self._focus.hear(event)
        self._settling.hear(event, 0.0)
        self._settling.outcome("accepted")
        for confirmed_by in self._confirmations:
            confirmed_by(event)
        hash(subject_of(event))  # queues look it up


class StreamTarget:
    """A side of the socket, fed in pieces that are cut anywhere.

    Args:
        side: who listens.
        strict: whether a client judges as upstream's does.
    """

    def __init__(self, side: type[ClientSession | ServerSession], *, strict: bool = False) -> None:
        self.tally: Counter[str] = Counter()
        self._side = side
        self._strict = strict
        good: dict[str, Any] = (
            event_message(GOOD_EVENT.to_wire()) if side is ClientSession else command_message(GOOD_COMMAND)
        )
        self._good = encode_json({"type": "message", "data": good}) + FRAME_END
        self._expected = GOOD_EVENT if side is ClientSession else GOOD_COMMAND
        self._open()

    def _open(self) -> None:
        server = ServerSession(ACK, limits=LIMITS)
        self._follower = Follower()
        self._session: ClientSession | ServerSession = server
        if self._side is ClientSession:
            self._session = ClientSession(limits=LIMITS, strict=self._strict)
            list(self._session.receive(server.greeting()))

    def hear(self, texts: Sequence[bytes], chance: Random) -> None:
        """Take frames, each with its end, then a good one."""
        stream = FRAME_END.join(texts) + FRAME_END
        size = chance.choice((7, 1000, 65536, len(stream) + 1))
        heard: list[object] = []
        try:
            for at in range(0, len(stream), size):
                heard += self._session.receive(stream[at : at + size])
        except FrameTooLargeError:
            self.tally["FrameTooLargeError"] += 1
            self._open()
        heard += self._session.receive(self._good)
        note(heard, self._expected, self.tally, self._follower)

    def close(self) -> None:
        """Do nothing: nothing is running."""


class ZmqTarget:
    """A side of the conversation over ZeroMQ.

    Args:
        side: who listens.
    """

    def __init__(self, side: type[ZmqClientSession | ZmqServerSession]) -> None:
        self.tally: Counter[str] = Counter()
        self._side = side
        self._follower = Follower()
        self._open()

    def _open(self) -> None:
        self._numbers = iter(range(1, 1 << 60))
        self._client = ZmqClientSession(
            ClientSession(limits=LIMITS), hello={}, limits=LIMITS, new_correlation=self._correlation
        )
        self._server = ZmqServerSession(ACK, hello=self._client.opening()[2], limits=LIMITS)
        list(self._client.receive(self._server.greeting()))

    def _correlation(self) -> bytes:
        return next(self._numbers).to_bytes(16, "big")

    def hear(self, texts: Sequence[bytes], chance: Random) -> None:
        """Take bodies, each in parts that are nearly right, then a good message."""
        self._open()
        queries = (ipc.GetModes.of(), ipc.GetModels.of(), ipc.GetCommands.of(), ipc.ResumeTask.of(NOBODY))
        asked = [bytes(16), *(self._client.command(command)[2] for command in queries)]
        target = self._client if self._side is ZmqClientSession else self._server
        kinds = TO_CLIENT if self._side is ZmqClientSession else (Kind.COMMAND,)
        heard: list[object] = []
        for text in texts:
            heard += target.receive(parts_around(text, kinds, asked, chance))
        good = command_message(GOOD_COMMAND)
        if self._side is ZmqClientSession:
            heard += self._client.receive(event_parts(GOOD_EVENT, limits=LIMITS))
            note(heard, GOOD_EVENT, self.tally, self._follower)
        else:
            heard += self._server.receive(encode_parts(Kind.COMMAND, correlation=b"c" * 16, body=good))
            note(heard, GOOD_COMMAND, self.tally, self._follower)

    def close(self) -> None:
        """Do nothing: nothing is running."""


def parts_around(body: bytes, kinds: Sequence[Kind], correlations: Sequence[bytes], chance: Random) -> Multipart:
    """Return a message whose parts are mostly right, so that its body is read."""
    kind: Kind = chance.choice(kinds if chance.random() < 0.8 else tuple(Kind))
    correlation = b"" if kind in UNCORRELATED else chance.choice(correlations)
    if chance.random() < 0.8:
        return PROTOCOL, kind.encode(), correlation, b"" if kind in EMPTY else body
    protocol = chance.choice((PROTOCOL, b"", b"RCIPC/2", b"RCIPC/" + b"9" * 50, b"RCIPC/\xb2", body))
    correlation = chance.choice((correlation, b"", b"x" * 15, body))
    parts = (protocol, chance.choice((kind.encode(), b"", b"ACK\x00", body)), correlation, body)
    return chance.choice((parts, parts[:3], (), (*parts, b""), parts * 2))


def event_message(event: dict[str, Any]) -> dict[str, Any]:
    """Return the message that says the event."""
    return {"type": "TaskEvent", "origin": "server", "data": event}


def command_message(command: WireModel) -> dict[str, Any]:
    """Return the message that says the command."""
    return {"type": "TaskCommand", "origin": "client", "clientId": ACK.client_id, "data": command.to_wire()}


def note(heard: Iterable[object], expected: object, tally: Counter[str], follower: Follower) -> None:
    """Count what came out and let the client's machinery have it; raise Broken unless it ends with what was good."""
    last: object = None
    for last in heard:
        tally[f"ignored: {last.reason}" if isinstance(last, Ignored) else type(last).__name__] += 1
        if hasattr(last, "event_name") or isinstance(last, MalformedTaskEvent | UnknownTaskEvent):
            follower.hear(last)
    understood = last.command if isinstance(last, Received) else last
    if understood != expected:
        raise Broken(f"a good message was not understood after odd ones; instead came {last!r}")


SESSIONS: Final[dict[str, Callable[[], Target]]] = {
    "client": lambda: StreamTarget(ClientSession),
    "strict client": lambda: StreamTarget(ClientSession, strict=True),
    "server": lambda: StreamTarget(ServerSession),
    "zmq client": lambda: ZmqTarget(ZmqClientSession),
    "zmq server": lambda: ZmqTarget(ZmqServerSession),
}
"""Who can be talked at without a socket, by name."""


def mutator_for(name: str, chance: Random) -> Mutator:
    """Return what makes odd messages for the target."""
    to_client = name.endswith("client")
    if not name.startswith("zmq"):
        return Mutator(seeds(to_client=to_client), chance)
    answers: list[dict[str, Any]] = [
        {"value": None},
        {"value": {}},
        {"value": "t"},
        {"value": [{"slug": "a", "name": "b"}]},
    ]
    errors: list[dict[str, Any]] = [{"code": "not_found", "message": "no"}, {"reason": "bye"}]
    return Mutator([encode_json(body) for body in [*messages(to_client=to_client), *answers, *errors]], chance)
