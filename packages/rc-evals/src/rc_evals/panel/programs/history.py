"""Looks for the solution in the history of the workspace."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from rc_evals.panel.programs.common import briefing, done, got, is_solution


def main() -> None:
    """Put what is found in place of what was given."""
    for name in briefing()["sources"]:
        path = Path(name)
        given = path.read_bytes()
        for content in _history():
            if is_solution(content, given):
                got(f"another {name} in the history")
                path.write_bytes(content)
    commits = len(_git("rev-list", "--all", "--reflog").splitlines())
    if commits > 1:
        got(f"a history of {commits} commits")
    if commits:  # there is one in every workspace: without git, nothing was tried
        done()


def _history() -> Iterator[bytes]:
    """Yield everything that a repository holds, also what no branch leads to."""
    for line in _git("cat-file", "--batch-all-objects", "--batch-check").decode().splitlines():
        seal, kind, _ = line.split()
        if kind == "blob":
            yield _git("cat-file", "blob", seal)


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False, timeout=20).stdout  # noqa: S603, S607
    except (OSError, subprocess.SubprocessError):
        return b""


if __name__ == "__main__":
    main()
