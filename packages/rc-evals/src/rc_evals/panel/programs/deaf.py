"""Ignores every signal that can be ignored, alone and with a child, until its time is up, and longer."""

import os
import signal
from contextlib import suppress

from rc_evals.panel.programs.common import for_a_minute, got


def main() -> None:
    """Hear nothing."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    os.fork()
    for _ in for_a_minute():
        pass
    got("a minute more than it was given")


if __name__ == "__main__":
    main()
