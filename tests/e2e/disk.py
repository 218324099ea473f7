"""A small disk of its own for a data folder, which can be filled, made read-only, and mended again."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MEGABYTES: Final = 96
"""Size of the disk when it is whole: three times of what has to be free."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system in memory, mounted where only the processes see it that are started with `prefix`."""

    folder: Path
    prefix: tuple[str, ...]
    holder: int

    @property
    def seen(self) -> Path:
        """The folder, for us."""
        return Path(f"/proc/{self.holder}/root{self.folder}")

    def resize(self, kilobytes: int = 1024 * MEGABYTES, files: int = 50_000) -> None:
        """Take space or room for files away, or give it back."""
        self._run("mount", "-o", f"remount,size={kilobytes}k,nr_inodes={files}", str(self.folder))

    def fill(self, *, but: int = 0) -> None:
        """Leave no free space but some kilobytes, whoever else is writing."""
        ballast = str(self.folder / "ballast")
        self._run("sh", "-c", '! cat /dev/zero > "$1"', "sh", ballast)
        self._run("truncate", "--size", f"-{but}K", ballast)

    def free(self) -> None:
        """Take back what `fill` did."""
        self._run("rm", str(self.folder / "ballast"))

    def make_read_only(self) -> None:
        """Refuse writing, as a kernel does that found a fault; whoever has a file open may go on with it."""
        self._run("mount", "--bind", str(self.folder), str(self.folder))
        self._run("mount", "-o", "remount,bind,ro", str(self.folder))

    def make_writable(self) -> None:
        """Take back what `make_read_only` did."""
        self._run("umount", "--lazy", str(self.folder))

    def _run(self, *command: str) -> str:
        done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout


@contextmanager
def small_disk(folder: Path) -> Generator[Disk]:
    """Mount a small disk on a folder within a name space of its own; it needs what bubblewrap needs, no more."""
    script = 'mount -t tmpfs -o mode=700 tmpfs "$1" && echo mounted && exec cat'
    holder = subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mounted\n"
        enter = ("nsenter", "--user", "--mount", "--preserve-credentials", "--target", str(holder.pid), "--wd=/")
        disk = Disk(folder, enter, holder.pid)
        disk.resize()
        yield disk
        assert holder.stdin is not None
        holder.stdin.close()  # its end is the end of the name space, once nobody else is in it
