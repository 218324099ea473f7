"""Two runs compared, and several beside each other (spec 24.8: compare two runs)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rc_evals import Home, Outcome, UnknownRunError
from rc_evals.comparison.model import Comparison, Difference, Matrix, Row
from rc_evals.comparison.several import beside
from rc_evals.comparison.two import compare
from rc_evals.comparison.words import probability, verdict
from rc_evals.store.reader import open_reader
from rc_evals.testing import recorder
from rc_evals.usage import Usage

PASSED, FAILED, TIMEOUT, INFRA = Outcome.PASSED, Outcome.FAILED, Outcome.TIMEOUT, Outcome.INFRA_FAILED


async def record(home: Home, *runs: Mapping[str, Sequence[Outcome]], cost: int | None = None) -> list[int]:
    """Write runs whose exercises have these verdicts, one per iteration; each run costs twice what the last did."""
    ids: list[int] = []
    async with recorder(home) as recording:
        for number, run in enumerate(runs):
            iterations = max(map(len, run.values()))
            recorded = await recording.run(list(run), iterations=iterations)
            for verdicts in run.values():
                for each in verdicts:
                    known = {} if cost is None else {"usage": Usage(tokens_in=1, cost_micros=cost * 2**number)}
                    await recorded.decide(each, None, **known)
            await recorded.finish()
            ids.append(recorded.id)
    return ids


def two(home: Home, first: int, second: int, **wanted: object) -> Comparison:
    with open_reader(home.database) as reader:
        return compare(reader, first, second).page(reader, **{"limit": 1_000, **wanted})  # type: ignore[arg-type]  # what a test asks for


def several(home: Home, runs: list[int], **wanted: object) -> Matrix:
    with open_reader(home.database) as reader:
        return beside(reader, runs).page(**{"limit": 1_000, **wanted})  # type: ignore[arg-type]  # likewise


def named(found: Comparison) -> list[tuple[str, str]]:
    return [(f"{each.language}/{each.exercise}", each.change) for each in found.differences]


async def test_what_the_second_run_fixed_and_broke_is_told_in_words(tmp_path: Path) -> None:
    """Spec 24.8: 12 against 4 gives p 0.077."""
    home = Home(tmp_path)
    first = {f"go/{at:02}": [FAILED if at < 12 else PASSED] for at in range(20)}
    second = {f"go/{at:02}": [FAILED if 12 <= at < 16 else PASSED] for at in range(20)}
    found = two(home, *await record(home, first, second)).significance
    assert found.words == "12 fixed, 4 broken: p = 0.08, could be chance"
    assert (found.test, round(found.p_value, 3), found.unchanged) == ("McNemar, exact", 0.077, 4)


async def test_differences_are_listed_by_exercise_and_lead_to_both_tasks(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = await record(home, {"go/a": [FAILED], "rust/b": [PASSED]}, {"go/a": [PASSED], "rust/b": [TIMEOUT]})
    found = two(home, *runs)
    assert named(found) == [("go/a", "fixed"), ("rust/b", "broken")]
    last = found.differences[1]
    assert (last.first.verdict, last.second.verdict) == ("passed", "timeout")
    assert (last.first.task_id, last.second.task_id) == (2, 4)
    assert named(two(home, *runs, change="broken")) == [("rust/b", "broken")]


async def test_swapped_runs_swap_what_was_fixed_and_broken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = await record(home, {"go/a": [FAILED], "go/b": [FAILED]}, {"go/a": [PASSED], "go/b": [FAILED]}, cost=100)
    there, back = two(home, *runs), two(home, *reversed(runs))
    assert (there.significance.fixed, there.significance.broken) == (1, 0)
    assert (back.significance.fixed, back.significance.broken) == (0, 1)
    assert there.significance.p_value == back.significance.p_value
    assert there.cost
    assert back.cost
    assert (there.cost.first, there.cost.second) == (back.cost.second, back.cost.first) == (0.0002, 0.0004)


async def test_a_run_does_not_differ_from_itself(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (run,) = await record(home, {"go/a": [FAILED, PASSED], "go/b": [PASSED, PASSED]}, cost=7)
    found = two(home, run, run)
    assert (found.significance.words, found.significance.p_value) == ("no difference in 2 exercises", 1.0)
    assert found.cautions == []
    assert found.cost
    assert found.cost.mean_difference == 0


async def test_iterations_of_an_exercise_are_one_observation(tmp_path: Path) -> None:
    """Four exercises whose three iterations were all fixed: by iterations p would be 0.0005."""
    home = Home(tmp_path)
    names = [f"go/{name}" for name in "abcd"]
    found = two(home, *await record(home, dict.fromkeys(names, (FAILED,) * 3), dict.fromkeys(names, (PASSED,) * 3)))
    assert (found.significance.p_value, found.significance.fixed) == (0.125, 4)
    assert found.significance.test == "sign flips of exercises, exact"
    assert [(each.first.passed, each.second.passed, each.iteration) for each in found.differences] == [(0, 3, None)] * 4


async def test_iterations_can_be_listed_by_themselves(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = await record(home, {"go/a": [FAILED, PASSED, PASSED]}, {"go/a": [PASSED, FAILED, PASSED]})
    assert named(two(home, *runs)) == [("go/a", "unchanged")]
    found = two(home, *runs, by="iteration")
    assert [(each.iteration, each.change) for each in found.differences] == [
        (1, "fixed"),
        (2, "broken"),
        (3, "unchanged"),
    ]


@pytest.mark.parametrize("by", ["exercise", "iteration"])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_put_together_are_the_whole_list(tmp_path: Path, by: str, limit: int) -> None:
    home = Home(tmp_path)
    names = [f"go/{name}" for name in "abcde"]
    runs = await record(home, dict.fromkeys(names, (FAILED, PASSED)), dict.fromkeys(names, (PASSED, PASSED)))
    whole, after = two(home, *runs, by=by), 0
    parts: list[Difference] = []
    while True:
        page = two(home, *runs, by=by, after=after, limit=limit)
        assert len(page.differences) <= limit
        parts += page.differences
        if page.after is None:
            break
        after = page.after
    assert parts == whole.differences


async def test_what_says_nothing_about_the_agent_is_no_difference(tmp_path: Path) -> None:
    """Spec 24.8: never mix denominators."""
    home = Home(tmp_path)
    runs = await record(home, {"go/a": [PASSED], "go/b": [PASSED]}, {"go/a": [INFRA], "go/b": [PASSED]})
    found = two(home, *runs)
    assert named(found) == [("go/b", "unchanged")]
    assert found.cautions == ["1 task of runs 1 and 2 is not decided in both"]


async def test_what_only_one_run_tried_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = await record(home, {"go/a": [PASSED], "go/b": [PASSED]}, {"go/b": [FAILED], "go/c": [FAILED]})
    found = two(home, *runs)
    assert found.cautions == ["1 task of run 1 is not in run 2", "1 task of run 2 is not in run 1"]
    assert found.significance.words == "0 fixed, 1 broken: p = 1, could be chance"


async def test_runs_without_a_common_exercise_cannot_be_compared(tmp_path: Path) -> None:
    home = Home(tmp_path)
    found = two(home, *await record(home, {"go/a": [PASSED]}, {"go/b": [PASSED]}))
    assert "nothing to compare" in found.significance.words
    assert (found.significance.p_value, found.cost, found.differences) == (1.0, None, [])


async def test_a_run_that_does_not_exist_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (run,) = await record(home, {"go/a": [PASSED]})
    for pair in ((run, 9), (9, run)):
        with pytest.raises(UnknownRunError, match="no run 9"):
            two(home, *pair)


async def test_what_nobody_knows_the_cost_of_is_not_compared_by_cost(tmp_path: Path) -> None:
    home = Home(tmp_path)
    found = two(home, *await record(home, {"go/a": [PASSED]}, {"go/a": [PASSED]}))
    assert (found.cost, found.first.cost_usd, found.first.cost_per_solved_usd) == (None, None, None)
    assert found.duration
    assert (found.duration.first, found.duration.ratio) == (1_000, None)


async def test_the_matrix_marks_what_is_flaky_and_what_differs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = await record(
        home,
        {"go/a": [PASSED, FAILED], "go/b": [PASSED, PASSED], "go/c": [FAILED, FAILED]},
        {"go/a": [PASSED, FAILED], "go/b": [FAILED, FAILED]},
        {"go/b": [PASSED, PASSED], "go/c": [FAILED, FAILED]},
    )
    found = several(home, runs)
    assert (found.exercises, found.flaky, found.differing) == (3, 1, 1)
    cells = {
        row.exercise: [cell and (cell.passed, cell.decided, cell.flaky) for cell in row.cells] for row in found.rows
    }
    assert cells["a"] == [(1, 2, True), (1, 2, True), None]
    assert cells["b"] == [(2, 2, False), (0, 2, False), (2, 2, False)]
    assert [row.exercise for row in several(home, runs, unlike=True).rows] == ["a", "b"]
    assert found.runs[0].repeats[-1].k == 2


async def test_pages_of_the_matrix_put_together_are_the_matrix(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = ["go/a", "go/b", "go/b-c", "java/a", "rust/a"]
    runs = await record(home, dict.fromkeys(names, (FAILED,)), dict.fromkeys(names, (PASSED,)))
    after = ""
    parts: list[Row] = []
    while True:
        page = several(home, runs, after=after, limit=2)
        parts += page.rows
        if page.after is None:
            break
        after = page.after
    assert parts == several(home, runs).rows


async def test_p_values_of_a_matrix_allow_for_their_number(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = [f"go/{at}" for at in range(6)]
    bad, good = dict.fromkeys(names, (FAILED,)), dict.fromkeys(names, (PASSED,))
    found = several(home, await record(home, bad, good, good))
    assert [each.p_value for each in found.against_first] == pytest.approx([0.03125, 0.03125])
    assert [each.adjusted_p_value for each in found.against_first] == pytest.approx([0.0625, 0.0625])
    assert found.against_first[0].words == "6 fixed, 0 broken: p = 0.06, could be chance"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    runs=st.lists(
        st.dictionaries(
            st.sampled_from(["go/a", "go/b", "java/a", "rust/c"]),
            st.lists(st.sampled_from([PASSED, FAILED, TIMEOUT, INFRA]), min_size=2, max_size=2),
            min_size=1,
        ),
        min_size=2,
        max_size=2,
    )
)
async def test_the_order_of_two_runs_only_swaps_sides(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, list[Outcome]]]
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    first, second = await record(home, *runs, cost=5)
    there, back = two(home, first, second), two(home, second, first)
    one, other = there.significance, back.significance
    assert (one.fixed, one.broken, one.unchanged) == (other.broken, other.fixed, other.unchanged)
    assert one.p_value == pytest.approx(other.p_value)
    assert [(each.first, each.second) for each in there.differences] == [
        (each.second, each.first) for each in back.differences
    ]
    assert (there.first, there.second) == (back.second, back.first)


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (1.0, "p = 1"),
        (0.9999, "p = 0.9999"),
        (0.3, "p = 0.30"),
        (0.0768, "p = 0.08"),
        (0.052, "p = 0.052"),
        (0.0496, "p = 0.0496"),
        (0.0034, "p = 0.003"),
        (0.0004, "p < 0.001"),
        (0.0, "p < 0.001"),
    ],
)
def test_a_p_value_is_never_rounded_to_a_limit_that_it_keeps(p_value: float, words: str) -> None:
    assert probability(p_value) == words


def test_a_small_p_value_is_hardly_chance() -> None:
    assert verdict(exercises=20, fixed=8, broken=0, p_value=0.0078) == "8 fixed, 0 broken: p = 0.008, hardly chance"
