"""How an attempt and the program are joined: by two files in a folder of the attempt, not by pipes of a parent.

Commands go through a FIFO that the program itself holds open for reading and writing, so that its input never ends
because a controller does; its output goes to a file, which whoever controls the attempt reads from its beginning. A
program that is not waited for is so never stopped by that.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_evals.agents.port import Stage

COMMANDS: Final = "commands"
EVENTS: Final = "events.jsonl"
HOME: Final = "home"

CHUNK: Final = 64 * 1024
"""Bytes that are read at once."""

_JOIN: Final = 'commands=$1 events=$2; shift 2; exec "$@" <>"$commands" >>"$events"'
"""Becomes the program."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Our ends. They were opened before the program ran: what it puts in their place is not looked at."""

    folder: str
    """As the program sees it."""
    home: int
    """Descriptor of the program's home."""
    _commands: int
    _events: int

    @property
    def home_inside(self) -> str:
        """The program's home, as it sees it: empty, and kept until the attempt is over."""
        return f"{self.folder}/{HOME}"

    def joined(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """Return the command line that starts the program with this channel as its input and output."""
        return ("/bin/sh", "-c", _JOIN, "sh", f"{self.folder}/{COMMANDS}", f"{self.folder}/{EVENTS}", *argv)

    def read(self) -> bytes:
        """Return what the program has printed since the last call, empty for nothing."""
        return os.read(self._events, CHUNK)

    async def write(self, line: bytes) -> None:
        """Send a line once there is room for it."""
        rest = memoryview(line + b"\n")
        while rest:
            try:
                rest = rest[os.write(self._commands, rest) :]
            except BlockingIOError:
                await self._room()

    async def _room(self) -> None:
        loop = asyncio.get_running_loop()
        has_room = asyncio.Event()
        loop.add_writer(self._commands, has_room.set)
        try:
            await has_room.wait()
        finally:
            loop.remove_writer(self._commands)


@contextmanager
def channel_of(stage: Stage) -> Generator[Channel]:
    """Make the files in the channel folder of an attempt, and hold them open for as long as the block lasts."""
    with ExitStack() as opened:

        def hold(name: str, how: int) -> int:
            descriptor = os.open(stage.channel / name, how | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            opened.callback(os.close, descriptor)
            return descriptor

        os.mkfifo(stage.channel / COMMANDS, 0o600)
        (stage.channel / HOME).mkdir(mode=0o700)
        yield Channel(
            folder=stage.paths.channel,
            home=hold(HOME, os.O_RDONLY | os.O_DIRECTORY),
            _commands=hold(COMMANDS, os.O_RDWR | os.O_NONBLOCK),
            _events=hold(EVENTS, os.O_RDONLY | os.O_CREAT | os.O_EXCL),
        )
