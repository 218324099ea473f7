"""The agent `roo-cli` and a `roo` program in the sandbox, with the command line as a person types it."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from .exercises import SOLVE, add_exercise, add_language, leaving_agents
from .hosts import roo_cli_agent
from .program import Program, until
from .test_secrets import KEY, holders

REQUEST = {"tokensIn": 500, "tokensOut": 60, "cacheReads": 128, "cost": 0.0125}
USED = {"usage": [REQUEST, REQUEST]}
SEEN = {"tokens_in": 1000, "tokens_out": 120, "tokens_context": 560, "cache_writes": 0, "cache_reads": 256}
"""What two such requests are."""

WORK = ({"thinking": "A stub.", "pieces": 3}, {"tool": "readFile", "input": {"path": "answer.sh"}}, {"shell": SOLVE})
DONE = {"complete": "It prints 42."}


def only_task(program: Program, suite: Path, agent: tuple[str, ...], *options: str) -> Any:
    """Run the agent on the suite and return its only task."""
    done = program("run", "--suite", str(suite), *agent, "--json", *options)
    assert done.code == 0, done.out + done.err
    assert program.processes() == []
    (task,) = done.document["tasks"]
    return task


def test_a_program_is_evaluated_in_the_sandbox_and_without(
    program: Program, suite: Path, exercise: Path, sandbox: str, tmp_path: Path
) -> None:
    """Spec 22, 9.4, 9.5; 24.7: parent and child add up."""
    child = ({"tool": "newTask"}, {"tool": "readFile", "task": "child"}, {"usage": [REQUEST], "task": "child"})
    failing = {"command": "go vet", "error": "timed out"}
    agent = roo_cli_agent(tmp_path / "roo", {"raw": "Debugger attached.\n"}, *WORK, *child, failing, USED, DONE)
    task = only_task(program, suite, agent, "--sandbox", sandbox)
    assert (task["verdict"], task["end_reason"], task["error"]) == ("passed", "completed", None)
    assert task["usage"] == {**SEEN, "tokens_in": 1500, "tokens_out": 180, "cache_reads": 384}
    assert task["cost_usd"] == 0.0375
    tools = program.document()["run"]["totals"]["tools"]
    assert {name: (count["attempts"], count["failures"]) for name, count in tools.items()} == {
        "read_file": (2, 0),
        "new_task": (1, 0),
        "execute_command": (1, 1),
    }
    assert "Debugger attached." in program.artifacts("shell-easy-1", "agent.log").read_text("utf-8")
    events = program.artifacts("shell-easy-1", "transcript.jsonl").read_text("utf-8").splitlines()
    names = [json.loads(event)["eventName"] for event in events]
    assert names[0] == "taskStarted"
    assert names[-1] == "taskCompleted"
    assert {"message", "taskTokenUsageUpdated", "taskToolFailed"} <= set(names)


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    ("steps", "verdict", "reason", "said"),
    [
        ((USED, DONE), "failed", "completed", ""),
        ((*WORK, DONE), "passed", "completed", "what it used is unknown"),
        ((*WORK, USED, {"kill": True}), "passed", "agent_error", "exited with 137 before the task was done"),
        (({"kill": True},), "agent_error", "agent_error", "exited with 137 before the task was done"),
        (({"exit": 0},), "agent_error", "agent_error", "exited with 0 before the task was done"),
        (({"end": "task_failed"},), "agent_error", "agent_error", "the task ended with task_failed"),
        (({"ask": "api_req_failed", "question": "402"},), "agent_error", "agent_error", "the model failed: 402"),
        (({"ask": "mistake_limit_reached", "question": "?"},), "agent_error", "needs_input", "mistake_limit_reached"),
        (({"ask": "auto_approval_max_req_reached", "question": "?"},), "limit", "limit", "used up"),
    ],
)
def test_every_end_has_its_verdict_and_its_evidence(
    program: Program,
    suite: Path,
    exercise: Path,
    tmp_path: Path,
    steps: tuple[dict[str, Any], ...],
    verdict: str,
    reason: str,
    said: str,
) -> None:
    """Spec 22.5, 22.6, 24.9: typed outcomes, each with its evidence; the tests have the last word."""
    task = only_task(program, suite, roo_cli_agent(tmp_path / "roo", *steps))
    assert (task["verdict"], task["end_reason"]) == (verdict, reason), task["error"]
    assert said in (task["error"] or "")
    assert (task["cost_usd"] is None) == (USED not in steps), "unknown is not 0"


@pytest.mark.needs("bubblewrap")
def test_a_task_that_never_ends_is_cancelled_when_its_time_is_up(program: Program, suite: Path, tmp_path: Path) -> None:
    """Spec 22.6, 24.13: `cancel`, `shutdown`, SIGTERM, SIGKILL; what was used until then counts."""
    add_language(program.home, "hasty", test_seconds=leaving_agents(6))
    add_exercise(suite, "easy", language="hasty")
    for steps in (({"wait": True},), ({"deaf": True},)):
        agent = roo_cli_agent(tmp_path / "roo", USED, *steps)
        task = only_task(program, suite, agent)
        assert (task["verdict"], task["end_reason"]) == ("timeout", "timeout")
        assert task["error"] == "the agent was not done after 6 s"
        assert task["usage"] == SEEN


@pytest.mark.needs("bubblewrap")
def test_usage_is_known_while_the_program_works_and_ctrl_c_ends_it(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Spec 9.4, 24.13: metrics and logs so far are kept, and nothing is left of the program."""
    agent = roo_cli_agent(tmp_path / "roo", USED, {"text": "working"}, {"wait": True})
    run = program.start("run", "--suite", str(suite), *agent)
    transcript = program.artifacts("shell-easy-1", "transcript.jsonl")
    until(lambda: transcript.exists() and "taskTokenUsageUpdated" in transcript.read_text("utf-8"), "usage is known")
    assert run.process.poll() is None
    run.signal(signal.SIGINT)
    until(lambda: "Ctrl-C again" in run.err.read_text("utf-8"), "it was heard")
    run.signal(signal.SIGINT)
    assert run.wait().code == 130
    assert program.processes() == []
    assert program.scratch() == []
    assert "taskAborted" in transcript.read_text("utf-8")


