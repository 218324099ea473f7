"""Sessions written down as they happen, and played again.

A recording has one JSON object per line: who spoke (`from`: `host` or `client`), how long after the connection (`ms`),
and the `message`; or `bytes`, one character per byte, where somebody sent what is no message.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from rc_types.ipc import TaskCommandName

from rc_ipc._address import parse_address
from rc_ipc._client import IpcClient, connecting
from rc_ipc._codec import FRAME_END, FrameSplitter, decode_frame
from rc_ipc._keeper import ClientOptions
from rc_ipc._local import local_dial, trusted_uids
from rc_ipc._redaction import redacted
from rc_ipc._transport import Transport
from rc_ipc.testing._script import Rule, Script, ScriptError, Step
from rc_ipc.testing._toml import script_from_toml

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable


Speaker = Literal["host", "client"]


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
        """Write down one frame, without its end."""
        line: dict[str, Any] = {"from": speaker, "ms": round((self._clock() - self._began) * 1000)}
        self._sink.write(json.dumps(line | _said_in(frame), allow_nan=False) + "\n")
        self._sink.flush()
        self.lines += 1


class _Tapped(Transport):
    """A connection whose frames are written down on their way."""

    def __init__(self, inner: Transport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder
        self._splitter = FrameSplitter()

    async def send(self, frame: bytes, /) -> None:
        self._recorder.note("client", frame.removesuffix(FRAME_END))
        await self._inner.send(frame)

    async def receive(self) -> bytes:
        chunk = await self._inner.receive()
        for frame in self._splitter.feed(chunk):
            self._recorder.note("host", frame)
        return chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


@asynccontextmanager
async def recording(
    address: str | os.PathLike[str], file: str | os.PathLike[str], *, options: ClientOptions | None = None
) -> AsyncGenerator[tuple[IpcClient, Recorder]]:
    """Be connected as with `connect`, and write both sides of the conversation to a new file that only we can read.

    Args:
        address: path of the socket, or `unix:PATH`.
        file: where to; it must not exist.
        options: timeouts and limits; a recording is of one connection, so a lost one is never made again.

    Raises what `connect` raises, and FileExistsError or another OSError for the file.
    """
    where = parse_address(address)
    inner = local_dial(where, trusted_uids(None))
    single = options or ClientOptions(reconnect=False)
    with open(file, "x", encoding="ascii", opener=_private) as sink:  # noqa: ASYNC230 - a local file, once
        recorder = Recorder(sink)

        async def dial() -> Transport:
            return _Tapped(await inner(), recorder)

        try:
            async with connecting(dial, address=str(where), options=single) as client:
                yield client, recorder
        finally:
            if not recorder.lines:
                os.unlink(file)  # noqa: PTH108 - as the file was given; nobody has spoken, so the next try may have it


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
            clock = entry["ms"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ScriptError(f"{source}:{number}", "not a line of a recording") from None
        steps.append(step)
    return Script(title=source, greets=False, rules=(Rule(on="connect", steps=tuple(steps)),))


def _step_for(entry: Any, *, after: float) -> Step:
    if "bytes" in entry:
        entry["bytes"].encode("latin-1")
        return Step("bytes", entry["bytes"] + FRAME_END.decode("ascii"), after=after)
    message = entry["message"]
    if entry["from"] == "client":
        return Step("await", frozenset({TaskCommandName(message["data"]["commandName"])}), after=after)
    if message["type"] == "Ack":
        return Step("ack", value=True, after=after)
    return Step("frame", message, after=after)


def _said_in(frame: bytes) -> dict[str, Any]:
    try:
        value = decode_frame(frame)
        message = value["data"]
        if value.keys() != {"type", "data"} or value["type"] != "message" or not isinstance(message, dict):
            return {"bytes": frame.decode("latin-1")}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {"bytes": frame.decode("latin-1")}
    return {"message": redacted(message)}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
