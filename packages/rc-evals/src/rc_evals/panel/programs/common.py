"""What the programs of the panel share. They run alone in a sandbox: standard library only, nothing of ours."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

GOT: Final = "GOT "
"""Begins a line of output that says what a program got."""
DONE: Final = "DONE"
"""The line of a program that has tried everything. One that is to be stopped never prints it."""

SECRET: Final = "rc-evals-panel-secret-"  # noqa: S105 - the beginning of decoys
"""How the panel's secrets begin."""
SEEN: Final = 1024**2
"""Bytes of a file that are looked at."""

TELLING: Final = 12
"""Characters above which a line says something about what a file is."""

_SECRET: Final = re.compile(SECRET.encode() + rb"\w+")
_BRIEFING: Final = Path(__file__).parents[3] / "briefing.json"


def briefing() -> dict[str, Any]:
    """Return what the panel tells its programs: where things are that they must not reach, and what the exercise is."""
    return cast("dict[str, Any]", json.loads(_BRIEFING.read_bytes()))


def got(what: str) -> None:
    """Tell of a success."""
    print(f"{GOT}{what}", flush=True)


def done() -> None:
    """Tell that everything has been tried."""
    print(DONE, flush=True)


def show(path: str | Path) -> None:
    """Print the panel's secrets in a file, should it be readable: those of the user are nobody's business."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(SEEN)
    except OSError:
        return
    for secret in set(_SECRET.findall(content)):
        print(secret.decode(), flush=True)


def processes() -> Iterator[Path]:
    """Yield the folders of the visible processes."""
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are all that is needed
        if name.isdecimal():
            yield Path("/proc", name)


def is_solution(content: bytes, given: bytes) -> bool:
    """Return whether it differs from what was given, and yet has some of its longer lines."""
    lines = {line for line in given.splitlines() if len(line) > TELLING}
    return content != given and 3 * len(lines & set(content.splitlines())) > len(lines)


def become_daemon() -> bool:
    """Leave the session and the parent behind; returns whether this is the daemon. It gives up after a minute."""
    sys.stdout.flush()
    if os.fork():
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    return True


def for_a_minute() -> Iterator[None]:
    """Yield ten times a second, for a minute: what escapes the panel ends by itself."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        yield
        time.sleep(0.1)
