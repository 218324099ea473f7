"""Which commit a suite was read from, for the record of a run (spec 24.10)."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def git_revision(root: Path) -> str | None:
    """Return the full commit id when the folder is part of a git commit, else None.

    The working tree may differ from the commit; what tasks are made of is sealed by `Exercise.digest`.
    """
    # HEAD:./ fails in a folder that the surrounding repository does not hold, such as a virtual environment.
    return _resolve(root, "HEAD") if _resolve(root, "HEAD:./") else None


def _resolve(root: Path, name: str) -> str | None:
    harmless = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    command = ("git", *harmless, "-C", str(root), "rev-parse", "--verify", "--quiet", name)
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and one path, no shell
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else None
