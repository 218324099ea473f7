"""Where a host and the platform meet: one socket, in a folder that both can write."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

    from rc_evals.agents.port import Stage

SOCKET: Final = "host.sock"

LONGEST_PATH: Final = 107
"""Bytes of a socket's path on Linux, its end not counted. Source: unix(7)."""

LOOK_SECONDS: Final = 0.05
"""Between two looks whether the socket is there."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The folder, and what it holds. Both are open: whatever is moved, we stay with what we have looked at."""

    seen_by_host: str
    """Where the host shall open its socket."""
    _folder: int
    _open_files: ExitStack

    @property
    def uid(self) -> int:
        """Whom the folder belongs to, and so whom the host runs as, once it does."""
        return os.fstat(self._folder).st_uid

    async def address(self) -> str:
        """Wait for the socket and return an address that leads to it, and never to what may take its place later.

        A host may put anything else there, such as a link to the socket of another attempt: that is not looked at.
        """
        while (found := self._found()) is None:  # noqa: ASYNC110 - nothing tells of a file in a foreign folder
            await asyncio.sleep(LOOK_SECONDS)
        self._open_files.callback(os.close, found)
        return f"/proc/self/fd/{found}"

    def _found(self) -> int | None:
        try:
            entry = os.open(SOCKET, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
        except OSError:
            return None
        if stat.S_ISSOCK(os.fstat(entry).st_mode):
            return entry
        os.close(entry)
        return None


@contextmanager
def meeting_at(stage: Stage) -> Generator[Meeting]:
    """Open the channel of an attempt as a place to meet, for as long as the block lasts."""
    with ExitStack() as open_files:
        folder = os.open(stage.channel, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        open_files.callback(os.close, folder)
        seen_by_host = f"{stage.paths.channel}/{SOCKET}"
        if len(os.fsencode(seen_by_host)) > LONGEST_PATH:  # then the host sees our files, and our descriptors too
            seen_by_host = f"/proc/{os.getpid()}/fd/{folder}/{SOCKET}"
        yield Meeting(seen_by_host, folder, open_files)
