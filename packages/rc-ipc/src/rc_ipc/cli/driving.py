"""`rc-ipc start`, `send` and `cancel`: what a client has to say."""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import mimetypes
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rc_types import InvalidWireError
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import SendMessage

from rc_ipc import AnyTaskEvent, Outcome, Subscription, TaskHandle, Until
from rc_ipc.cli.errors import UsageError
from rc_ipc.cli.reaching import reached
from rc_ipc.cli.terminal import GREEN, PLAIN, RED, Screen, one_line
from rc_ipc.cli.watching import show

WAITS: Final[Mapping[str, Until]] = {"presented": "presented", "completed": "accepted"}
"""For each end that `--wait` knows, what the library calls it."""

IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What an assistant takes; anything else it would refuse without a word."""


async def start(options: argparse.Namespace) -> int:
    """Start a task, show what it does, and say how it stands at the end of the wait."""
    text, images = words_of(options)
    settings = None if options.settings is None else settings_in(Path(options.settings))
    async with reached(options, reconnect=False) as client:
        task = await client.start(text, settings, images=images or None)
        if options.wait == "none":
            print(json.dumps({"taskId": task.task_id}) if options.json else one_line(task.task_id))
            return 0
        events = task.events()
        following = asyncio.create_task(_follow(events, quiet=options.json))
        try:
            outcome = await task.wait(WAITS[options.wait])
        finally:
            events.close()
            await asyncio.gather(following, return_exceptions=True)
    _tell(outcome, task, as_json=options.json)
    return exit_code(outcome, options.wait)


async def send(options: argparse.Namespace) -> int:
    """Say something to the current task; hosts confirm nothing."""
    text, images = words_of(options)
    async with reached(options) as client:
        await client.send(SendMessage.of(text, images=images or None))
    return 0


async def cancel(options: argparse.Namespace) -> int:
    """Stop the current task, wait until the host says that it did, and name it."""
    async with reached(options) as client:
        if options.task:
            await client.task(options.task).cancel(within=options.timeout)
            print(options.task)
        else:
            print(one_line(await client.cancel(within=options.timeout)))
    return 0


def words_of(options: argparse.Namespace) -> tuple[str, list[str]]:
    """Return the text, and the images as data URIs."""
    text = options.text
    images = [data_uri(Path(name)) for name in options.image]
    if not text.strip() and not images:
        raise UsageError("there is neither a text nor an image; a host would do nothing")
    return text, images


def data_uri(path: Path) -> str:
    """Return the image as an assistant takes it; its type is what the file's name says."""
    kind, _ = mimetypes.guess_type(path.name)
    if kind not in IMAGES:
        raise UsageError(f"{path}: not the name of a PNG, JPEG, GIF or WebP image")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def settings_in(path: Path) -> RooCodeSettings:
    """Return the settings of a JSON file, those of either product; says which of its members are none.

    Raises UsageError, which quotes no value.
    """
    text = path.read_bytes()
    try:
        settings = RooCodeSettings.from_json(text, flavor="any")
    except InvalidWireError as exc:
        raise UsageError(f"{path}: {exc}") from None
    if strange := sorted(json.loads(text).keys() - settings.to_wire().keys()):
        named = one_line(", ".join(strange))
        print(f"rc-ipc: {path}: not a setting, and left out: {named}", file=sys.stderr)
    return settings


def exit_code(outcome: Outcome, wait: str) -> int:
    """Return 0 if the task came to what was waited for, 3 if nobody knows, else 1."""
    if outcome.kind == "disconnected":
        return 3
    good = {"presented", "completed"} if wait == "presented" else {"completed"}
    return 0 if outcome.kind in good else 1


async def _follow(events: Subscription[AnyTaskEvent], *, quiet: bool) -> None:
    screen = Screen()
    async for event in events:
        if not quiet:
            show(event, screen, as_json=False)


def _tell(outcome: Outcome, task: TaskHandle, *, as_json: bool) -> None:
    if as_json:
        end = {"outcome": outcome.kind, "reason": outcome.reason, "ask": outcome.ask, "text": outcome.text}
        print(json.dumps({"taskId": task.task_id, **end}))
    else:
        style = GREEN if outcome.kind in {"presented", "completed"} else RED
        Screen().show([(f"{outcome.kind}: ", style), (one_line(outcome.reason), PLAIN)])