def test_a_program_whose_controller_was_killed_is_gone_on_with(
    program: Program, suite: Path, exercise: Path, tmp_path: Path, sandbox: str
) -> None:
    """What the numbers force, 4: not paid for twice; keys are read again since nobody kept them."""
    program.env = {**program.env, "OPENROUTER_API_KEY": KEY}
    folder = tmp_path / "roo"
    waiting = {"shell": f"until [ -e {folder}/gate ]; do sleep 0.05; done; env"}
    entrusted = {"environment": "OPENROUTER_API_KEY"}
    agent = roo_cli_agent(folder, {"text": "working"}, waiting, *WORK, USED, DONE, needs_key=True, arguments=entrusted)
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", sandbox)
    transcript = program.artifacts("shell-easy-1", "transcript.jsonl")
    until(lambda: transcript.exists() and "working" in transcript.read_text("utf-8"), "the program works")
    until(lambda: program.rows("SELECT 1 FROM attempts WHERE pid IS NOT NULL"), "its process is known")
    run.kill()
    resumed = program.start("resume", "1", "--json")
    until(lambda: "1 go on" in resumed.err.read_text("utf-8"), "it says so")
    (folder / "gate").touch()
    done = resumed.wait()
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["end_reason"], task["attempts"]) == ("passed", "completed", 1)
    assert task["usage"] == SEEN
    assert program.processes() == []
    assert transcript.read_text("utf-8").count("taskStarted") == 1
    assert "OPENROUTER_API_KEY=[secret]" in transcript.with_name("agent.log").read_text("utf-8")
    assert holders(program.home) == []


