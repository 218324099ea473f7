"""What is in the database after a power cut: everything that somebody was told, and no half of anything.

A writer is stopped at random moments and its files are copied. What SQLite had asked the disk to keep is in the copy as
it is; what it had not yet asked for, a disk may have kept, lost or mangled in any mixture, sector by sector.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home
from rc_evals.store.reader import open_reader
from rc_evals.testing.runs import recorder

SNAPSHOTS = 12
SECTOR = 512
"""What a disk writes as a whole."""


@dataclass(frozen=True)
class Snapshot:
    """The files at one moment, and what had been said until then."""

    database: bytes
    log: bytes
    decided: int
    leased: int
    safe: int
    """Bytes of the log that the disk had been asked to keep."""


@pytest.fixture(scope="module")
def snapshots() -> list[Snapshot]:
    """Copies of a store at random moments of its life; the log was started over between some of them."""
    with TemporaryDirectory(prefix="rc-store-") as folder:
        return list(copies(Path(folder)))


def copies(home: Path) -> Iterator[Snapshot]:
    """Let a writer write, and stop it again and again for a copy of its files."""
    argv = [sys.executable, str(Path(__file__).with_name("writer.py")), str(home)]
    chance = random.Random(home.name)
    said: SimpleQueue[str] = SimpleQueue()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        listener = threading.Thread(target=hear, args=(writer.stdout, said))
        listener.start()
        for _ in range(SNAPSHOTS):
            lines = [said.get(timeout=60) for _ in range(chance.randrange(1, 60))]
            stop(writer)
            while not said.empty():
                lines.append(said.get())
            yield snapshot(home, json.loads(lines[-1]))
            writer.send_signal(signal.SIGCONT)
        writer.kill()
        listener.join(60)


def hear(lines: Iterable[str], said: SimpleQueue[str]) -> None:
    """Pass on what a writer says, until it ends."""
    for line in lines:
        said.put(line)


def stop(writer: subprocess.Popen[str]) -> None:
    """Stop a process, and return once it stands still."""
    writer.send_signal(signal.SIGSTOP)
    while Path(f"/proc/{writer.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "T":
        assert writer.poll() is None, "the writer has failed"
        os.sched_yield()


def snapshot(home: Path, told: dict[str, int | str]) -> Snapshot:
    """Copy the files of a writer that stands still."""
    log = (home / "evals.db-wal").read_bytes()
    started_over = log[16:24].hex() != told["salt"]
    return Snapshot(
        database=(home / "evals.db").read_bytes(),
        log=log,
        decided=int(told["decided"]),
        leased=int(told["leased"]),
        safe=0 if started_over else int(told["end"]),  # a log is only started over once the database itself is safe
    )


@st.composite
def cuts(draw: st.DrawFn) -> tuple[int, int, list[str]]:
    """Which snapshot, how much of the tail of its log there is, and what has become of each sector of that."""
    fate = st.sampled_from(["kept", "zero", "noise"])
    return draw(st.integers(0, SNAPSHOTS - 1)), draw(st.integers(0, 2**20)), draw(st.lists(fate, max_size=64))


@settings(max_examples=80, deadline=None)
@given(cut=cuts(), seed=st.integers(0, 2**32))
def test_whatever_a_disk_does_to_the_tail_of_the_log(
    snapshots: list[Snapshot], cut: tuple[int, int, list[str]], seed: int
) -> None:
    """Our rule: durable means durable, and a command is there as a whole or not at all."""
    which, length, fates = cut
    taken, noise = snapshots[which], random.Random(seed)
    tail = bytearray(taken.log[taken.safe :][:length])
    for number, fate in enumerate(fates):
        first = max(number * SECTOR - taken.safe % SECTOR, 0)
        end = min((number + 1) * SECTOR - taken.safe % SECTOR, len(tail))
        if fate != "kept" and first < end:
            tail[first:end] = bytes(end - first) if fate == "zero" else noise.randbytes(end - first)
    with TemporaryDirectory(prefix="rc-store-") as folder:
        home = Home(Path(folder))
        home.database.write_bytes(taken.database)
        Path(f"{home.database}-wal").write_bytes(taken.log[: taken.safe] + bytes(tail))
        check(home, taken)


@settings(max_examples=20, deadline=None)
@given(which=st.integers(0, SNAPSHOTS - 1), seed=st.integers(0, 2**32))
def test_pages_that_were_just_being_moved_out_of_the_log(snapshots: list[Snapshot], which: int, seed: int) -> None:
    """Our rule: whatever is safe in the log may be torn in the database; the log has it."""
    taken, noise = snapshots[which], random.Random(seed)
    database = bytearray(taken.database)
    page = int.from_bytes(taken.log[8:12], "big")
    for at in range(32, taken.safe, 24 + page):
        number = int.from_bytes(taken.log[at : at + 4], "big")
        if number > 1 and number * page <= len(database) and noise.random() < 0.5:
            database[(number - 1) * page : number * page] = noise.randbytes(page)
    with TemporaryDirectory(prefix="rc-store-") as folder:
        home = Home(Path(folder))
        home.database.write_bytes(database)
        Path(f"{home.database}-wal").write_bytes(taken.log[: taken.safe])
        check(home, taken)


def check(home: Home, taken: Snapshot) -> None:
    """The store opens, is whole, and holds what had been said: at least that, and no half of anything more."""
    with closing(sqlite3.connect(home.database)) as connection:
        one = connection.execute
        assert one("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert one("PRAGMA foreign_key_check").fetchall() == []
        counts = one(
            """SELECT (SELECT count(*) FROM tasks WHERE verdict IS NOT NULL), (SELECT count(*) FROM attempts),
            (SELECT count(*) FROM attempts WHERE verdict IS NOT NULL), (SELECT count(*) FROM metrics),
            (SELECT count(*) FROM test_results), (SELECT count(*) FROM tool_usage),
            (SELECT count(*) FROM journal WHERE kind = 'verdict'), (SELECT count(*) FROM journal WHERE kind = 'leased'),
            (SELECT count(*) FROM tasks), (SELECT sum(total) FROM runs), (SELECT count(*) FROM environments),
            (SELECT count(*) FROM runs)"""
        ).fetchone()
    decided, attempts, closed, metrics, results, tools, verdicts, leased, tasks, total, environments, runs = counts
    assert decided >= taken.decided
    assert attempts >= taken.leased
    assert decided == closed == metrics == results == tools == verdicts
    assert (attempts, tasks, environments) == (leased, total, runs)


def put(taken: Snapshot, home: Home) -> None:
    """Make the files of a copy, as if the disk had kept nothing but what it was asked to keep."""
    home.ensure()
    home.database.write_bytes(taken.database)
    Path(f"{home.database}-wal").write_bytes(taken.log[: taken.safe])


async def test_a_copy_is_gone_on_with(snapshots: list[Snapshot], tmp_path: Path) -> None:
    """Our rule: what survives is not only read, it is written to as well."""
    for number, taken in enumerate(snapshots):
        home = Home(tmp_path / str(number))
        put(taken, home)
        async with recorder(home) as scribe:
            run = await scribe.run(["go/one"])
            await run.claim()
        with open_reader(home.database) as reader:
            assert reader.run(run.id)["state"] == "active"
