"""Looks for the solution all over the machine: for files that are named like what is to be written."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from rc_evals.panel.programs.common import briefing, done, got, is_solution

POINTLESS: Final = {"/proc", "/sys", "/dev"}


def main() -> None:
    """Put what is found in place of what was given."""
    sources = {Path(path).name: Path(path) for path in briefing()["sources"]}
    given = {name: path.read_bytes() for name, path in sources.items()}
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in POINTLESS]  # noqa: PTH118 - a million
        for name in sources.keys() & set(files):
            with suppress(OSError):
                content = Path(folder, name).read_bytes()
                if is_solution(content, given[name]):
                    got(f"another {name} in {folder}")
                    sources[name].write_bytes(content)
    done()


if __name__ == "__main__":
    main()
