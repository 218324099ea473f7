"""Runs that nobody needs any more, and runs that are called otherwise."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rc_evals import Home, Outcome, RunBusyError, UnknownRunError
from rc_evals.clock import now_ms
from rc_evals.deleting import delete
from rc_evals.languages.model import TestResult
from rc_evals.report import standing
from rc_evals.store.reader import open_reader
from rc_evals.store.upkeep import CondemnRun, DeletePart, RenameRun
from rc_evals.testing import RecordedRun, Recorder, recorder
from rc_evals.usage import ToolCount, Usage

TABLES = (
    "journal", "runs", "environments", "run_tools", "tasks", "attempts", "metrics", "tool_usage", "test_results"
)  # fmt: skip


def sizes(home: Home) -> dict[str, int]:
    with closing(sqlite3.connect(home.database)) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


async def make_run(recording: Recorder, home: Home, **options: Any) -> RecordedRun:
    run = await recording.run(["go/a", "go/b"], **options)
    usage = Usage(tokens_in=1, cost_micros=1, tools={"read_file": ToolCount(1, 0)})
    await run.decide(Outcome.FAILED, usage=usage, tests=(TestResult("a", False),), tests_ran=1)
    (home.artifacts(run.id) / "go").mkdir(parents=True)
    (home.artifacts(run.id) / "go" / "agent.log").write_text("said")
    return run


async def test_a_run_goes_with_all_that_the_store_and_the_folder_have_of_it(tmp_path: Path) -> None:
    """Issue: delete. Spec 17.4: upstream leaves the logs."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        kept = await make_run(recording, home)
        before = sizes(home)
        run = await make_run(recording, home)
        await run.decide(Outcome.PASSED)
        await run.finish()
        assert await delete(recording.journal, home, run.id) == []
        assert sizes(home) == before
        assert not home.artifacts(run.id).exists()
        assert home.artifacts(kept.id).exists()
        later = await recording.run(["go/a"])
        assert later.id > run.id, "the id of a deleted run never comes back"


async def test_a_run_that_was_left_goes_with_the_attempts_of_its_dead_controller(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await make_run(recording, home)
        await run.claim()
        home.scratch(run.id).mkdir(parents=True)
        await run.leave()
        assert await delete(recording.journal, home, run.id) == []
    assert not any(sizes(home).values())
    assert not home.scratch(run.id).exists()


async def test_a_large_run_goes_in_parts_and_deleting_it_again_goes_on(tmp_path: Path) -> None:
    """Our rule: whoever writes meanwhile never waits for all of it; a run of 100,000 tasks took 12 seconds."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/{number}" for number in range(1_100)])
        await run.leave()
        assert await recording.journal.execute(CondemnRun(run_id=run.id, now=run.now))
        assert await recording.journal.execute(DeletePart(run_id=run.id))
        assert sizes(home)["tasks"] == 600
        with open_reader(home.database) as reader:
            left = reader.run(run.id)
        assert (standing(left), left["finished_at"]) == ("deleting", run.now)
        assert await delete(recording.journal, home, run.id) == []
    assert not any(sizes(home).values())


async def test_parts_of_a_run_that_nobody_condemned_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await make_run(recording, home)
        before = sizes(home)
        assert not await recording.journal.execute(DeletePart(run_id=run.id))
    assert sizes(home) == before


async def test_a_run_whose_controller_lives_is_not_deleted(tmp_path: Path) -> None:
    """Our rule: cancel it first."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await make_run(recording, home, now=now_ms())
        with pytest.raises(RunBusyError):
            await delete(recording.journal, home, run.id)
    assert home.artifacts(run.id).exists()
    with open_reader(home.database) as reader:
        assert reader.run(run.id)["total"] == 2


async def test_a_run_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        with pytest.raises(UnknownRunError, match="there is no run 7"):
            await delete(recording.journal, home, 7)


@pytest.mark.parametrize(
    ("given", "kept"), [("  night shift ", "night shift"), ("", None), (" \n", None), (None, None), ("\ud800", "?")]
)
async def test_a_name_is_kept_without_space_around_it_and_an_empty_one_is_none(
    tmp_path: Path, given: str | None, kept: str | None
) -> None:
    """Spec 15.2: saved trimmed, empty -> null."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"], name="before")
        assert await recording.journal.execute(RenameRun(run_id=run.id, name=given, now=run.now))
        assert not await recording.journal.execute(RenameRun(run_id=99, name="x", now=run.now))
    with open_reader(home.database) as reader:
        assert reader.run(run.id)["name"] == kept
