"""What a sandboxed program sees of this machine: tables, and the bubblewrap options made of them.

The tables are an allow-list. A folder of the system is shown read-only, as the host has it; of /etc only what programs
cannot run without; names of users and hosts are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

SYSTEM: Final = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")))
"""Folders of the system, or links into /usr on merged systems. A place must not lie in one: all jobs see them."""

_ETC: Final = ("alternatives", "ssl/certs", "pki/tls/certs", "pki/ca-trust/extracted", "crypto-policies")
_ETC_GLOBS: Final = ("java*",)
"""Folders of /etc that are shown: which programs are the default ones, trusted certificates, the settings of Java."""
_LOADER_CACHE: Final = Path("/etc/ld.so.cache")

_HOSTS: Final = "127.0.0.1 localhost eval\n::1 localhost\n"
_NAMES: Final = "passwd: files\ngroup: files\nhosts: files\n"

_HIDDEN: Final = ("--tmpfs", "/proc/1", "--remount-ro", "/proc/1")
"""Covers the sandbox's own pid 1, whose memory a job of the same user could write, and so undo its death signal."""

HOME: Final = "/home/eval"
HOSTNAME: Final = "eval"
ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": HOME, "TMPDIR": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108 - the sandbox's own /tmp
"""What a job's environment has when the job says nothing else."""

SCRATCH: Final = ("/tmp", HOME, "/dev/shm")  # noqa: S108 - the sandbox's own
"""Private folders in memory; gone with the sandbox."""


@dataclass(frozen=True, slots=True)
class System:
    """The fixed part of every sandbox on this machine; look once with `survey`."""

    options: tuple[str, ...]
    libraries: bytes | None
    """The cache of the dynamic loader, where there is one."""

    def files(self, uid: int) -> dict[str, bytes]:
        """Return the made-up files of /etc for a program that runs as `uid`, by path."""
        root, nobody = "root:x:0:0:root:/root:/bin/sh", "nobody:x:65534:65534::/:/bin/false"
        users = f"{root}\neval:x:{uid}:{uid}:eval:{HOME}:/bin/sh\n{nobody}\n"
        groups = f"root:x:0:\neval:x:{uid}:\nnogroup:x:65534:\n"
        made = {"passwd": users, "group": groups, "hosts": _HOSTS, "nsswitch.conf": _NAMES}
        files = {f"/etc/{name}": text.encode() for name, text in made.items()}
        if self.libraries is not None:
            files[str(_LOADER_CACHE)] = self.libraries
        return files


def survey() -> System:
    """Look at what this machine has of the tables."""
    options: list[str] = []
    for folder in SYSTEM:
        if folder.is_symlink():
            options += ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            options += ("--ro-bind", str(folder), str(folder))
    etc = Path("/etc")
    shown = [etc / name for name in _ETC]
    shown += [found for pattern in _ETC_GLOBS for found in sorted(etc.glob(pattern))]
    options += (part for path in shown if path.is_dir() for part in read_only(path.resolve(), path))
    options += ("--proc", "/proc", *_HIDDEN, "--dev", "/dev")
    return System(tuple(options), _LOADER_CACHE.read_bytes() if _LOADER_CACHE.is_file() else None)


def read_only(source: Path, shown_as: Path) -> tuple[str, ...]:
    """Return options that show a folder. Parents are named, because bwrap 0.8 makes them unreadable for other users."""
    return ("--dir", str(shown_as.parent), "--ro-bind", str(source), str(shown_as))
