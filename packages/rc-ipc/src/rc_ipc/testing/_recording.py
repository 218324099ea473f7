"""Sessions written down as they happen, and played again.

A recording has one JSON object per line: who spoke (`from`: `host` or `client`), how long after the connection (`ms`),
and the `message`; or `bytes`, one character per byte, where somebody sent what is no message; or the `error` that a
command came to over ZeroMQ.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rc_types.ipc import TaskCommandName

from rc_ipc._address import ZMQ_SCHEMES, parse_address
from rc_ipc._client_options import ClientOptions
from rc_ipc._codec import FRAME_END
from rc_ipc._connect import connecting_on
from rc_ipc._local import local_dial, trusted_uids
from rc_ipc._stream import stream_line
from rc_ipc._wire import Line
from rc_ipc._zmq import NO_PAUSES, open_zmq_line
from rc_ipc.testing._script import Rule, Script, ScriptError, Step
from rc_ipc.testing._tap import Ear, Speaker, StreamEar, Tapped, ZmqEar, said_in
from rc_ipc.testing._toml import script_from_toml

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from rc_ipc._address import Address
    from rc_ipc._client import IpcClient
    from rc_ipc._curve import CurveClient
    from rc_ipc._transport import F


class Recorder:
    """Writes a session down, line by line; secrets in configurations are left out.

    Args:
        sink: where the lines go; each is flushed, so that a killed program leaves what it heard.
        clock: seconds that only ever grow.
    """

    def __init__(self, sink: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._sink = sink
        self._clock = clock
        self._began = clock()
        self.lines = 0

    def note(self, speaker: Speaker, frame: bytes) -> None:
        """Write down one frame of the socket, without its end."""
        self.write(speaker, said_in(frame))

    def write(self, speaker: Speaker, said: Mapping[str, Any]) -> None:
        """Write down what was said, which holds no secrets any more."""
        line: dict[str, Any] = {"from": speaker, "ms": round((self._clock() - self._began) * 1000)}
        self._sink.write(json.dumps({**line, **said}, allow_nan=False) + "\n")
        self._sink.flush()
        self.lines += 1


@asynccontextmanager
async def recording(
    address: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    curve: CurveClient | None = None,
    insecure: bool = False,
    options: ClientOptions | None = None,
) -> AsyncGenerator[tuple[IpcClient, Recorder]]:
    """Be connected as with `connect`, and write both sides of the conversation to a new file that only we can read.

    Args:
        address: as `connect` takes it.
        file: where to; it must not exist.
        curve: keys for ZeroMQ, as `connect` takes them.
        insecure: do without them on the loopback interface.
        options: timeouts and limits; a recording is of one connection, so a lost one is never made again.

    Raises what `connect` raises, and FileExistsError or another OSError for the file.
    """
    where = parse_address(address)
    single = options or ClientOptions(reconnect=False)
    with open(file, "x", encoding="ascii", opener=_private) as sink:  # noqa: ASYNC230 - a local file, once
        recorder = Recorder(sink)
        try:
            async with _tapped(where, recorder, curve, insecure=insecure, options=single) as client:
                yield client, recorder
        finally:
            if not recorder.lines:
                os.unlink(file)  # noqa: PTH108 - as the file was given; nobody has spoken, so the next try may have it


def _tapped(
    where: Address, recorder: Recorder, curve: CurveClient | None, *, insecure: bool, options: ClientOptions
) -> AbstractAsyncContextManager[IpcClient]:
    uids = trusted_uids(None)
    if where.scheme not in ZMQ_SCHEMES:
        stream = _with_tap(stream_line(local_dial(where, uids), options), StreamEar, recorder)
        return connecting_on(stream, address=str(where), options=options)
    zmq = _with_tap(open_zmq_line(where, uids, curve, insecure=insecure, options=options), ZmqEar, recorder)
    return connecting_on(zmq, address=str(where), options=replace(options, pace=NO_PAUSES))


def _with_tap(line: Line[F], new_ear: Callable[[], Ear[F]], recorder: Recorder) -> Line[F]:
    async def dial() -> Tapped[F]:
        return Tapped(await line.dial(), new_ear(), recorder.write)

    return Line(dial, line.open_session)


def read_script(path: str | os.PathLike[str]) -> Script:
    """Return the script in a file: a TOML document, or a recording, whose name ends in `.jsonl`.

    A played recording says to every client what its host said, and waits for the commands that the client gave.

    Raises ScriptError for what is neither, OSError for what cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ScriptError(file.name, "not text in UTF-8") from None
    return _played(text, source=file.name) if file.suffix == ".jsonl" else script_from_toml(text, source=file.name)


def _played(text: str, *, source: str) -> Script:
    steps: list[Step] = []
    clock = 0.0
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            entry: Any = json.loads(line)
            step = _step_for(entry, after=max(0.0, entry["ms"] - clock) / 1000)
            clock = entry["ms"] if step else clock
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ScriptError(f"{source}:{number}", "not a line of a recording") from None
        if step is not None:
            steps.append(step)
    return Script(title=source, greets=False, rules=(Rule(on="connect", steps=tuple(steps)),))


def _step_for(entry: Any, *, after: float) -> Step | None:
    """Return what plays the line; None for a refusal, which the socket has no word for: it is not played."""
    if "error" in entry:
        return None
    if "bytes" in entry:
        entry["bytes"].encode("latin-1")
        return Step("bytes", entry["bytes"] + FRAME_END.decode("ascii"), after=after)
    message = entry["message"]
    if entry["from"] == "client":
        return Step("await", frozenset({TaskCommandName(message["data"]["commandName"])}), after=after)
    if message["type"] == "Ack":
        return Step("ack", value=True, after=after)
    return Step("frame", message, after=after)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
