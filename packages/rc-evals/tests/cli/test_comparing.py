"""The command that compares runs, and what it prints."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from rc_evals import Home, Outcome, UnknownRunError
from rc_evals.cli.app import app
from rc_evals.testing import recorder

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


async def write(home: Home, *runs: Sequence[Outcome], iterations: int) -> None:
    async with recorder(home) as recording:
        for run in runs:
            names = [f"go/{at:02}" for at in range(len(run) // iterations)]
            recorded = await recording.run(names, iterations=iterations, name="one\x1b[2J")
            for verdict in run:
                await recorded.decide(verdict)
            await recorded.finish()


def record(path: Path, *runs: Sequence[Outcome], iterations: int = 1) -> Home:
    home = Home(path)
    asyncio.run(write(home, *runs, iterations=iterations))
    return home


def say(home: Home, *words: str) -> str:
    result = CliRunner().invoke(app, ["--home", str(home.root), "compare", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_two_runs_are_compared_in_words_and_lists(tmp_path: Path) -> None:
    """Spec 24.8: 12 against 4."""
    home = record(tmp_path, [FAILED] * 12 + [PASSED] * 8, [PASSED] * 12 + [FAILED] * 4 + [PASSED] * 4)
    lines = say(home, "1", "2").splitlines()
    assert lines[1].split()[:6] == ["1", "bundled", "oracle", "-", "8", "of"]
    assert "12 fixed, 4 broken: p = 0.08, could be chance (McNemar, exact)" in lines
    assert "  go/00  failed  ->  passed" in lines
    assert "  go/12  passed  ->  failed" in lines
    assert "\x1b" not in "".join(lines)


def test_a_long_list_ends_with_how_to_get_all_of_it(tmp_path: Path) -> None:
    home = record(tmp_path, [FAILED] * 30, [PASSED] * 30)
    lines = say(home, "1", "2").splitlines()
    assert lines[-1] == "  and more; `rc-evals compare 1 2 --json` has all"
    document = json.loads(say(home, "1", "2", "--json"))
    assert (len(document["differences"]), document["after"]) == (30, None)
    assert document["significance"]["words"] == "30 fixed, 0 broken: p < 0.001, hardly chance"


def test_iterations_are_listed_when_asked_for(tmp_path: Path) -> None:
    home = record(tmp_path, [FAILED, FAILED, PASSED, PASSED], [PASSED, FAILED, PASSED, PASSED], iterations=2)
    assert "  go/00  0 of 2  ->  1 of 2" in say(home, "1", "2").splitlines()
    assert "  go/00#1  failed  ->  passed" in say(home, "1", "2", "--by", "iteration").splitlines()


def test_several_runs_are_a_matrix_of_what_differs(tmp_path: Path) -> None:
    home = record(tmp_path, [FAILED, PASSED, PASSED, PASSED], [PASSED] * 4, [PASSED] * 4, iterations=2)
    lines = say(home, "1", "2", "3").splitlines()
    assert "run 1: pass@2 100.0 %, all of 2 50.0 %" in lines
    assert "run 3 against run 1: 1 fixed, 0 broken: p = 1, could be chance" in lines
    assert lines[-2] == "go/00  1 of 2 ~  2 of 2  2 of 2"
    document = json.loads(say(home, "1", "2", "3", "--json"))
    assert [len(document[part]) for part in ("runs", "against_first", "rows")] == [3, 2, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [(["1"], "Missing argument 'OTHER...'"), (["1"] * 9, "too many"), (["1", "x"], "not a valid"), (["0", "1"], "0")],
)
def test_a_wrong_request_is_bad_usage(tmp_path: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "compare", *words])
    assert (result.exit_code, said in result.output) == (2, True)


def test_a_run_that_does_not_exist_is_named(tmp_path: Path) -> None:
    home = record(tmp_path, [PASSED])
    with pytest.raises(UnknownRunError, match="there is no run 7"):
        CliRunner().invoke(app, ["--home", str(home.root), "compare", "1", "7"], catch_exceptions=False)
