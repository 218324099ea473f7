"""Scripted hosts as a real client sees them: node-ipc 12.0.0, every message checked with the real schema."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rc_ipc.testing import behaviour, scripted_host

pytestmark = pytest.mark.needs("node")


@pytest.mark.parametrize(
    ("host", "script"),
    [
        ("until-3.50", "default"),
        ("until-3.50", "big-command"),
        ("accepting", "many"),
        ("since-3.51", "hostile"),
        ("since-3.51", "pipelined"),
        ("since-3.51", "reconnect"),
        ("pieces", "spoof"),
        ("glued", "queries"),
    ],
)
async def test_a_scripted_host_passes_for_a_real_one(
    host: str, script: str, tmp_path: Path, start_peer: Callable[..., Awaitable[Any]]
) -> None:
    """IPC spec section 17; `--strict`: no member that the schema does not know."""
    path = tmp_path / "host.sock"
    async with scripted_host(path, behaviour(host)):
        peer = await start_peer("peer-client.mjs", str(path), "--script", script, "--strict")
        assert await peer.exit_code() == 0, peer.log[-3:]
