"""Who may talk to whom over ZeroMQ: CURVE keys, and the list of clients that are let in. Source: IPC spec 15.4.

A key file holds both keys of one program, in TOML, for its owner's eyes only. Public keys are text (Z85, 40 characters)
and may be shown to anybody; of a peer's key, logs show a short fingerprint.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_ipc._errors import AddressInUseError, AuthenticationError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection

PUBLIC: Final = "public-key"
SECRET: Final = "secret-key"  # noqa: S105 - the name of a member
"""Members of a key file."""

KEYS_VARIABLE: Final = "RC_IPC_KEYS"
"""Environment variable: file of a client's keys, where no argument names it."""

SERVER_KEY_VARIABLE: Final = "RC_IPC_SERVER_KEY"
"""Environment variable: public key of the host, where no argument names it."""

_Z85_KEY: Final = re.compile(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Both keys of one program, in Z85."""

    public: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveClient:
    """What a client needs: its own keys, and the one that the host must have."""

    keys: str | os.PathLike[str]
    """File that `generate_keys` made."""
    server_key: str
    """The host's public key."""

    def __post_init__(self) -> None:
        _check_key("server_key", self.server_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveServer:
    """What a server needs: its own keys, and those of the clients that it lets in."""

    keys: str | os.PathLike[str]
    """File that `generate_keys` made."""
    allowed_keys: Collection[str] = ()
    """Public keys of the clients."""
    allow_any: bool = False
    """Let in everybody who knows our public key: that encrypts, but it keeps nobody out."""

    def __post_init__(self) -> None:
        if not self.allowed_keys and not self.allow_any:
            raise AuthenticationError("allowed_keys", "names no client, so that nobody could connect")
        if isinstance(self.allowed_keys, str):
            raise AuthenticationError("allowed_keys", "is one text; give a list of keys")
        for key in self.allowed_keys:
            _check_key("allowed_keys", key)

    def allows(self, key: str) -> bool:
        """Return whether the client that has this public key may talk to us."""
        return self.allow_any or key in self.allowed_keys


def write_keys(path: str | os.PathLike[str], keys: KeyPair) -> None:
    """Write a new key file that only its owner can read; AddressInUseError if there is a file already."""
    text = f'{PUBLIC} = "{keys.public}"\n{SECRET} = "{keys.secret}"\n'
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise AddressInUseError(os.fspath(path), "there is a file already; keys are never overwritten") from None
    except OSError as exc:
        raise PermissionDeniedError(os.fspath(path), f"cannot be written: {exc.strerror}") from exc
    with open(fd, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
        file.write(text)


def read_keys(path: str | os.PathLike[str]) -> KeyPair:
    """Return the keys of a file.

    Raises PermissionDeniedError if others than its owner can read it, or nobody can, AuthenticationError if it holds
    no keys.
    """
    name = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise PermissionDeniedError(name, "others can read these secret keys: chmod 600, and make new ones")
            found = tomllib.load(file)
    except OSError as exc:
        raise PermissionDeniedError(name, f"cannot be read: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):  # the text may quote a secret
        found = {}
    keys = found.get(PUBLIC), found.get(SECRET)
    if not all(isinstance(key, str) and _Z85_KEY.fullmatch(key) for key in keys):
        raise AuthenticationError(name, "holds no keys; make some with rc_ipc.zmq.generate_keys")
    return KeyPair(str(keys[0]), str(keys[1]))


def fingerprint(key: str) -> str:
    """Return what logs show of a public key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _check_key(name: str, key: str) -> None:
    if not _Z85_KEY.fullmatch(key):
        raise AuthenticationError(name, "not a public key: 40 characters of Z85 are")
