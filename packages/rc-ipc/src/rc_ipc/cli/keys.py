"""Keys for ZeroMQ between machines (IPC spec 15.4)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rc_ipc.zmq import generate_keys

if TYPE_CHECKING:
    import argparse


async def keygen(options: argparse.Namespace) -> int:
    """Write a pair of keys to a new file and say the public one, which is no secret."""
    public = generate_keys(options.file)
    print(json.dumps({"file": options.file, "public": public}) if options.json else public)
    return 0
