"""A git repository with one commit, made of bytes: no git is run, nothing is read, the same files give the same commit.

Objects lie in one pack. Formats: gitformat-pack(5), gitformat-index(5), gitrepository-layout(5).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BRANCH: Final = "main"

_AUTHOR: Final = b"rc-evals <rc-evals@localhost> 946684800 +0000"
"""Who made the commit, and when: long before any agent, and the same for every attempt."""

_MESSAGE: Final = b"The exercise as it is given\n"

_CONFIG: Final = b"""\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = agent
\temail = agent@localhost
"""
"""With a user, so that whoever works here can commit at once."""

FOLDERS: Final = ("refs", "objects", "objects/pack")
"""Folders that the files of a repository need, and one without which git takes it for none."""

_COMMIT, _TREE, _BLOB = 1, 2, 3
"""Kinds of objects in a pack."""
_NAMES: Final = {_COMMIT: b"commit", _TREE: b"tree", _BLOB: b"blob"}
_FILE, _EXECUTABLE, _FOLDER = 0o100644, 0o100755, 0o40000
"""Modes in trees and in the index."""

_LONGEST: Final = 0xFFF
"""Length of a path in the flags of an index entry: longer ones are given as this."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A file of the commit."""

    path: str
    """With `/` between its parts; no part is empty, `.`, `..` or `.git`."""
    content: bytes
    executable: bool = False

    @property
    def mode(self) -> int:
        """The mode that git stores."""
        return _EXECUTABLE if self.executable else _FILE


def repository(files: Iterable[Tracked]) -> dict[str, bytes]:
    """Return the files of the `.git` folder for a work tree that holds these files, and nothing else.

    The branch is `BRANCH`, its only commit holds the files, and the index agrees with it. The folders of `FOLDERS` have
    to be made first.
    """
    tracked = sorted(files, key=lambda file: file.path.encode())
    objects = _Objects()
    blobs = {file.path: objects.add(_BLOB, file.content) for file in tracked}
    commit = objects.add(_COMMIT, _commit(_tree(objects, tracked, blobs)))
    name, pack, index = objects.pack()
    return {
        "HEAD": f"ref: refs/heads/{BRANCH}\n".encode(),
        "config": _CONFIG,
        "packed-refs": f"# pack-refs with: peeled fully-peeled sorted \n{commit.hex()} refs/heads/{BRANCH}\n".encode(),
        "index": _index(tracked, blobs),
        f"objects/pack/pack-{name}.pack": pack,
        f"objects/pack/pack-{name}.idx": index,
    }


@dataclass(slots=True)
class _Objects:
    """The objects of a repository by id, each as a pack holds it."""

    _packed: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])

    def add(self, kind: int, content: bytes) -> bytes:
        """Add an object, return its id."""
        seal = _sha1(b"%s %d\0%s" % (_NAMES[kind], len(content), content))
        if seal not in self._packed:
            self._packed[seal] = _header(kind, len(content)) + zlib.compress(content)
        return seal

    def pack(self) -> tuple[str, bytes, bytes]:
        """Return the name of the pack, the pack, and the index of the pack."""
        parts = [b"PACK" + struct.pack(">II", 2, len(self._packed))]
        offsets: dict[bytes, int] = {}
        at = len(parts[0])
        for seal, packed in self._packed.items():
            offsets[seal] = at
            at += len(packed)
            parts.append(packed)
        pack = _sealed(b"".join(parts))
        return pack[-20:].hex(), pack, self._pack_index(offsets, pack[-20:])

    def _pack_index(self, offsets: Mapping[bytes, int], pack_seal: bytes) -> bytes:
        seals = sorted(offsets)
        fan_out = [sum(seal[0] <= first for seal in seals) for first in range(256)]
        checks = [zlib.crc32(self._packed[seal]) for seal in seals]
        numbers = struct.pack(f">{2 * len(seals)}I", *checks, *(offsets[seal] for seal in seals))
        header = b"\xfftOc" + struct.pack(">257I", 2, *fan_out)
        return _sealed(header + b"".join(seals) + numbers + pack_seal)


def _tree(objects: _Objects, files: Iterable[Tracked], blobs: Mapping[str, bytes], above: str = "") -> bytes:
    """Add the tree of a folder and of the folders in it; return its id."""
    entries: dict[bytes, tuple[int, str, bytes]] = {}
    folders: dict[str, list[Tracked]] = {}
    for file in files:
        name, slash, _ = file.path.removeprefix(above).partition("/")
        if slash:
            folders.setdefault(name, []).append(file)
        else:
            entries[name.encode()] = (file.mode, name, blobs[file.path])
    for name, inner in folders.items():  # a folder stands where its name with a slash would
        entries[f"{name}/".encode()] = (_FOLDER, name, _tree(objects, inner, blobs, f"{above}{name}/"))
    parts = (b"%o %s\0%s" % (mode, name.encode(), seal) for _, (mode, name, seal) in sorted(entries.items()))
    return objects.add(_TREE, b"".join(parts))


def _commit(tree: bytes) -> bytes:
    return b"tree %s\nauthor %s\ncommitter %s\n\n%s" % (tree.hex().encode(), _AUTHOR, _AUTHOR, _MESSAGE)


def _index(files: list[Tracked], blobs: Mapping[str, bytes]) -> bytes:
    """Return the index. It knows no times, so git compares the files themselves when it first looks at them."""
    parts = [b"DIRC" + struct.pack(">II", 2, len(files))]
    for file in files:
        name = file.path.encode()
        size = len(file.content) & 0xFFFF_FFFF
        entry = struct.pack(">10I", 0, 0, 0, 0, 0, 0, file.mode, 0, 0, size)
        entry += blobs[file.path] + struct.pack(">H", min(len(name), _LONGEST)) + name
        parts.append(entry + bytes(8 - len(entry) % 8))
    return _sealed(b"".join(parts))


def _header(kind: int, size: int) -> bytes:
    """Return kind and size of an object: four bits of the size, then seven in each byte, the lowest first."""
    encoded = bytearray([kind << 4 | size & 0xF])
    size >>= 4
    while size:
        encoded[-1] |= 0x80
        encoded.append(size & 0x7F)
        size >>= 7
    return bytes(encoded)


def _sealed(content: bytes) -> bytes:
    return content + _sha1(content)


def _sha1(content: bytes) -> bytes:
    return hashlib.sha1(content, usedforsecurity=False).digest()
