r"""What Windows has to be asked beyond asyncio: a pipe for one user alone, whose pipe it is. Source: IPC spec 2.3, R-9.

Not run by us: written from the documentation of the Windows API, checked by mypy and pyright for `win32`. What needs no
Windows (`open_mode`, `sddl_for`, `is_trusted_owner`) is tested everywhere.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from ctypes import wintypes
from typing import TYPE_CHECKING, Final

if sys.platform == "win32":
    import _winapi

if TYPE_CHECKING:
    from collections.abc import Generator

PIPE_ACCESS_DUPLEX: Final = 0x3
FILE_FLAG_OVERLAPPED: Final = 0x4000_0000
FILE_FLAG_FIRST_PIPE_INSTANCE: Final = 0x8_0000
PIPE_REJECT_REMOTE_CLIENTS: Final = 0x8
SECURITY_SQOS_PRESENT: Final = 0x10_0000
SECURITY_IDENTIFICATION: Final = 0x1_0000
"""Flags of CreateNamedPipeW and CreateFileW; `_winapi` has some of them, and is nowhere else."""

PIPE_MODE: Final = PIPE_REJECT_REMOTE_CLIENTS
"""A stream of bytes, as libuv makes it (byte type, byte reads and waiting are all 0), and none over the network."""

UNLIMITED_INSTANCES: Final = 255
BUFFER: Final = 64 * 1024
"""Bytes that one direction may hold; libuv's."""

SYSTEM: Final = "S-1-5-18"
ADMINISTRATORS: Final = "S-1-5-32-544"
"""From these nothing on the machine is kept; what an elevated editor makes belongs to the latter."""

_TOKEN_QUERY: Final = 0x8
_TOKEN_USER: Final = 1
_SDDL_REVISION_1: Final = 1
_SE_KERNEL_OBJECT: Final = 6
_OWNER_SECURITY_INFORMATION: Final = 1


def open_mode(*, first: bool) -> int:
    """Return how an instance of a pipe is opened; the first one only where nobody has a pipe of that name."""
    return PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (FILE_FLAG_FIRST_PIPE_INSTANCE if first else 0)


def sddl_for(sid: str) -> str:
    """Return the security descriptor, as text, of what belongs to one user and is open to that user alone.

    The owner is named, since what an elevated process makes would else belong to its whole group; `P` keeps out what
    could be inherited; the one entry allows everything. Without a descriptor everybody may read.
    """
    return f"O:{sid}D:P(A;;GA;;;{sid})"


def is_trusted_owner(owner: str, *, own: str) -> bool:
    """Return whether to talk to a pipe of that owner: ourselves, or who can look into our process anyway."""
    return owner in {own, ADMINISTRATORS, SYSTEM}


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES of the Windows API."""

    _fields_ = (
        ("length", wintypes.DWORD),
        ("descriptor", wintypes.LPVOID),
        ("is_inherited", wintypes.BOOL),
    )


if sys.platform == "win32":

    def make_instance(name: str, *, first: bool) -> int:
        """Return the handle of a new instance of our pipe; OSError if there can be none."""
        with _attributes(sddl_for(own_sid())) as attributes:
            return _winapi.CreateNamedPipe(
                name,
                open_mode(first=first),
                PIPE_MODE,
                UNLIMITED_INSTANCES,
                BUFFER,
                BUFFER,
                0,
                ctypes.addressof(attributes),
            )

    def open_pipe(name: str) -> int:
        """Return the handle of a new connection; OSError if there is none, or all instances are taken.

        The server may learn who we are, and not act as if it were us.
        """
        flags = FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION
        access = _winapi.GENERIC_READ | _winapi.GENERIC_WRITE
        return _winapi.CreateFile(name, access, 0, _winapi.NULL, _winapi.OPEN_EXISTING, flags, _winapi.NULL)

    def own_sid() -> str:
        """Return the security identifier of the user whose process this is."""
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        token = wintypes.HANDLE()
        process = wintypes.HANDLE(_winapi.GetCurrentProcess())
        _check(advapi.OpenProcessToken(process, wintypes.DWORD(_TOKEN_QUERY), ctypes.byref(token)))
        try:
            size = wintypes.DWORD()
            advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))  # asks for the size
            found = ctypes.create_string_buffer(size.value)
            _check(advapi.GetTokenInformation(token, _TOKEN_USER, found, size, ctypes.byref(size)))
        finally:
            _winapi.CloseHandle(token.value or 0)
        return _text_of(wintypes.LPVOID.from_buffer(found))  # TOKEN_USER begins with the pointer to its SID

    def owner_sid(handle: int) -> str:
        """Return the security identifier of the pipe's owner, which is that of who made its first instance."""
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        owner, descriptor = wintypes.LPVOID(), wintypes.LPVOID()
        code = advapi.GetSecurityInfo(
            wintypes.HANDLE(handle),
            _SE_KERNEL_OBJECT,
            wintypes.DWORD(_OWNER_SECURITY_INFORMATION),
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(descriptor),
        )
        if code:
            raise ctypes.WinError(code)
        try:
            return _text_of(owner)
        finally:
            _free(descriptor)

    @contextmanager
    def _attributes(sddl: str) -> Generator[SecurityAttributes]:
        """Give a security descriptor in the form that makes things, for as long as the block lasts."""
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        descriptor = wintypes.LPVOID()
        convert = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
        _check(convert(wintypes.LPCWSTR(sddl), _SDDL_REVISION_1, ctypes.byref(descriptor), None))
        try:
            yield SecurityAttributes(ctypes.sizeof(SecurityAttributes), descriptor.value, False)
        finally:
            _free(descriptor)

    def _text_of(sid: wintypes.LPVOID) -> str:
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        text = wintypes.LPWSTR()
        _check(advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)))
        try:
            return text.value or ""
        finally:
            _free(text)

    def _free(memory: wintypes.LPVOID | wintypes.LPWSTR) -> None:
        """Give back what the system has allocated for us."""
        ctypes.WinDLL("kernel32").LocalFree(memory)

    def _check(succeeded: int) -> None:
        if not succeeded:
            raise ctypes.WinError(ctypes.get_last_error())
