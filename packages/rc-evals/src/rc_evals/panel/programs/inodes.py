"""Uses up the entries that a file system has: empty files, a thousand to a folder. Ends by itself."""

import os
from pathlib import Path
from typing import Final

from rc_evals.panel.programs.common import got

PER_FOLDER: Final = 1_000
CEILING: Final = 1_000_000
"""Entries; those of a workspace are charged with 4 KiB each, which allows 262,144."""


def main() -> None:
    """Make file after file."""
    for folder in range(CEILING // PER_FOLDER):
        Path(f"many-{folder}").mkdir()
        for number in range(PER_FOLDER):
            os.close(os.open(f"many-{folder}/{number}", os.O_WRONLY | os.O_CREAT, 0o600))
    got(f"{CEILING:,} files")


if __name__ == "__main__":
    main()
