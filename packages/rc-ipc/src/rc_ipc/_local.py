"""Hosts on this machine: at Unix sockets, or at named pipes on Windows. Source: IPC spec 2, R-9, R-16."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from rc_ipc._errors import AddressError

if sys.platform == "win32":
    from rc_ipc._pipe import dial_pipe, listen_pipe
else:
    import os

    from rc_ipc._bind import listen_unix
    from rc_ipc._unix import dial_unix

if TYPE_CHECKING:
    from collections.abc import Collection

    from rc_ipc._address import Address
    from rc_ipc._transport import Dial, Listener


def trusted_uids(allowed: Collection[int] | None) -> Collection[int]:
    """Return the user ids that may be at the other end unless somebody says otherwise: our own, and root's.

    Nothing on this machine is kept from root; a program of root's may drive one that it runs as another user. Raises
    AddressError where users have no ids, and somebody names some: a pipe is open to its owner alone.
    """
    if sys.platform == "win32":
        if allowed is not None:
            raise AddressError("allowed_uids", "Windows has no user ids; a pipe is for the user whose process made it")
        found: Collection[int] = ()
    else:
        found = frozenset({os.getuid(), 0}) if allowed is None else allowed
    return found


def local_dial(where: Address, allowed_uids: Collection[int]) -> Dial:
    """Return what makes one attempt to connect to a path or a pipe."""
    if sys.platform == "win32":
        dial: Dial = partial(dial_pipe, where)
    else:
        dial = partial(dial_unix, where.target, allowed_uids=allowed_uids)
    return dial


def listen_local(where: Address, allowed_uids: Collection[int], *, takeover: bool = False) -> Listener:
    """Take a path, or the name of a pipe; AddressError and its kind if it cannot be had."""
    if sys.platform == "win32":
        listener: Listener = listen_pipe(where, takeover=takeover)
    else:
        listener = listen_unix(where.target, allowed_uids=allowed_uids, takeover=takeover)
    return listener
