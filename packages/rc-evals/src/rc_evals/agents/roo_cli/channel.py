"""How an attempt and the program are joined: by two files in a folder of the attempt, not by pipes of a parent.

Commands go through a FIFO that the program itself holds open for reading and writing, so that its input never ends
because a controller does; its output goes to a file, which whoever controls the attempt reads from its beginning. A
program that is not waited for is so never stopped by that.
"""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rc_evals.agents.port import Stage

COMMANDS: Final = "commands"
EVENTS: Final = "events.jsonl"
HOME: Final = "home"

CHUNK: Final = 64 * 1024
"""Bytes that are read at once."""

_CAREFULLY: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_JOIN: Final = 'commands=$1 events=$2; shift 2; exec "$@" <>"$commands" >>"$events"'
"""Becomes the program."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Our ends, held open: what the program puts in their place later is not looked at."""

    folder: str
    """As the program sees it."""
    is_new: bool
    """Whether nobody before us has used it: then the program is still to be started."""
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
    """Open the files in the channel folder of an attempt for as long as the block lasts; make them if it is empty.

    What a program has put in place of one that a dead controller made is as good as nothing.
    """
    with ExitStack() as opened:

        def hold(descriptor: int) -> int:
            opened.callback(os.close, descriptor)
            return descriptor

        folder = hold(os.open(stage.channel, _FOLDER))
        with os.scandir(folder) as listed:
            is_new = next(listed, None) is None
        if is_new:
            os.mkfifo(COMMANDS, 0o600, dir_fd=folder)
            os.close(os.open(EVENTS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder))
            os.mkdir(HOME, 0o700, dir_fd=folder)
        yield Channel(
            folder=stage.paths.channel,
            is_new=is_new,
            home=hold(_open(HOME, _FOLDER, stat.S_ISDIR, folder)),
            _commands=hold(_open(COMMANDS, os.O_RDWR | _CAREFULLY, stat.S_ISFIFO, folder)),
            _events=hold(_open(EVENTS, os.O_RDONLY | _CAREFULLY, stat.S_ISREG, folder)),
        )


def _open(name: str, how: int, is_right: Callable[[int], bool], folder: int) -> int:
    """Open an entry of the folder, or nothing in place of what is not what it has to be."""
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        descriptor = os.open(name, how, dir_fd=folder)
    except OSError:
        return nothing
    if is_right(os.fstat(descriptor).st_mode):
        os.close(nothing)
        return descriptor
    os.close(descriptor)
    return nothing
