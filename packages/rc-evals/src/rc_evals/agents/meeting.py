"""Where a host and the platform meet: one socket, in a folder that both can write."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import contextmanager
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
    """The two names of the socket. Ours goes through a descriptor of its folder: short, and nobody can move it."""

    seen_by_host: str
    address: str
    _folder: int

    @property
    def uid(self) -> int:
        """Whom the folder belongs to, and so whom the host runs as, once it does."""
        return os.fstat(self._folder).st_uid

    async def socket_is_there(self) -> None:
        """Wait for it. A host may put anything else there: that is not looked at."""
        while not self._is_socket():  # noqa: ASYNC110 - nothing tells of a file in a foreign folder
            await asyncio.sleep(LOOK_SECONDS)

    def _is_socket(self) -> bool:
        try:
            return stat.S_ISSOCK(os.stat(SOCKET, dir_fd=self._folder, follow_symlinks=False).st_mode)
        except OSError:
            return False


@contextmanager
def meeting_at(stage: Stage) -> Generator[Meeting]:
    """Open the channel of an attempt as a place to meet, for as long as the block lasts."""
    folder = os.open(stage.channel, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        seen_by_host = f"{stage.paths.channel}/{SOCKET}"
        if len(os.fsencode(seen_by_host)) > LONGEST_PATH:  # then the host sees our files, and our descriptors too
            seen_by_host = f"/proc/{os.getpid()}/fd/{folder}/{SOCKET}"
        yield Meeting(seen_by_host, f"/proc/self/fd/{folder}/{SOCKET}", folder)
    finally:
        os.close(folder)
