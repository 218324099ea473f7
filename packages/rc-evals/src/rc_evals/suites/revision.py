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
    harmless = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    # HEAD:./ fails in a folder that the surrounding repository does not hold, such as a virtual environment.
    command = ("git", *harmless, "-C", str(root), "rev-parse", "HEAD", "HEAD:./")
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and one path, no shell
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("ascii", "replace").split()[0] if done.returncode == 0 else None
