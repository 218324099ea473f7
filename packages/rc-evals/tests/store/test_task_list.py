"""The tasks of a run as lists show them: what a filter keeps, in which order, and page by page."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome, UsageError
from rc_evals.languages.model import TestResult
from rc_evals.store.reader import Reader, open_reader
from rc_evals.store.task_list import OF_RUN, PHASES, SORTS, TaskFilter, count, phases, tasks
from rc_evals.testing import recorder
from rc_evals.usage import Usage

from .tables import store

numbers = st.none() | st.integers(0, 3)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "language": st.sampled_from(["go", "rust"]),
            "verdict": st.none() | st.sampled_from(sorted(Outcome)),
            "reason": st.none() | st.sampled_from(["a", "b"]),
            "attempts": st.integers(0, 2),
            "duration_ms": numbers,
            "tokens_in": numbers,
            "tokens_out": numbers,
            "cost_micros": numbers,
            "tests_ran": numbers,
            "tests_passed": numbers,
            "decided_at": numbers,
        }
    ),
    max_size=25,
)


def every(reader: Reader, wanted: TaskFilter, sort: str, limit: int) -> list[dict[str, Any]]:
    """Read page after page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = tasks(reader, 1, wanted, sort=sort, after=after, limit=limit)
        found += page.rows
        assert len(page.rows) <= limit
        if page.after is None:
            assert page.total == len(found)
            return found
        after = page.after


def key_of(sort: str, row: dict[str, Any]) -> Any:
    match sort:
        case "tokens":
            used = [row["tokens_in"], row["tokens_out"]]
            return None if None in used else sum(used)
        case "tests":
            known = row["tests_passed"] is not None and row["tests_ran"]
            return row["tests_passed"] / row["tests_ran"] if known else None
        case "verdict":
            return None if row["verdict"] is None else list(Outcome).index(Outcome(row["verdict"]))
        case _:
            return row[{"duration": "duration_ms", "cost": "cost_micros", "decided": "decided_at"}.get(sort, sort)]


@settings(deadline=None)
@given(rows, st.sampled_from(sorted(SORTS)), st.booleans(), st.integers(1, 7))
def test_pages_together_are_the_whole_list_in_its_order(
    given_rows: list[dict[str, Any]], sort: str, descending: bool, limit: int
) -> None:
    """Law: nothing is left out or comes twice, with equal and with unknown values; the unknown come last."""
    with store(runs=[{}, {}], tasks=[*given_rows, {"run_id": 2}]) as reader:
        found = every(reader, TaskFilter(), f"-{sort}" if descending else sort, limit)
        listed = [{**row, "id": number, "exercise": f"e{number - 1:05}"} for number, row in enumerate(given_rows, 1)]
        known = [row for row in listed if key_of(sort, row) is not None]
        unknown = [row for row in listed if key_of(sort, row) is None]
        known.sort(key=lambda row: (key_of(sort, row), row["id"]), reverse=descending)
        unknown.sort(key=lambda row: int(row["id"]), reverse=descending)
        assert [row["id"] for row in found] == [row["id"] for row in known + unknown]


@settings(deadline=None)
@given(
    rows,
    st.lists(st.sampled_from(["go", "rust", "zig"]), unique=True),
    st.lists(st.sampled_from([*sorted(Outcome), "open", "running"]), unique=True),
    st.none() | st.sampled_from(["a", "c"]),
    st.sampled_from(["", "e0001", "E0000", "go/e", "0", "_", "%"]),
)
def test_a_filter_keeps_what_fits_all_of_it(
    given_rows: list[dict[str, Any]], languages: list[str], standings: list[str], reason: str | None, text: str
) -> None:
    wanted = TaskFilter(languages=languages, standings=standings, reason=reason, text=text)
    listed = [
        {**row, "state": "running" if row["verdict"] is None and row["attempts"] else "decided", "exercise": f"e{i:05}"}
        for i, row in enumerate(given_rows)
    ]
    fitting = [
        row["exercise"]
        for row in listed
        if (not languages or row["language"] in languages)
        and (not standings or {row["verdict"] or "open", row["state"]} & set(standings))
        and (reason is None or row["reason"] == reason)
        and text.lower() in (f"{row['language']}/{row['exercise']}" if "/" in text else row["exercise"])
    ]
    with store(tasks=listed) as reader:
        assert [row["exercise"] for row in every(reader, wanted, "id", 7)] == fitting
        assert count(reader, 1, wanted) == len(fitting)


def test_what_comes_meanwhile_neither_repeats_nor_hides_others() -> None:
    """Our rule: a live run changes while somebody turns its pages."""
    costs: list[dict[str, Any]] = [{"cost_micros": cost} for cost in (10, 20, 30, 40, 50, 60)]
    with store(tasks=costs) as reader:
        first = tasks(reader, 1, TaskFilter(), sort="-cost", limit=2)
        reader.rows("UPDATE tasks SET cost_micros = 5 WHERE id = 5")
        reader.rows("UPDATE tasks SET cost_micros = 70 WHERE id = 1")
        second = tasks(reader, 1, TaskFilter(), sort="-cost", limit=2, after=first.after)
    assert [row["cost_micros"] for row in first.rows] == [60, 50]
    assert [row["cost_micros"] for row in second.rows] == [40, 30]


def test_a_standing_that_no_task_has_is_refused() -> None:
    with pytest.raises(UsageError, match="no task can be 'lost'; there are passed, failed"):
        TaskFilter(standings=["passed", "lost"])


def test_a_position_of_another_order_is_refused() -> None:
    with store(tasks=[{}, {}]) as reader:
        after = tasks(reader, 1, TaskFilter(), sort="cost", limit=1).after
        with pytest.raises(UsageError, match="sorted by '-cost'"):
            tasks(reader, 1, TaskFilter(), sort="-cost", after=after)


async def test_a_row_shows_its_latest_attempt_and_why_it_did_not_pass(tmp_path: Path) -> None:
    home = Home(tmp_path)
    usage = Usage(tokens_in=5, tokens_out=2, cost_micros=300)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b", "go/c", "go/d"])
        await run.lose(usage=usage)
        tests = (TestResult("x", True), TestResult("y", False))
        error = "1 of 2 tests failed; the first is y"
        await run.decide(Outcome.FAILED, usage=usage, tests=tests, tests_ran=2, error=error)
        await run.decide(Outcome.PASSED)
        await run.claim()
    with open_reader(home.database) as reader:
        failed, passed, leased, queued = tasks(reader, run.id, TaskFilter()).rows
        assert phases(reader, run.id) == {**dict.fromkeys(PHASES, 0), "leased": 1, "queued": 1}
    assert (failed["verdict"], failed["reason"], failed["attempts"]) == ("failed", "some tests failed", 2)
    assert (failed["tokens_in"], failed["cost_micros"], failed["duration_ms"]) == (5, 600, 1_000)
    assert (failed["tests_passed"], failed["tests_ran"], failed["end_reason"]) == (1, 2, "completed")
    assert (passed["reason"], passed["cost_micros"]) == (None, None)
    assert (leased["state"], leased["started_at"], leased["decided_at"]) == ("leased", run.now, None)
    assert (queued["state"], queued["started_at"]) == ("queued", None)


def test_reading_a_sorted_page_goes_through_the_table_and_not_through_an_index() -> None:
    """Our rule: going from an index to every row of 100,000 takes three times as long."""
    with store(tasks=[{}]) as reader:
        reader.rows(f"SELECT cost_micros FROM tasks WHERE {OF_RUN}", run_id=1)
        plan = reader.plans()
    assert plan[0].startswith("SEARCH tasks USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
