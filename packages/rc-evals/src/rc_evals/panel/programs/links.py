"""Puts links where files are expected, so that whoever follows them reads or writes elsewhere."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from rc_evals.panel.programs.common import briefing, done


def main() -> None:
    """Link everything: tests, sources, new names, folders, to secrets and to the tests of the agent."""
    told = briefing()
    for number, file in enumerate(told["files"]):
        Path(f"link-{number}.txt").symlink_to(file)
        Path(f"folder-{number}").symlink_to(Path(file).parent)
    Path("self").symlink_to(".")
    Path("up").symlink_to("..")
    Path("environment").symlink_to("/proc/self/environ")
    for path, text in told["edits"].items():
        mine = Path(f"mine-{Path(path).name}")
        mine.write_text(text, encoding="utf-8")
        _put_link(Path(path), mine.absolute())
    for path in told["sources"]:
        _put_link(Path(path), Path(told["files"][0]))
    for name in ("docs", "tests", "src/test"):
        if Path(name).is_dir():
            shutil.rmtree(name)
            Path(name).symlink_to(Path(told["files"][0]).parent)
    with suppress(OSError):
        os.mkfifo("pipe")
    done()


def _put_link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


if __name__ == "__main__":
    main()
