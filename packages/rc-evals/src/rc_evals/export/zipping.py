"""What archives of ours share: entries that are the same at every export, written piece by piece."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rc_evals.artifacts import open_kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CHUNK: Final = 64 * 1024
_PLAIN_FILE: Final = 0o100600 << 16


def entry(name: str) -> ZipInfo:
    """Return the header of a compressed file in an archive, without the time of day: equal content, equal bytes."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = _PLAIN_FILE
    return info


def add_kept(archive: ZipFile, name: str, parts: Iterable[tuple[Path, str]]) -> bool:
    """Add what attempts have left as one file; False, and nothing is added, when none of it is there.

    Args:
        archive: to add to.
        name: of the file in it.
        parts: folders of attempts, each with the name of an artifact.
    """
    files = (open_kept(folder, artifact) for folder, artifact in parts)
    first = next((file for file in files if file is not None), None)
    if first is None:
        return False
    with archive.open(entry(name), "w", force_zip64=True) as out:
        with first:
            shutil.copyfileobj(first, out, _CHUNK)
        for file in filter(None, files):
            with file:
                shutil.copyfileobj(file, out, _CHUNK)
    return True
