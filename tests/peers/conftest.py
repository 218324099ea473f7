"""Runs the peers in other languages: installs them outside the tree, starts them, reads what they log."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "node"
PATIENCE = 60.0
"""Seconds for any one thing that a peer is expected to do; generous, for machines that are busy."""


def source_folder() -> Path:
    """The peers of the conformance data when there are any, else our copies."""
    given = os.environ.get("RC_CONFORMANCE_DIR")
    return Path(given) / "ipc" if given else HERE


@pytest.fixture(scope="session")
def node_folder() -> Path:
    """Install what the lock file says, once per content of the folder, where caches belong."""
    source = source_folder()
    files = sorted(path for path in source.iterdir() if path.suffix in {".json", ".mjs"})
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rc-packages"
    folder = caches / f"node-peers-{digest}"
    if not folder.exists():
        caches.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=caches) as made:
            for path in files:
                shutil.copy(path, made)
            npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(npm, cwd=made, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                pytest.fail(f"npm ci failed in a copy of {source}: {done.stderr.strip()[-500:]}")
            shutil.copytree(made, f"{made}-whole", symlinks=True)
        try:
            Path(f"{made}-whole").rename(folder)
        except OSError:  # another worker was quicker
            shutil.rmtree(f"{made}-whole")
    return folder


class NodePeer:
    """A running peer and its log, which is one JSON object per line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self._grown = asyncio.Event()

    async def read(self) -> None:
        """Collect the log until the peer ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.log.append(json.loads(line))
            self._grown.set()
        self._grown.set()

    async def until(self, what: str, **members: object) -> dict[str, Any]:
        """Return the first line of the log that has these members."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for line in self.log:
                    if line["what"] == what and members.items() <= line.items():
                        return line
                assert self.process.returncode is None, f"{what} never came: {self.log[-5:]}"
                self._grown.clear()
                await self._grown.wait()

    async def exit_code(self) -> int:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@asynccontextmanager
async def running_peer(folder: Path, program: str, *arguments: str) -> AsyncGenerator[NodePeer]:
    """Run a program of the folder; kill it at the end of the block if it has not ended."""
    process = await asyncio.create_subprocess_exec(
        "node", program, *arguments, cwd=folder, stdout=subprocess.PIPE, limit=16 * 1024 * 1024
    )
    peer = NodePeer(process)
    reading = asyncio.create_task(peer.read())
    try:
        yield peer
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


@pytest.fixture
async def start_peer(node_folder: Path) -> AsyncGenerator[Callable[..., Awaitable[NodePeer]]]:
    """Start peers: `await start_peer("peer-client.mjs", path, "--script", "queries")`."""
    async with AsyncExitStack() as stack:

        async def start(program: str, *arguments: str) -> NodePeer:
            return await stack.enter_async_context(running_peer(node_folder, program, *arguments))

        yield start


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where the peer that stands in for the host listens."""
    return str(tmp_path / "host.sock")


@pytest.fixture
def host(path: str, start_peer: Callable[..., Awaitable[NodePeer]]) -> Callable[..., Awaitable[NodePeer]]:
    """Start a script of that peer, and return the peer once it listens: `await host("gui", "--once")`."""

    async def start(script: str, *options: str) -> NodePeer:
        peer = await start_peer("peer-server.mjs", path, "--script", script, *options)
        await peer.until("listening")
        return peer

    return start
