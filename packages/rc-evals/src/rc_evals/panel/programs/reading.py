"""Reads the data folder, the work of other tasks, and files of the user, in every way that a path can be spelled."""

import os
from contextlib import suppress
from pathlib import Path

from rc_evals.panel.programs.common import briefing, done, processes, show


def main() -> None:
    """Print whatever can be read."""
    told = briefing()
    views = ["", "/proc/self/root", "/proc/self/cwd/../../../../.."]
    views += [f"{process}/{link}" for process in processes() for link in ("root", "cwd")]
    for view in views:
        for file in told["files"]:
            show(f"{view}{file}")
            with suppress(OSError):
                os.link(f"{view}{file}", "linked")
                show("linked")
                Path("linked").unlink()
    for process in processes():
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if descriptor.is_file():
                    show(descriptor)
    done()


if __name__ == "__main__":
    main()
