"""Work that is never left behind, and folders that are removed whatever lies in them."""

import asyncio
import os
import threading
from pathlib import Path

import pytest
from rc_evals.threads import in_thread, remove, to_its_end


async def test_a_cancelled_caller_waits_for_its_thread() -> None:
    """Our rule: what a thread writes must not go on being written while the caller cleans up."""
    begun, go_on = asyncio.Event(), threading.Event()
    loop, done = asyncio.get_running_loop(), list[str]()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(5)
        done.append("done")

    caller = asyncio.create_task(in_thread(work))
    async with asyncio.timeout(5):
        await begun.wait()
        for _ in range(3):
            caller.cancel()
            await asyncio.wait({caller}, timeout=0)
            assert not caller.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await caller
    assert done == ["done"]


async def test_what_must_come_to_its_end_does_however_often_its_caller_is_cancelled() -> None:
    """Our rule: a second Ctrl-C must not leave a process behind, or a key in a log."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.append("done")

    caller = asyncio.create_task(to_its_end(work()))
    async with asyncio.timeout(5):
        await begun.wait()
        for _ in range(3):
            caller.cancel()
            await asyncio.wait({caller}, timeout=0)
            assert not caller.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await caller
    assert done == ["done"]


def test_thousands_of_folders_in_each_other_are_removed(tmp_path: Path) -> None:
    """Security posture: what an agent leaves must not stop the platform."""
    top = tmp_path / "top"
    top.mkdir()
    folder = os.open(top, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    remove(top)
    assert not top.exists()


def test_a_closed_folder_is_removed_and_a_link_is_not_followed(tmp_path: Path) -> None:
    """Security posture: as above; nothing outside is touched."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    top = tmp_path / "top"
    (top / "closed" / "inner").mkdir(parents=True)
    (top / "link").symlink_to(kept)
    (top / "closed").chmod(0)
    remove(top)
    remove(top)
    assert not top.exists()
    assert (kept / "file").exists()
