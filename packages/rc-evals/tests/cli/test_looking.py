"""The commands that look at runs, and the tables they print."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rc_evals import Home, Outcome, UnknownRunError
from rc_evals.cli.app import app
from rc_evals.languages.model import TestResult
from rc_evals.testing import recorder
from rc_evals.usage import ToolCount, Usage


def say(home: Home, *words: str) -> str:
    result = CliRunner().invoke(app, ["--home", str(home.root), *words])
    assert result.exit_code == 0, result.output
    return result.output


async def test_a_list_shows_the_newest_runs_first_and_says_when_there_are_more(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        await recording.run(["go/a", "go/b"], name="old")
        run = await recording.run(["go/a", "go/b"], name="newer\x1b[2J")
        await run.decide(Outcome.PASSED)
    heading, newest, oldest = say(home, "list").splitlines()
    assert heading.split() == ["run", "created", "state", "suite", "agent", "passed", "rate", "left", "name"]
    assert newest.startswith("  2  ")
    assert newest.endswith(r"1 of 1  100.0 %     1  newer\x1b[2J")
    assert oldest.endswith("0 of 0        -     2  old")
    assert say(home, "list", "--limit", "1").splitlines()[-1] == (
        "there are older ones; `rc-evals list --limit 10` shows more"
    )
    assert [run["id"] for run in json.loads(say(home, "list", "--json"))["runs"]] == [2, 1]


async def test_a_list_of_nothing_says_how_to_begin(tmp_path: Path) -> None:
    assert "no runs in" in say(Home(tmp_path), "list")
    assert json.loads(say(Home(tmp_path), "list", "--json")) == {"runs": []}


async def test_show_prints_the_document_with_json(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a"])
        await run.decide(Outcome.PASSED)
    shown = json.loads(say(home, "show", "1", "--json"))
    assert list(shown) == ["run", "tasks"]
    assert list(shown["tasks"][0])[:3] == ["language", "exercise", "iteration"]


async def test_an_unknown_run_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UnknownRunError, match="there is no run 7; `rc-evals list` shows those that exist"):
        CliRunner().invoke(app, ["--home", str(tmp_path), "show", "7"], catch_exceptions=False)


async def test_the_tables_keep_what_is_not_counted_apart(tmp_path: Path) -> None:
    """Spec 24.8: the number of errored and undecided tasks beside the rate, never in its denominator."""
    home = Home(tmp_path)
    missing = {"language": "java", "exercises": 2, "reason": "there is no javac on PATH", "remedy": "install a JDK"}
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{i}" for i in range(5)] + ["rust/a"], not_runnable=[missing])
        tools = {"read_file": ToolCount(3, 1), "apply_diff": ToolCount(1_000, 0)}
        usage = Usage(tokens_in=72_500, tokens_out=10, cost_micros=1_230_000, tools=tools)
        await run.decide(Outcome.PASSED, usage=usage)
        tests = tuple(TestResult(f"test_{i}", passed=i > 3) for i in range(6))
        await run.decide(Outcome.FAILED, tests=tests, tests_ran=6)
        await run.decide(Outcome.TIMEOUT, error="the agent was not done after 300 s")
        await run.decide(Outcome.INFRA_FAILED, error="no \x1b[2J room")
        await run.leave()
    assert say(home, "show", "1").splitlines() == [
        "run 1  suite bundled, agent oracle, sandbox bubblewrap  interrupted; `rc-evals resume 1` goes on",
        "",
        "language  passed  decided  pass rate  95 % interval  not counted",
        "go             1        3     33.3 %     6.1-79.2 %  1 infra_failed, 1 open",
        "rust           0        0          -              -  1 open",
        "all            1        3     33.3 %     6.1-79.2 %  1 infra_failed, 2 open",
        "The pass rate counts decided tasks only: those whose verdict says something about the agent.",
        "",
        "could not run here",
        "  java, 2 exercises: there is no javac on PATH",
        "    install a JDK",
        "",
        "not passed",
        "  go/e1  failed        4 of 6 tests: test_0, test_1, test_2 and 1 more",
        "  go/e2  timeout       the agent was not done after 300 s",
        r"  go/e3  infra_failed  no \x1b[2J room",
        "",
        "4 attempts, 73k tokens in, 10 out, $1.23 (known for 1 of 4 attempts), agents worked 0:00:04, tests took 0:00:00",  # noqa: E501 - one line of output
        "tools and their success: apply_diff 1,000 (100%), read_file 3 (67%)",
    ]


async def test_a_long_list_of_failures_is_cut_and_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run([f"go/e{i:02}" for i in range(23)])
        for _ in range(23):
            await run.decide(Outcome.FAILED)
        await run.finish()
    shown = say(home, "show", "1")
    assert "go/e19" in shown
    assert "go/e20" not in shown
    assert "  and 3 more; `rc-evals show 1 --json` has all\n" in shown


async def test_several_iterations_show_what_repeating_brings(tmp_path: Path) -> None:
    """Spec 24.8: pass@k and all-k."""
    home = Home(tmp_path)
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"], iterations=3)
        for verdict in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, *[Outcome.PASSED] * 3):
            await run.decide(verdict)
        await run.finish()
    shown = say(home, "show", "1")
    assert "pass@1 83.3 %  (2 exercises)\npass@3 100.0 %, all 3 pass 50.0 %  (2 exercises)\n" in shown
    assert "The interval counts exercises" in shown
    assert "  go/a#2  failed" in shown
