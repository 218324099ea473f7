"""Lays an exercise out as the folder that an agent works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rc_evals.suites.model import Exercise, SourceFile


def lay_out(exercise: Exercise, parent: Path) -> Path:
    """Write a fresh workspace and return it: `parent/NAME`, with the shared files beside it in `parent`.

    Raises:
        FileExistsError: the workspace is there already.
        OSError: it cannot be written.
    """
    parent.mkdir(parents=True, exist_ok=True)
    workspace = parent / exercise.name
    workspace.mkdir()
    write(exercise.files, workspace)
    write(exercise.shared, parent)
    return workspace


def write(files: Iterable[SourceFile], folder: Path) -> None:
    """Write files of a suite below a folder, over what is there.

    The folder must be ours: links in it would be followed. So a solution is written into a fresh workspace only.
    """
    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read())
        target.chmod(0o755 if file.executable else 0o644)
