"""The list of runs: what a filter keeps, in which order, page by page, and in groups."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome, UsageError
from rc_evals.report import standing
from rc_evals.store.reader import Reader, open_reader
from rc_evals.store.run_list import SORTS, RunFilter, choices, groups, runs
from rc_evals.testing import BEGAN, recorder
from rc_evals.usage import Usage

from .tables import store

texts = st.none() | st.sampled_from(["b", "A", "ä", "x" * 200])
rows = st.lists(
    st.fixed_dictionaries(
        {
            "created_at": st.integers(0, 3),
            "name": texts,
            "model": texts,
            "suite": st.sampled_from(["b", "A"]),
            "agent": st.sampled_from(["nop", "roo"]),
            "decided": st.integers(0, 3),
            "passed": st.integers(0, 3),
            "cost_micros": st.none() | st.integers(0, 3),
            "tokens_in": st.integers(0, 3),
            "agent_ms": st.integers(0, 3),
        }
    ),
    max_size=20,
)


def state(run: Mapping[str, Any]) -> str:
    return str(run["state"])


def key_of(sort: str, row: dict[str, Any]) -> Any:
    match sort:
        case "created":
            return row["created_at"]
        case "rate":
            return row["passed"] / row["decided"] if row["decided"] else None
        case "cost":
            return row["cost_micros"]
        case "duration":
            return row["agent_ms"]
        case "tokens":
            return row["tokens_in"]
        case "name" | "model" | "suite" | "agent":
            return None if row[sort] is None else row[sort][:100].lower()
        case _:
            return row[sort]


def every(reader: Reader, wanted: RunFilter, sort: str, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = runs(reader, wanted, standing=state, sort=sort, after=after, limit=limit)
        found += page.rows
        if page.after is None:
            assert page.total == len(found)
            return found
        after = page.after


@settings(deadline=None)
@given(rows, st.sampled_from(sorted(SORTS)), st.booleans(), st.integers(1, 7))
def test_pages_together_are_the_whole_list_in_its_order(
    given_rows: list[dict[str, Any]], sort: str, descending: bool, limit: int
) -> None:
    """Law: nothing is left out or comes twice, with equal and with unknown values; the unknown come last."""
    listed = [{**row, "id": number} for number, row in enumerate(given_rows, 1)]
    known = [row for row in listed if key_of(sort, row) is not None]
    unknown = [row for row in listed if key_of(sort, row) is None]
    known.sort(key=lambda row: (key_of(sort, row), row["id"]), reverse=descending)
    unknown.sort(key=lambda row: int(row["id"]), reverse=descending)
    with store(runs=given_rows) as reader:
        found = every(reader, RunFilter(), f"-{sort}" if descending else sort, limit)
    assert [row["id"] for row in found] == [row["id"] for row in known + unknown]


@settings(deadline=None)
@given(rows, st.sampled_from(["model", "suite", "agent"]))
def test_groups_add_up_to_all_runs(given_rows: list[dict[str, Any]], by: Any) -> None:
    with store(runs=given_rows) as reader:
        found = groups(reader, RunFilter(), by, standing=state)
    assert {group["name"]: group["runs"] for group in found} == {
        name: sum(row[by] == name for row in given_rows) for name in {row[by] for row in given_rows}
    }
    assert sum(group["passed"] for group in found) == sum(row["passed"] for row in given_rows)
    assert sum(group["cost_micros"] or 0 for group in found) == sum(row["cost_micros"] or 0 for row in given_rows)


async def test_runs_are_found_by_what_people_remember_of_them(tmp_path: Path) -> None:
    """Spec 15.2: timeframe, model; the issue: suite, agent, state, text."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        first = await recording.run(["go/a"], name="100% night", settings={"apiModelId": "deep/one"})
        await first.decide(Outcome.PASSED, usage=Usage(tokens_in=5, cost_micros=70))
        await first.finish()
        second = await recording.run(["go/a"], suite="polyglot", agent="nop", now=BEGAN + 1)
        await second.leave()
        await recording.run(["go/a"], name="night 1000", now=BEGAN + 2)
    with open_reader(home.database) as reader:

        def ids(**wanted: Any) -> list[int]:
            return [row["id"] for row in runs(reader, RunFilter(**wanted), standing=standing).rows]

        assert ids() == [3, 2, 1]
        assert ids(since=BEGAN + 1) == [3, 2]
        assert ids(suites=["polyglot"]) == ids(agents=["nop"]) == [2]
        assert ids(models=["deep/one"]) == [1]
        assert ids(standings=["complete"]) == [1]
        assert ids(standings=["interrupted"]) == [3, 2], "the clock of the third stood still long ago"
        assert ids(standings=["complete", "interrupted"], text="NIGHT") == [3, 1]
        assert ids(text="100%") == [1]
        assert ids(text="deep/") == [1]
        assert ids(text="2") == [2]
        assert ids(text="_") == []
        assert choices(reader, "model") == ["deep/one"]
        (run,) = runs(reader, RunFilter(models=["deep/one"]), standing=standing).rows
    assert (run["standing"], run["open"], run["passed"], run["cost_micros"]) == ("complete", 0, 1, 70)
    assert (run["tokens_in"], run["work_ms"], run["model"]) == (5, 1_000, "deep/one")


def test_an_order_that_does_not_exist_is_refused() -> None:
    with store() as reader, pytest.raises(UsageError, match="nothing can be sorted by 'colour'"):
        runs(reader, RunFilter(), standing=state, sort="colour")
