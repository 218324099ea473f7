"""A run from its request to its document: what agents are told, what is measured, what is left, what people see."""

import json
from pathlib import Path

import pytest

from .exercises import SOLVE, add_exercise
from .program import Program, command_agent, until

USAGE = {
    "tokenUsage": {
        "totalTokensIn": 1200, "totalTokensOut": 34, "totalCacheReads": 1000, "totalCost": 0.25, "contextTokens": 1234,
    },
    "toolUsage": {"read_file": {"attempts": 3, "failures": 1}},
}  # fmt: skip


def test_a_command_is_told_where_things_are_and_what_it_used_is_in_the_document(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    script = (
        f"cp {{prompt_file}} prompt.txt && cmp prompt.txt $RC_EVALS_PROMPT_FILE && cd {{workspace}} && {SOLVE} && "
        f"echo '{json.dumps(USAGE)}' > used.json && cat prompt.txt"
    )
    agent = command_agent(script, usage_file="used.json")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", sandbox, "--name", "first try", "--json")
    assert done.code == 0, done.err
    run, (task,) = done.document["run"], done.document["tasks"]
    assert (task["language"], task["exercise"], task["iteration"], task["verdict"]) == ("shell", "easy", 1, "passed")
    assert (task["end_reason"], task["exit_code"], task["error"]) == ("completed", 0, None)
    assert task["usage"] == {
        "tokens_in": 1200, "tokens_out": 34, "tokens_context": 1234, "cache_writes": 0, "cache_reads": 1000,
    }  # fmt: skip
    assert task["cost_usd"] == run["totals"]["cost_usd"] == 0.25
    assert run["totals"]["tools"] == {"read_file": {"attempts": 3, "failures": 1}}
    assert (run["state"], run["sandbox"], run["name"]) == ("complete", sandbox, "first try")
    assert program.artifacts("shell-easy-1", "agent.log").read_text("utf-8") == "Make answer.sh print 42.\n"


def test_what_nobody_said_was_used_is_unknown_and_not_nothing(program: Program, suite: Path, exercise: Path) -> None:
    """Spec 24.12."""
    done = program("run", "--suite", str(suite), *command_agent(SOLVE), "--sandbox", "none", "--json")
    assert done.document["tasks"][0]["usage"] is None
    assert done.document["tasks"][0]["cost_usd"] is None
    assert done.document["run"]["totals"]["cost_usd"] is None


def test_failed_exercises_are_no_error_and_both_commands_print_the_same_document(
    program: Program, suite: Path, exercise: Path
) -> None:
    add_exercise(suite, "another")
    run = program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none", "--concurrency", "2", "--json")
    assert run.code == 0, run.err
    assert [task["verdict"] for task in run.document["tasks"]] == ["failed", "failed"]
    assert run.document["run"]["pass_rate"]["rate"] == 0
    shown = program("show", "1", "--json")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == run.out


def test_people_see_verdicts_as_they_come_and_a_summary(program: Program, suite: Path, exercise: Path) -> None:
    run = program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none")
    assert run.code == 0, run.err
    assert "failed" in run.out
    assert "shell/easy" in run.out
    assert "\x1b" not in run.out, "colours and cursor movements do not belong into a pipe"
    shown = program("show", "1")
    assert "shell/easy" in shown.out
    listed = program("list")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["run", "1"]
    assert listed.err == ""


def test_iterations_are_isolated(program: Program, suite: Path, exercise: Path, sandbox: str) -> None:
    """Spec 24.15, check 7."""
    agent = command_agent(
        'ls -A . "$TMPDIR" "$HOME" | grep .sh; touch visited.sh "$TMPDIR/visited.sh" "$HOME/visited.sh"'
    )
    options = ("--iterations", "5", "--concurrency", "3", "--sandbox", sandbox)
    done = program("run", "--suite", str(suite), *agent, *options, "--json")
    assert done.code == 0, done.err
    assert [task["iteration"] for task in done.document["tasks"]] == [1, 2, 3, 4, 5]
    logs = [program.artifacts(f"shell-easy-{number}", "agent.log").read_text("utf-8") for number in range(1, 6)]
    assert logs == ["answer.sh\nanswer_test.sh\n"] * 5
    assert program.scratch() == []


def test_what_attempts_leave_is_complete_and_bounded(program: Program, suite: Path, sandbox: str) -> None:
    flood = "head -c 6000000 /dev/zero | tr '\\0' x"
    add_exercise(suite, "easy", test=f"{flood}; echo; echo the end of the tests; exit 1\n")
    script = f"echo the beginning; {flood}; head -c 6000000 /dev/zero > big.txt; {SOLVE}; echo the end"
    agent = command_agent(script, usage_file="used.json")
    done = program("run", "--suite", str(suite), *agent, "--sandbox", sandbox, "--json")
    assert done.code == 0, done.err
    left = {path.name: path for path in program.artifacts("shell-easy-1", "agent.log").parent.iterdir()}
    assert {"agent.log", "transcript.jsonl", "diff.patch", "tests.log"} <= left.keys()
    assert all(path.stat().st_size < 5_000_000 for path in left.values())
    log = left["agent.log"].read_text("utf-8")
    assert log.startswith("the beginning\n")
    assert log.endswith("the end\n")
    assert left["tests.log"].read_text("utf-8").endswith("the end of the tests\n")
    assert "+echo 42" in left["diff.patch"].read_text("utf-8")
    events = [json.loads(line)["eventName"] for line in left["transcript.jsonl"].read_text("utf-8").splitlines()]
    assert events[0] == "taskStarted"


def test_logs_shows_what_agent_and_tests_printed_and_obeys_none_of_it(
    program: Program, suite: Path, exercise: Path
) -> None:
    agent = command_agent(f"printf 'hello \\033[2J there\\n'; {SOLVE}")
    assert program("run", "--suite", str(suite), *agent, "--sandbox", "none").code == 0
    for name in ("easy", "shell/easy", "shell/easy#1"):
        logs = program("logs", "1", name)
        assert logs.code == 0, logs.err
        assert "hello" in logs.out
        assert "the tests run" in logs.out
        assert "\x1b" not in logs.out
    assert "agent.log" in program("logs", "1").out


def test_logs_follows_a_task_until_it_has_its_verdict(program: Program, suite: Path, exercise: Path) -> None:
    gate = program.home / "gate"
    agent = command_agent(f"echo begun; until [ -e {gate} ]; do sleep 0.05; done; {SOLVE}; echo done")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", "none")
    until(lambda: program.rows("SELECT 1 FROM tasks WHERE state = 'running'"), "the agent works")
    following = program.start("logs", "1", "easy", "-f")
    until(lambda: "begun" in following.out.read_text("utf-8"), "the log is followed")
    assert following.process.poll() is None
    gate.touch()
    assert run.wait().code == 0
    logs = following.wait()
    assert logs.code == 0, logs.err
    assert "done" in logs.out
    assert "the tests run" in logs.out


@pytest.mark.parametrize("place", ["option", "variable"])
def test_all_data_is_under_one_folder(
    program: Program, suite: Path, exercise: Path, tmp_path: Path, place: str
) -> None:
    elsewhere = tmp_path / "else where"
    variable = {"RC_EVALS_HOME": str(elsewhere) if place == "variable" else str(tmp_path / "not this one")}
    option = ("--home", str(elsewhere)) if place == "option" else ()
    before = {*tmp_path.iterdir()}
    done = program(*option, "db", "upgrade", env=variable)
    assert done.code == 0, done.err
    assert {*tmp_path.iterdir()} - before == {elsewhere}
    assert (elsewhere / "evals.db").is_file()
    assert elsewhere.stat().st_mode & 0o077 == 0, "what agents and models said is nobody else's business"
    again = program(*option, "db", "upgrade", env=variable)
    assert (again.code, "already" in again.out) == (0, True)


@pytest.mark.needs("bubblewrap")
def test_doctor_tells_in_a_document_what_this_machine_can_do(program: Program) -> None:
    done = program("doctor", "--json")
    assert done.code == 0, done.out + done.err
    assert done.document["ready"] is True
    table = program("doctor")
    assert table.code == 0
    assert "bubblewrap" in table.out
