"""Draw what a command shows in a terminal: `python tools/picture.py FILE.svg COMMAND [ARG..]`.

Runs the command for real, in a pseudo-terminal, and fails when it fails: a picture in the docs is never made up.
"""

import fcntl
import io
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS, ROWS = 100, 40


def main(target: Path, command: list[str]) -> None:
    """Run, then draw; exits with the command's own code when that is not 0."""
    screen = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    screen.print(Text(f"$ {shlex.join(command)}", style="bold"))
    screen.print(Text.from_ansi(last_screen(shown_by(command))))
    target.parent.mkdir(parents=True, exist_ok=True)
    drawn = re.sub(
        r"@font-face \{.*?\}", "", screen.export_svg(title=command[0]), flags=re.DOTALL
    )  # no fonts from afar
    target.write_text(drawn, encoding="utf-8")


def shown_by(command: list[str]) -> str:
    """Return all that the command writes to a terminal of our size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment) as running:
        os.close(theirs)
        said = bytearray()
        while chunk := read(ours):
            said += chunk
    os.close(ours)
    if running.returncode:
        sys.stderr.buffer.write(said)
        sys.exit(running.returncode)
    return said.decode("utf-8", errors="replace")


def read(terminal: int) -> bytes:
    """Return what is there to read, and nothing once the command has gone."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # EIO is how Linux says that the other end is closed
        return b""


def last_screen(said: str) -> str:
    """Return what remains to be seen: a live display moves up and erases its own lines before it draws them anew."""
    lines: list[str] = [""]
    for piece in said.replace("\r\n", "\n").replace("\x1b[?25l", "").replace("\x1b[?25h", "").split("\x1b[2K"):
        while piece.startswith("\x1b[1A"):
            piece = piece.removeprefix("\x1b[1A")
            lines = lines[:-1] or [""]
        head, *rest = piece.split("\n")
        lines[-1] = head.removeprefix("\r")
        lines += rest
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
