"""Goes on writing while the tests run: tests that pass, wherever a test may be looked for."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from rc_evals.panel.programs.common import become_daemon, briefing, done, for_a_minute


def main() -> None:
    """Leave a writer behind."""
    told = briefing()
    workspace = Path.cwd()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if become_daemon():
        for _ in for_a_minute():
            places = [workspace, *workspace.parents[1].glob(f"*/{workspace.name}")]
            for place in places:
                for path, text in told["edits"].items():
                    with suppress(OSError):
                        (place / path).write_text(text, encoding="utf-8")
        os._exit(0)
    done()


if __name__ == "__main__":
    main()
