"""What the panel lays out on the host, so that an attack which gets through shows: secrets, traps, listeners."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals._errors import InfrastructureError
from rc_evals.panel.listening import Listeners
from rc_evals.panel.programs.common import SECRET

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rc_evals.home import Home

_SYSTEM: Final = ("/", "/usr", "/usr/local/bin", "/etc", "/var/tmp")  # noqa: S108 - looked at, not used
"""Folders that nothing may be written to, beside ours."""


@dataclass(frozen=True, slots=True)
class Decoys:
    """All that is laid out, and what became of it."""

    mark: str
    """A name that nothing else on this machine has."""
    files: dict[Path, str]
    """Files with a secret each, and the secret."""
    others: dict[str, str]
    """Secrets elsewhere, by the place that people are told."""
    folders: tuple[Path, ...]
    """Where a file with the mark as its name must not turn up."""
    listeners: Listeners = field(repr=False)

    def targets(self) -> str:
        """Return what the programs are told, as JSON: where things are, never a secret itself."""
        return json.dumps(
            {
                "mark": self.mark,
                "files": [str(path) for path in self.files],
                "folders": [str(folder) for folder in self.folders],
                "listeners": self.listeners.addresses(),
                "user": str(Path.home()),
            }
        )

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Yield every secret, and where it is kept."""
        yield from ((secret, str(path)) for path, secret in self.files.items())
        yield from ((secret, place) for place, secret in self.others.items())

    def sprung(self) -> list[str]:
        """Tell what was touched since the last call, and put it back."""
        touched = [f"a file in {folder}" for folder in self.folders if _remove(folder / self.mark)]
        for path, secret in self.files.items():
            if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != secret:
                touched.append(f"a change of {path}")
                _plant(path, secret)
        return touched + [f"a connection over {name}" for name in self.listeners.heard()]


@contextmanager
def lay_out(home: Home) -> Generator[Decoys]:
    """Lay the decoys out, and take them away at the end.

    Raises:
        InfrastructureError: the data folder or the folder for temporary files cannot be written, or the path of the
            latter is too long for a socket in it.
    """
    mark = f"rc-evals-panel-{secrets.token_hex(8)}"
    folder = Path(tempfile.gettempdir(), mark)
    task = home.scratch(0).with_name(mark)
    planted = [home.root / mark / "secret", task / "agent" / "secret", folder / "secret"]
    files = {path: _secret() for path in planted}
    others = {"the environment of another process": _secret()}
    trap = folder / "trap"
    try:
        with ExitStack() as opened:
            try:
                folder.mkdir()
                folder.chmod(0o755)  # so that nothing but the sandbox hides it
                trap.mkdir()
                trap.chmod(0o777)
                for path, secret in files.items():
                    _plant(path, secret)
                opened.enter_context(_process(*others.values()))
                listeners = opened.enter_context(Listeners.open(folder / "socket", mark))
            except OSError as error:
                said = f"the panel cannot lay out its decoys: {error}; make room for them, or name a folder with a "
                raise InfrastructureError(f"{said}shorter path by TMPDIR") from error
            folders = (trap, home.root, Path.home(), *map(Path, _SYSTEM))
            yield Decoys(mark, files, others, folders, listeners)
    finally:
        for each in (home.root / mark, task, folder):
            shutil.rmtree(each, ignore_errors=True)
        with suppress(OSError):
            task.parent.rmdir()


@contextmanager
def _process(secret: str) -> Generator[None]:
    """Run a process that has a secret in its environment, and ends with this one."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", "input()"],
        env={"PANEL_KEY": secret},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield
        finally:
            process.kill()


def _secret() -> str:
    return SECRET + secrets.token_hex(16)


def _plant(path: Path, secret: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(path)
    path.write_text(secret, encoding="utf-8")
    path.chmod(0o644)


def _remove(path: Path) -> bool:
    """Remove what an attack may have made; returns whether there was anything."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
