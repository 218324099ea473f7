"""Leaves processes behind: in sessions of their own, deaf, one with another environment and another name."""

import os
import signal
import sys

from rc_evals.panel.programs.common import become_daemon, briefing, done, for_a_minute


def main() -> None:
    """Start them, and go."""
    mark = briefing()["mark"]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if become_daemon():
        os.execve(sys.executable, [mark, "-S", "-c", f"import time; time.sleep(60)  # {mark}"], {})  # noqa: S606
    if become_daemon():
        for _ in for_a_minute():
            pass
        os._exit(0)
    done()


if __name__ == "__main__":
    main()
