"""Where a host is when nobody says where: in a folder that is its user's alone. Source: IPC spec R-9."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rc_ipc._address import PIPE_PREFIX, parse_address
from rc_ipc._errors import AddressError, PermissionDeniedError

if sys.platform != "win32":
    import tempfile

if TYPE_CHECKING:
    from collections.abc import Mapping


def default_address(name: str, *, environ: Mapping[str, str] = os.environ) -> str:
    r"""Return the address of this user's host of that name, for `serve` as well as `connect`.

    It is `$XDG_RUNTIME_DIR/roo-code/NAME.sock`, or `roo-code-UID/NAME.sock` in the folder for temporary files if there
    is no such variable; on Windows, the pipe `\\.\pipe\roo-code-NAME`. The socket's folder is made, with mode 0700.

    Raises AddressError for a name that cannot be a file's or makes too long a path, PermissionDeniedError for a folder
    that others made or can look into.
    """
    if not name or name in {".", ".."} or not name.isprintable() or any(separator in name for separator in "/\\"):
        raise AddressError(repr(name), "not a name of a host; letters, digits and dashes make one")
    if sys.platform == "win32":
        address = f"{PIPE_PREFIX}roo-code-{name}"
    else:
        runtime = environ.get("XDG_RUNTIME_DIR", "")
        folder = (
            Path(runtime, "roo-code")
            if Path(runtime).is_absolute() and os.path.isdir(runtime)  # noqa: PTH112 - Path's raises for many that are none
            else Path(tempfile.gettempdir(), f"roo-code-{os.getuid()}")
        )
        address = str(folder / f"{name}.sock")
        parse_address(address)
        _make_private(folder)
    return address


def _make_private(folder: Path) -> None:
    """Make the folder, or see to it that whoever made it was us and lets nobody else in."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except FileExistsError:
        raise PermissionDeniedError(str(folder), "is a file, and a folder is needed; move it away") from None
    except OSError as exc:
        raise PermissionDeniedError(str(folder), f"cannot be made: {exc.strerror}") from exc
    if not stat.S_ISDIR(found.st_mode):
        raise PermissionDeniedError(str(folder), "is a link, which may lead anywhere; remove it")
    if sys.platform != "win32" and found.st_uid != os.getuid():
        raise PermissionDeniedError(str(folder), f"belongs to user {found.st_uid}; choose an address of your own")
    if found.st_mode & 0o077:
        raise PermissionDeniedError(str(folder), "is open to others; chmod 700 it")
