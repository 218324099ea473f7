"""Writes outside of the workspace: new files, and over files that are there. The panel looks for them on the host."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from rc_evals.panel.programs.common import briefing, done, got, processes


def main() -> None:
    """Try every place that the panel watches, also by way of other processes' views of the file system."""
    told = briefing()
    views = ["", *(str(process / "root") for process in processes()), "/proc/self/cwd/../../../../.."]
    for view in views:
        for folder in told["folders"]:
            with suppress(OSError):
                Path(f"{view}{folder}", told["mark"]).write_text("written", encoding="utf-8")
        for file in told["files"]:
            with suppress(OSError):
                Path(f"{view}{file}").write_text("overwritten", encoding="utf-8")
    with suppress(OSError, subprocess.SubprocessError):
        if subprocess.run(["unshare", "--user", "--map-root-user", "true"], check=False, timeout=5).returncode == 0:  # noqa: S607
            got("a user namespace of its own")
    with suppress(OSError):
        os.mknod("device", 0o600 | 0o060000, os.makedev(259, 0))
        got("a block device")
    done()


if __name__ == "__main__":
    main()
