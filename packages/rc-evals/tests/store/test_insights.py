"""What the tasks of a run have in common: every answer against a count in Python."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome
from rc_evals.store.insights import EXAMPLES, MOST_POINTS, MOST_REASONS, course, languages, reasons, retries
from rc_evals.store.reader import Reader, open_reader
from rc_evals.store.spread import MOST_BUCKETS, spread
from rc_evals.testing import BEGAN, recorder
from rc_evals.usage import Usage

from .tables import store

numbers = st.none() | st.integers(0, 9) | st.integers(0, 2**45)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "language": st.sampled_from(["go", "rust"]),
            "verdict": st.none() | st.sampled_from(sorted(Outcome)),
            "reason": st.none() | st.sampled_from("ab"),
            "duration_ms": numbers,
            "cost_micros": numbers,
            "tokens_in": st.none() | st.integers(0, 9),
            "tokens_out": st.integers(0, 9),
        }
    ),
    max_size=30,
)


@settings(deadline=None)
@given(rows)
def test_reasons_count_every_task_that_has_one(given_rows: list[dict[str, Any]]) -> None:
    """Issue: failure reasons grouped, with tasks to look at."""
    with store(runs=[{}, {}], tasks=[*given_rows, {"run_id": 2, "verdict": "failed", "reason": "c"}]) as reader:
        found = reasons(reader, 1)
    ids: dict[tuple[Any, str], list[int]] = {}
    for number, row in enumerate(given_rows, 1):
        if row["reason"] is not None:
            ids.setdefault((row["verdict"], row["reason"]), []).append(number)
    assert {(each["verdict"], each["reason"]): each["tasks"] for each in found} == {
        key: len(tasks) for key, tasks in ids.items()
    }
    assert [each["tasks"] for each in found] == sorted((each["tasks"] for each in found), reverse=True)
    for each in found:
        assert 0 < len(each["examples"]) <= EXAMPLES
        assert set(each["examples"]) <= set(ids[each["verdict"], each["reason"]])
        assert each["reasons"] == len(ids)


def test_only_the_most_frequent_reasons_are_returned() -> None:
    tasks = [{"verdict": "failed", "reason": f"r{kind}"} for kind in range(50) for _ in range(kind + 1)]
    with store(tasks=tasks) as reader:
        found = reasons(reader, 1)
    assert [each["reason"] for each in found] == [f"r{kind}" for kind in range(49, 49 - MOST_REASONS, -1)]
    assert found[0]["reasons"] == 50


@settings(deadline=None)
@given(rows)
def test_languages_add_up(given_rows: list[dict[str, Any]]) -> None:
    with store(tasks=given_rows) as reader:
        found = {each["language"]: each for each in languages(reader, 1)}
    for name in {row["language"] for row in given_rows}:
        own = [row for row in given_rows if row["language"] == name]
        verdicts = [Outcome(row["verdict"]) for row in own if row["verdict"] is not None]
        costs = [row["cost_micros"] for row in own if row["cost_micros"] is not None]
        each = found[name]
        assert (each["total"], each["done"]) == (len(own), len(verdicts))
        assert each["decided"] == sum(verdict.decided for verdict in verdicts)
        assert each["passed"] == verdicts.count(Outcome.PASSED)
        assert each["cost_micros"] == (sum(costs) if costs else None)
        assert each["mean_cost_micros"] == (sum(costs) / len(costs) if costs else None)


@settings(deadline=None)
@given(rows)
def test_every_task_is_in_the_bucket_that_its_number_belongs_to(given_rows: list[dict[str, Any]]) -> None:
    """Law: buckets lie side by side, are few, and hold all that is known."""
    with store(runs=[{"total": len(given_rows)}], tasks=given_rows) as reader:
        check(reader, "duration", [row["duration_ms"] for row in given_rows])
        check(reader, "cost", [row["cost_micros"] for row in given_rows])
        used = [(row["tokens_in"], row["tokens_out"]) for row in given_rows]
        check(reader, "tokens", [None if None in pair else sum(pair) for pair in used])


def check(reader: Reader, measure: Any, values: list[int | None]) -> None:
    found = spread(reader, 1, measure)
    known = [value for value in values if value is not None]
    assert found.unknown == len(values) - len(known)
    assert len(found.buckets) <= MOST_BUCKETS
    assert sum(bucket.tasks for bucket in found.buckets) == len(known)
    for bucket, following in pairwise(found.buckets):
        assert bucket.low < bucket.high == following.low
    for bucket in found.buckets:
        assert bucket.tasks == sum(bucket.low <= value < bucket.high for value in known)


def test_edges_of_buckets_are_readable() -> None:
    """Our rule: 1, 2 and 5 times powers of ten."""
    with store(tasks=[{"duration_ms": ms} for ms in (1_200, 2_300, 4_000)]) as reader:
        linear = spread(reader, 1, "duration").buckets
    assert (linear[0].low, linear[0].high, linear[-1].high) == (1_200, 1_400, 4_200)
    with store(tasks=[{"cost_micros": cost} for cost in [0, *[300] * 40, 700_000]]) as reader:
        wide = spread(reader, 1, "cost").buckets
    edges = [bucket.low for bucket in wide]
    assert edges == [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000,
                     500_000]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.sampled_from(["passed", "failed", "cancelled"])), max_size=300))
def test_a_course_only_rises_and_ends_with_all(decided: list[tuple[int, str]]) -> None:
    tasks = [{"decided_at": at, "verdict": verdict, "cost_micros": 1} for at, verdict in decided]
    with store(runs=[{"created_at": 100}], tasks=tasks) as reader:
        found = course(reader, 1)
    assert len(found) <= MOST_POINTS
    for before, after in pairwise(found):
        assert before["at"] < after["at"]
        assert before["done"] <= after["done"]
    if decided:
        passed = Counter(verdict for _, verdict in decided)["passed"]
        assert (found[-1]["done"], found[-1]["passed"], found[-1]["cost_micros"]) == (
            len(decided),
            passed,
            len(decided),
        )
    else:
        assert found == []


async def test_a_run_tells_why_it_tried_again_and_what_it_came_to(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b", "rust/c"])
        for request in ("req_0123456789abcdef", "req_fedcba9876543210"):
            await run.lose(error=f"request {request} was lost")
        await run.decide(Outcome.FAILED, error="1 of 1 tests failed; the first is x", usage=Usage(cost_micros=5))
        await run.decide(Outcome.PASSED, usage=Usage(cost_micros=7))
    with open_reader(home.database) as reader:
        assert retries(reader, run.id) == [{"end_reason": "infra", "error": "request * was lost", "attempts": 2}]
        assert [each["reason"] for each in reasons(reader, run.id)] == ["all tests failed"]
        go, rust = languages(reader, run.id)
        moments = course(reader, run.id)
    assert (go["done"], go["passed"], go["mean_duration_ms"], go["cost_micros"]) == (2, 1, 1_000, 12)
    assert (rust["total"], rust["done"], rust["mean_duration_ms"]) == (1, 0, None)
    assert moments[-1] == {"at": run.now - BEGAN, "done": 2, "passed": 1, "cost_micros": 12}


def test_what_is_added_up_is_read_from_indexes_and_never_from_rows() -> None:
    """Issue: groups of 100,000 tasks within 150 ms."""
    numbers = {"decided_at": 1, "duration_ms": 1, "cost_micros": 1, "tokens_in": 1, "tokens_out": 1}
    with store(runs=[{"total": 1}], tasks=[{**numbers, "verdict": "failed", "reason": "a"}]) as reader:
        assert reasons(reader, 1)
        assert languages(reader, 1)
        assert course(reader, 1)
        assert spread(reader, 1, "duration").buckets
        assert spread(reader, 1, "cost").buckets
        ways = [step for step in reader.plans() if " tasks " in step]
    assert len(ways) > 10
    assert [way for way in ways if "COVERING INDEX" not in way] == []


def test_tokens_have_an_index_of_their_own_as_well() -> None:
    """SQLite does not call the index of an expression a covering one, whatever it holds."""
    with store(runs=[{"total": 1}], tasks=[{"tokens_in": 1, "tokens_out": 1}]) as reader:
        assert spread(reader, 1, "tokens").buckets
        ways = [step for step in reader.plans() if " tasks " in step]
    assert [way for way in ways if "ix_tasks_run_id_tokens" not in way] == []


def test_a_run_without_tasks_has_nothing_to_tell() -> None:
    with store() as reader:
        assert (reasons(reader, 1), languages(reader, 1), course(reader, 1), retries(reader, 1)) == ([], [], [], [])
        assert spread(reader, 1, "cost").buckets == []
