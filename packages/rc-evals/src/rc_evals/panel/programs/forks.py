"""Forks without end. Ends by itself far above any limit, should nobody stop it."""

import os
import time
from contextlib import suppress
from typing import Final

from rc_evals.panel.programs.common import got

CEILING: Final = 4_000
"""Processes; a sandbox allows 512."""


def main() -> None:
    """Fork, and do not let a refusal discourage."""
    started = 0
    end = time.monotonic() + 60
    while started < CEILING and time.monotonic() < end:
        with suppress(OSError):
            if not os.fork():
                time.sleep(60)
                os._exit(0)
            started += 1
    got(f"{started} processes")


if __name__ == "__main__":
    main()
