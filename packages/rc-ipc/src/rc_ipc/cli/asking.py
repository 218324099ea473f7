"""`rc-ipc modes`, `models` and `commands`: one question, one answer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from rc_ipc.cli.reaching import reached
from rc_ipc.cli.terminal import aligned


async def modes(options: argparse.Namespace) -> int:
    """List slug and name of each mode."""
    async with reached(options) as client:
        found = await client.modes(within=options.timeout)
    _show(options, [mode.to_wire() for mode in found], [(mode.slug, mode.name) for mode in found])
    return 0


async def commands(options: argparse.Namespace) -> int:
    """List name, source and description of each slash command."""
    async with reached(options) as client:
        found = await client.commands(within=options.timeout)
    rows = [(f"/{command.name}", command.source, command.description or "") for command in found]
    _show(options, [command.to_wire() for command in found], rows)
    return 0


async def models(options: argparse.Namespace) -> int:
    """List id, context window and prices of each model."""
    async with reached(options) as client:
        found = await client.models(within=options.timeout)
    rows = [
        (
            name,
            f"{model.context_window:g} tokens",
            "" if model.input_price is None else f"${model.input_price:g} in",
            "" if model.output_price is None else f"${model.output_price:g} out",
        )
        for name, model in found.items()
    ]
    _show(options, {name: model.to_wire() for name, model in found.items()}, rows)
    return 0


def _show(options: argparse.Namespace, wire: Any, rows: Sequence[Sequence[str]]) -> None:
    if options.json:
        print(json.dumps(wire))
    elif rows:
        print("\n".join(aligned(rows)))
    else:
        print("none; a host says the same when the question failed")