def test_no_key_is_kept_of_what_a_program_was_entrusted_with(
    program: Program, suite: Path, tmp_path: Path, sandbox: str
) -> None:
    """Law 8: not even if the program says it in any way that it has, writes it down, or ends with it."""
    add_exercise(suite, "easy", test="sh ./answer.sh\n")
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"apiProvider": "anthropic", "apiKey": KEY}), encoding="utf-8")
    program.env = {**program.env, "OPENROUTER_API_KEY": KEY, "GITHUB_TOKEN": "sk-never-handed-on"}
    agent = roo_cli_agent(
        tmp_path / "roo",
        {"raw": f"{KEY} in noise\n"},
        {"raw": f'{{"oops": "{KEY}\n'},
        {"stderr": f"{KEY} in complaints\n"},
        {"text": f"I know {KEY}."},
        {"tool": KEY, "input": {"key": KEY}},
        {"command": "env", "output": KEY, "error": KEY, "pieces": 3},
        {"shell": 'ps -ef 2>/dev/null; echo "echo $OPENROUTER_API_KEY; exit 1" >> answer.sh'},
        {"usage": [REQUEST], "task": KEY},
        {"event": {"type": "error", "content": f"no such model for {KEY}"}},
        {"ask": "api_req_failed", "question": f"401 for {KEY}"},
        arguments={"environment": "OPENROUTER_API_KEY", "keys": str(keys)},
    )
    task = only_task(program, suite, agent, "--sandbox", sandbox)
    assert (task["verdict"], task["end_reason"]) == ("agent_error", "agent_error")
    assert "401 for [secret]" in task["error"]
    kept = program.artifacts("shell-easy-1", "agent.log").parent
    said_it = {path.name for path in kept.iterdir() if "[secret]" in path.read_text("utf-8")}
    assert said_it == {"agent.log", "transcript.jsonl", "diff.patch", "tests.log"}
    assert not any("sk-never-handed-on" in path.read_text("utf-8") for path in kept.iterdir())
    assert holders(program.home) == []


@pytest.mark.needs("bubblewrap")
def test_several_programs_at_once_do_not_meet(program: Program, suite: Path, exercise: Path, tmp_path: Path) -> None:
    """Spec 22.6: one process per attempt, each with a home of its own."""
    options = ("--iterations", "3", "--concurrency", "3", "--json")
    done = program("run", "--suite", str(suite), *roo_cli_agent(tmp_path / "roo", *WORK, USED, DONE), *options)
    assert done.code == 0, done.err
    assert [(task["verdict"], task["usage"]) for task in done.document["tasks"]] == [("passed", SEEN)] * 3


@pytest.mark.needs("bubblewrap")
def test_a_program_may_claim_anything_and_harms_nothing(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Law 7: what comes from outside is bounded."""
    flood = "\n".join(json.dumps({"type": "tool_use", "tool_use": {"name": f"t{n}"}, "done": True}) for n in range(999))
    agent = roo_cli_agent(
        tmp_path / "roo",
        {"shell": SOLVE},
        {"raw": f"{flood}\n"},
        {"raw": "{" * 9_000_000 + "\n"},
        {"raw": '{"type":"assistant","id":1,"done":true,"content":"half a letter: \\ud83d"}\n'},
        {"raw": '{"type":"assistant","id":1e400}\n'},
        {"text": "y" * 6_000_000},
        {"usage": [{"tokensIn": 9e300, "tokensOut": -5, "cost": 1e300}]},
        {"shell": "ln -sfn /etc $HOME/.vscode-mock/global-storage/tasks/more"},
        DONE,
    )
    task = only_task(program, suite, agent)
    assert (task["verdict"], task["end_reason"], task["error"]) == ("passed", "completed", None)
    assert (task["usage"]["tokens_in"], task["usage"]["tokens_out"]) == (2**40, 0)
    assert list(program.document()["run"]["totals"]["tools"]) == ["custom_tool"]
    kept = program.artifacts("shell-easy-1", "transcript.jsonl").parent
    assert max(path.stat().st_size for path in kept.iterdir()) < 5_000_000
