"""`rc-ipc watch`: what a host says, live."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Collection, Iterable
from datetime import datetime

from rc_types.events import AnyTaskEvent, Message, RooCodeEventName

from rc_ipc import Gap
from rc_ipc.cli.lines import line_of, task_of, wire_of
from rc_ipc.cli.reaching import reached
from rc_ipc.cli.terminal import DIM, YELLOW, Screen


async def watch(options: argparse.Namespace) -> int:
    """Show events until interrupted; a lost connection is made again."""
    _warn_of_strange_names(options.only or ())
    screen = Screen()
    async with reached(options) as client:
        events = client.events()
        if client.ack is not None and not options.json:
            screen.show([(f"connected to process {client.ack.pid:g} as {client.ack.client_id}", DIM)])
        async for event in events:
            if is_wanted(event, only=options.only, task=options.task):
                show(event, screen, as_json=options.json)
    return 0


def is_wanted(event: AnyTaskEvent | Gap, *, only: Collection[str] | None, task: str | None) -> bool:
    """Return whether the filters let the event through; a gap always matters."""
    if isinstance(event, Gap):
        return True
    if only and getattr(event, "event_name", "") not in only:
        return False
    return not task or task_of(event).endswith(task)


def show(event: AnyTaskEvent | Gap, screen: Screen, *, as_json: bool) -> None:
    """Show one event: a line for people, or a JSON object.

    A message that still streams takes one line, which changes where the output can; elsewhere it is shown when it is
    final.
    """
    if isinstance(event, Gap):
        if as_json:
            print(json.dumps({"gap": {"seconds": event.seconds}}), flush=True)
        else:
            screen.show([(f"the connection was lost for {event.seconds:.1f} s; events may be missing", YELLOW)])
    elif as_json:
        print(json.dumps(wire_of(event)), flush=True)
    else:
        key: object = None
        if isinstance(event, Message):
            if event.message.partial and not screen.is_live:
                return
            key = event.task_id, event.message.ts
        screen.show(line_of(event, at=datetime.now().astimezone().strftime("%H:%M:%S")), key=key)


def _warn_of_strange_names(names: Iterable[str]) -> None:
    """Say so and go on: a host may be newer than we are."""
    for name in sorted(set(names) - set(RooCodeEventName)):
        close = difflib.get_close_matches(name, list(RooCodeEventName), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        print(f"rc-ipc: no event {name!r} is known here{hint}", file=sys.stderr)
