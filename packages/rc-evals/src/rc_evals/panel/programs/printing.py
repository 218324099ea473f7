"""Prints one gibibyte."""

import sys
from typing import Final

from rc_evals.panel.programs.common import got

LINE: Final = b"the same line again and again\n" * 2184
TOTAL: Final = 1024**3


def main() -> None:
    """Print it."""
    for _ in range(TOTAL // len(LINE)):
        sys.stdout.buffer.write(LINE)
    got("1 GiB of output")


if __name__ == "__main__":
    main()
