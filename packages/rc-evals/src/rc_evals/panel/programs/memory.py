"""Takes memory without end, and writes to all of it. Ends by itself far above any limit."""

from typing import Final

from rc_evals.panel.programs.common import got

CHUNK: Final = 64 * 1024**2
CEILING: Final = 6 * 1024**3
"""Bytes; a sandbox allows 3 GiB."""


def main() -> None:
    """Take, and keep."""
    kept: list[bytes] = []
    while len(kept) * CHUNK < CEILING:
        kept.append(b"x" * CHUNK)
    got(f"{CEILING >> 30} GiB of memory")


if __name__ == "__main__":
    main()
