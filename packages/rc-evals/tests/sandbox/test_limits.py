"""What a job in bubblewrap may use, and what happens when it takes more: all of it ends, and the limit is named."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rc_evals.sandbox.port import Exit

pytestmark = pytest.mark.needs("bubblewrap")

Run = Callable[..., Awaitable[tuple[Exit, str]]]

MIB = 1024**2


async def test_a_job_that_takes_too_long_is_ended(run: Run) -> None:
    ended, _ = await run("import time; time.sleep(60)", wall_seconds=0.2)
    assert ended == Exit(code=128 + 15, timed_out=True)


async def test_a_job_that_computes_too_long_is_ended(run: Run) -> None:
    ended, _ = await run("while True: pass", cpu_seconds=1)
    assert ended == Exit(code=128 + 9, limit="cpu")


async def test_a_job_that_takes_too_much_memory_is_ended(run: Run) -> None:
    ended, _ = await run("import time; taken = bytearray(180 << 20); time.sleep(60)", memory_bytes=100 * MIB)
    assert ended == Exit(code=128 + 9, limit="memory")


async def test_memory_counts_over_all_processes(run: Run) -> None:
    """Our rule: three processes that are each within the limit are not, together."""
    program = """
import os, time
for _ in range(2):
    if os.fork() == 0:
        break
taken = bytearray(os.urandom(1 << 20) * 45)
time.sleep(60)
"""
    ended, _ = await run(program, memory_bytes=100 * MIB)
    assert ended.limit == "memory"


async def test_memory_that_processes_share_counts_once(run: Run) -> None:
    """Our rule: a worker pool that shares its parent's data is no memory hog."""
    program = """
import os, time
taken = bytearray(os.urandom(1 << 20) * 60)
children = [os.fork(), os.fork()]
time.sleep(0.3)
"""
    ended, _ = await run(program, memory_bytes=150 * MIB)
    assert ended == Exit(code=0)


async def test_one_process_cannot_reserve_much_more_than_the_limit(run: Run) -> None:
    """Our rule: the kernel holds the line without a controller, at twice the limit."""
    ended, said = await run(
        "try:\n bytearray(300 << 20)\nexcept MemoryError:\n print('refused')", memory_bytes=100 * MIB
    )
    assert (ended, said) == (Exit(code=0), "refused\n")


async def test_folders_in_memory_count_as_memory(run: Run) -> None:
    program = "import time; open('/tmp/big', 'wb').write(bytes(80 << 20)); time.sleep(60)"
    ended, _ = await run(program, memory_bytes=60 * MIB)
    assert ended.limit == "memory" or ended.code == 1  # refused by the file system, when the watcher was slower


async def test_empty_files_in_memory_count_as_memory(run: Run) -> None:
    program = """
import os
n = 0
while True:
    n += 1
    os.close(os.open(f"/dev/shm/{n}", os.O_CREAT))
"""
    ended, _ = await run(program, memory_bytes=40 * MIB)
    assert ended == Exit(code=128 + 9, limit="memory")


async def test_a_bomb_of_processes_is_ended(run: Run) -> None:
    program = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    ended, _ = await run(program, processes=40)
    assert ended == Exit(code=128 + 9, limit="processes")


async def test_threads_count_as_processes(run: Run) -> None:
    program = """
import threading, time
for _ in range(45):
    threading.Thread(target=time.sleep, args=(60,)).start()
"""
    ended, _ = await run(program, processes=40)
    assert ended.limit == "processes"


async def test_a_flood_of_output_is_ended_and_cut(run: Run, place: Path) -> None:
    ended, said = await run("while True: print('x' * 100_000)", output_bytes=MIB)
    assert ended == Exit(code=128 + 9, limit="output")
    assert len(said) == MIB


async def test_too_much_output_is_noticed_when_its_job_has_ended_already(run: Run) -> None:
    """Our rule: what the log lost is said."""
    ended, said = await run("print('x' * 5000)", output_bytes=1000)
    assert ended.limit == "output"
    assert said == "x" * 1000


async def test_output_of_earlier_jobs_in_the_same_file_does_not_count(run: Run) -> None:
    for times in (1, 2, 3):
        ended, said = await run("print('x' * 899)", output_bytes=1000)
        assert (ended, len(said)) == (Exit(code=0), times * 900)


async def test_a_job_that_fills_the_disk_is_ended(run: Run) -> None:
    program = """
import time
for n in range(5):
    open(f"file{n}", "wb").write(bytes(4 << 20))
time.sleep(60)
"""
    ended, _ = await run(program, workspace_bytes=10 * MIB)
    assert ended == Exit(code=128 + 9, limit="workspace")


async def test_many_empty_files_fill_the_disk_too(run: Run) -> None:
    program = """
import os, time
for n in range(700):
    os.close(os.open(f"file{n}", os.O_CREAT))
time.sleep(60)
"""
    ended, _ = await run(program, workspace_bytes=2 * MIB)
    assert ended.limit == "workspace"


async def test_a_folder_too_deep_to_be_measured_ends_its_job(run: Run) -> None:
    """Our rule: nothing can be hidden where the watcher does not look."""
    program = """
import os, time
for _ in range(200):
    os.mkdir("d")
    os.chdir("d")
time.sleep(60)
"""
    ended, _ = await run(program)
    assert ended.limit == "workspace"


async def test_a_single_file_cannot_become_larger_than_the_workspace_may(run: Run) -> None:
    program = """
try:
    open("file", "wb").truncate(20 << 20)
except OSError as error:
    print(error.strerror)
"""
    ended, said = await run(program, workspace_bytes=10 * MIB)
    assert (ended, said) == (Exit(code=0), "File too large\n")


async def test_open_files_are_limited(run: Run) -> None:
    program = """
import os
try:
    while True:
        os.dup(0)
except OSError as error:
    print(error.strerror)
"""
    ended, said = await run(program, open_files=64)
    assert (ended, said) == (Exit(code=0), "Too many open files\n")


async def test_the_event_loop_stays_awake_while_jobs_are_watched(run: Run) -> None:
    """Our rule: nothing blocks the loop, or the controller would be as slow as the worst of its jobs."""
    longest = 0.0

    async def heartbeat() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0)
            longest = max(longest, time.monotonic() - before)
            await asyncio.sleep(0.01)

    beating = asyncio.create_task(heartbeat())
    await run("import time; time.sleep(0.5)")
    beating.cancel()
    assert longest < 0.1, os.getloadavg()
