"""`rc-ipc serve`, `scripts` and `record`: hosts for tests of other programs, and what real ones said."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from rc_types.ipc import SendMessage, StartNewTask

from rc_ipc import ClientOptions, ConnectionLostError, IpcClient, stop_signals
from rc_ipc.cli.reaching import client_keys, server_keys
from rc_ipc.cli.terminal import aligned, one_line
from rc_ipc.testing import Script, ScriptedHost, behaviour, behaviours, read_script, recording, scripted_host


async def serve(options: argparse.Namespace) -> int:
    """Follow a script until it ends, SIGTERM or Ctrl-C; show each command that comes."""
    script = script_named(options.script)
    with stop_signals() as stop:
        async with scripted_host(
            options.socket, script, pace=options.pace, curve=server_keys(options), insecure=options.insecure
        ) as host:
            _tell({"listening": host.endpoint, "script": script.title}, as_json=options.json)
            await first_of(_show_commands(host, as_json=options.json), stop.wait(), host.ended.wait())
    return 0


async def scripts(options: argparse.Namespace) -> int:
    """List the ready-made scripts."""
    found = behaviours()
    print(json.dumps(found) if options.json else "\n".join(aligned(list(found.items()))))
    return 0


async def record(options: argparse.Namespace) -> int:
    """Write down what the host says until it ends the connection, SIGTERM or Ctrl-C."""
    single = ClientOptions(ready_within=options.timeout, reconnect=False)
    curve = client_keys(options)
    with stop_signals() as stop:
        async with recording(options.socket, options.file, curve=curve, insecure=options.insecure, options=single) as (
            client,
            recorder,
        ):
            print(f"recording to {options.file}; Ctrl-C ends it", file=sys.stderr)
            await first_of(_listen(client), stop.wait())
    print(f"{recorder.lines} frames", file=sys.stderr)
    return 0


def script_named(name: str) -> Script:
    """Return the script of a file, or the ready-made one of that name."""
    is_file = Path(name).suffix in {".toml", ".jsonl"} or Path(name).name != name
    return read_script(name) if is_file else behaviour(name)


async def first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Run all until one has ended; the others are cancelled, and what one raised is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _listen(client: IpcClient) -> None:
    with suppress(ConnectionLostError):
        async for _ in client.events():
            pass


async def _show_commands(host: ScriptedHost, *, as_json: bool) -> None:
    while True:
        command = await host.heard()
        said: dict[str, str] = {"command": command.command_name}
        if isinstance(command, StartNewTask | SendMessage):  # what else is in it, such as settings, may be secret
            said["text"] = command.data.text or ""
        _tell(said, as_json=as_json)


def _tell(said: Mapping[str, str], *, as_json: bool) -> None:
    line = json.dumps(said) if as_json else "  ".join(one_line(f"{key} {text}") for key, text in said.items())
    print(line, flush=True)
