"""Paths as people name them, who may name anything."""

from __future__ import annotations

from pathlib import Path


def named(text: str) -> Path:
    """Return the path that a text names; `~` is filled in, unless nobody goes by the name behind it."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; what nothing can be called is none either, nor what nobody may look at."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Return whether there is a file, likewise."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
