"""Fills the disk. Ends by itself far above any limit."""

from pathlib import Path
from typing import Final

from rc_evals.panel.programs.common import got

CHUNK: Final = 4 * 1024**2
PER_FILE: Final = 64
CEILING: Final = 4 * 1024**3
"""Bytes; a workspace may take 1 GiB."""


def main() -> None:
    """Write file after file."""
    for number in range(CEILING // CHUNK // PER_FILE):
        with Path(f"fill-{number}").open("wb") as file:
            file.writelines([b"x" * CHUNK] * PER_FILE)
    got(f"{CEILING >> 30} GiB of disk")


if __name__ == "__main__":
    main()
