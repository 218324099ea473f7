"""The agent `roo` against real hosts: programs in the sandbox, real sockets, the command line as a person types it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from .exercises import SOLVE, add_exercise, add_language, leaving_agents
from .hosts import roo_agent, serve, write_script
from .program import Program, until
from .test_secrets import KEY, holders

BUNDLED = Path(__file__).parents[2] / "packages/rc-evals/src/rc_evals/suites/bundled"

INFINITE = (
    '{"type":"message","data":{"type":"TaskEvent","origin":"server","data":{"eventName":"taskTokenUsageUpdated",'
    '"payload":["t-1",{"totalTokensIn":1e400,"totalTokensOut":0,"totalCost":0,"contextTokens":0},{}]}}}\f'
)
"""A frame with a number that only looks like JSON's."""

HALF = (
    '{"type":"message","data":{"type":"TaskEvent","origin":"server","data":{"eventName":"message",'
    '"payload":[{"taskId":"t-1","action":"created","message":'
    '{"ts":9999999999999,"type":"ask","ask":"api_req_failed","text":"half a letter: \\ud83d"}}]}}}\f'
)
"""A frame with a text that JSON can say, and UTF-8 cannot."""

SEEN = {"tokens_in": 1000, "tokens_out": 120, "tokens_context": 1120, "cache_writes": 0, "cache_reads": 256}
"""What the ready-made scripts say was used."""


def only_task(program: Program, suite: Path, agent: tuple[str, ...], *options: str) -> Any:
    """Run the agent on the suite and return its only task."""
    done = program("run", "--suite", str(suite), *agent, "--json", *options)
    assert done.code == 0, done.out + done.err
    assert program.processes() == []
    (task,) = done.document["tasks"]
    return task


def heard_by_host(program: Program, task: str = "shell-easy-1") -> list[str]:
    """Return the commands that the host has printed."""
    log = program.artifacts(task, "agent.log").read_text("utf-8")
    return [line.split()[1] for line in log.splitlines() if line.startswith("command ")]


def test_a_host_is_evaluated_in_the_sandbox_and_without(
    program: Program, suite: Path, exercise: Path, sandbox: str
) -> None:
    """Spec 7, 9.4, 9.5: also where the data folder's path is longer than a socket's may be."""
    task = only_task(program, suite, roo_agent(serve("since-3.51")), "--sandbox", sandbox)
    assert (task["verdict"], task["end_reason"], task["error"]) == ("passed", "completed", None)
    assert (task["usage"], task["cost_usd"]) == (SEEN, 0.0125)
    assert heard_by_host(program) == ["StartNewTask", "CloseTask"]
    assert "Make answer.sh print 42." in program.artifacts("shell-easy-1", "agent.log").read_text("utf-8")
    events = program.artifacts("shell-easy-1", "transcript.jsonl").read_text("utf-8").splitlines()
    assert {"taskStarted", "message", "taskTokenUsageUpdated"} <= {json.loads(event)["eventName"] for event in events}


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("script", ["until-3.50", "subtasks", "legacy", "future", "hostile", "pieces", "late-ack"])
def test_hosts_of_every_kind_are_followed_to_the_result(
    program: Program, suite: Path, exercise: Path, script: str
) -> None:
    """Spec 9.8, Q3, Q4: both generations, sub-tasks, and what a newer or mad host says beside."""
    task = only_task(program, suite, roo_agent(serve(script)))
    assert (task["verdict"], task["end_reason"], task["error"]) == ("passed", "completed", None)
    assert task["usage"]["tokens_in"] > 0


@pytest.mark.needs("bubblewrap")
def test_a_command_line_host_begins_by_itself_and_is_only_followed(
    program: Program, suite: Path, exercise: Path
) -> None:
    """Spec 8."""
    task = only_task(program, suite, roo_agent(serve("command-line", first=f"cat {{prompt_file}}; {SOLVE}")))
    assert (task["verdict"], task["end_reason"], task["usage"]) == ("passed", "completed", SEEN)
    assert heard_by_host(program) == ["CloseTask"]


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(
    ("shell", "verdict", "reason", "said"),
    [
        (serve("since-3.51", first="true"), "failed", "completed", ""),
        (serve("sudden-death", first="true"), "agent_error", "agent_error", "exited with 0 before the task was done"),
        (serve("kilo", first="true"), "agent_error", "agent_error", "needs credits at the model gateway"),
        ("echo no display >&2; exit 3", "agent_error", "agent_error", "exited with 3 before the task was done"),
        ("exec no-such-program", "agent_error", "agent_error", "exited with 127"),
        (f"{serve('sudden-death')}", "passed", "agent_error", "exited with 0"),
    ],
    ids=["nothing done", "sudden death", "no credits", "no start", "no program", "death after the work"],
)
def test_every_end_has_its_verdict_and_its_evidence(
    program: Program, suite: Path, exercise: Path, shell: str, verdict: str, reason: str, said: str
) -> None:
    """Spec 24.9: typed outcomes, each with its evidence; the tests have the last word."""
    task = only_task(program, suite, roo_agent(shell))
    assert (task["verdict"], task["end_reason"]) == (verdict, reason), task["error"]
    assert said in (task["error"] or "")


@pytest.mark.needs("bubblewrap")
def test_a_task_that_never_ends_is_cancelled_when_its_time_is_up(program: Program, suite: Path) -> None:
    """Spec 7.5: CancelTask, SIGTERM, SIGKILL; what was used until then counts."""
    add_language(program.home, "hasty", test_seconds=leaving_agents(6))
    add_exercise(suite, "easy", language="hasty")
    stubborn = serve("working", first="trap '' TERM").replace("exec ", "")
    task = only_task(program, suite, roo_agent(stubborn))
    assert (task["verdict"], task["end_reason"]) == ("timeout", "timeout")
    assert task["error"] == "the agent was not done after 6 s"
    assert heard_by_host(program, "hasty-easy-1") == ["StartNewTask", "CancelTask"]
    assert task["usage"] == SEEN, "the last usage comes with the abort"


@pytest.mark.needs("bubblewrap")
def test_usage_is_known_while_the_host_still_works(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Spec 9.4: each update counts as it comes."""
    script = write_script(
        tmp_path / "scripts",
        """
        title = "a host that tells its usage and then waits"
        extends = "since-3.51"

        [parts]
        work = [{ do = "usage" }, { await = "SendMessage" }]
        """,
    )
    run = program.start("run", "--suite", str(suite), *roo_agent(serve(str(script)), mounts=(script.parent,)))
    transcript = program.artifacts("shell-easy-1", "transcript.jsonl")
    until(lambda: transcript.exists() and "taskTokenUsageUpdated" in transcript.read_text("utf-8"), "usage is known")
    assert run.process.poll() is None
    assert program("cancel", "1").code == 0
    assert run.wait().code == 130
    task = program.document()["tasks"][0]
    assert (task["verdict"], task["usage"]) == ("cancelled", SEEN)
    assert program.processes() == []
    assert program.scratch() == []


def test_a_killed_run_goes_on_with_a_new_host_and_the_same_keys(
    program: Program, suite: Path, exercise: Path, tmp_path: Path, sandbox: str
) -> None:
    """Spec 24.5: the host of the dead controller is ended, and keys are read again since nobody kept them."""
    gate = tmp_path / "gate" / "open"
    gate.parent.mkdir()
    program.env = {**program.env, "OPENROUTER_API_KEY": KEY}
    choice = f"script=working; if [ -e {gate} ]; then script=since-3.51; fi"
    shell = serve("$script", first=f'{choice}; if [ -n "$OPENROUTER_API_KEY" ]; then env; {SOLVE}; fi')
    agent = roo_agent(shell, mounts=(gate.parent,), environment="OPENROUTER_API_KEY")
    run = program.start("run", "--suite", str(suite), *agent, "--sandbox", sandbox)
    transcript = program.artifacts("shell-easy-1", "transcript.jsonl")
    until(transcript.exists, "the host works")
    run.kill()
    gate.touch()
    done = program("resume", "1", "--json")
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["verdict"], task["end_reason"], task["attempts"]) == ("passed", "completed", 2)
    assert program.processes() == []
    assert "OPENROUTER_API_KEY=[secret]" in transcript.with_name("agent.log").read_text("utf-8")
    assert holders(program.home) == []


@pytest.mark.needs("bubblewrap")
def test_several_hosts_at_once_do_not_meet(program: Program, suite: Path, exercise: Path) -> None:
    """IPC spec Q10: one path per host."""
    options = ("--iterations", "3", "--concurrency", "3", "--json")
    done = program("run", "--suite", str(suite), *roo_agent(serve("since-3.51")), *options)
    assert done.code == 0, done.err
    assert [(task["verdict"], task["usage"]) for task in done.document["tasks"]] == [("passed", SEEN)] * 3


@pytest.mark.needs("bubblewrap")
def test_a_host_may_claim_anything_and_harms_nothing(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Law 7: what comes from outside is bounded."""
    tools = ", ".join(f"tool{number} = {{ attempts = 1, failures = 0 }}" for number in range(1000))
    script = write_script(
        tmp_path / "scripts",
        f"""
        title = "a boaster"
        extends = "since-3.51"
        task_ids = ["t-1"]

        [parts]
        usage = [
          {{ event = "taskTokenUsageUpdated", payload = [
            "$task",
            {{ totalTokensIn = 9e300, totalTokensOut = -5, totalCost = 1e300, contextTokens = 1 }},
            {{ {tools}, {"x" * 5000} = {{ attempts = 1e300, failures = 1 }} }},
          ] }},
          {{ bytes = {json.dumps(INFINITE)} }},
          {{ message = {{ say = "text", text = "{"y" * 6_000_000}" }} }},
        ]
        """,
    )
    task = only_task(program, suite, roo_agent(serve(str(script)), mounts=(script.parent,)))
    assert (task["verdict"], task["end_reason"]) == ("passed", "completed")
    assert (task["usage"]["tokens_in"], task["usage"]["tokens_out"]) == (2**40, 0)
    tools_seen = program.document()["run"]["totals"]["tools"]
    assert len(tools_seen) == 101
    assert max(map(len, tools_seen)) < 200
    assert program.artifacts("shell-easy-1", "transcript.jsonl").stat().st_size < 5_000_000


@pytest.mark.needs("bubblewrap")
def test_what_no_file_can_hold_is_evidence_all_the_same(
    program: Program, suite: Path, exercise: Path, tmp_path: Path
) -> None:
    """Law 7: what a host says of its end decides nothing about the platform."""
    script = write_script(
        tmp_path / "scripts",
        f"""
        title = "a stammerer"
        extends = "since-3.51"
        task_ids = ["t-1"]

        [parts]
        present = [{{ bytes = {json.dumps(HALF)} }}]
        """,
    )
    task = only_task(program, suite, roo_agent(serve(str(script)), mounts=(script.parent,)))
    assert (task["verdict"], task["end_reason"]) == ("passed", "agent_error")
    assert "half a letter: ?" in task["error"]


def test_no_key_is_kept_of_what_a_host_was_entrusted_with(
    program: Program, suite: Path, tmp_path: Path, sandbox: str
) -> None:
    """Law 8: not even if the host says it aloud, writes it down, or ends with it."""
    add_exercise(suite, "easy", test="sh ./answer.sh\n")
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"apiProvider": "anthropic", "apiKey": KEY, "apiModelId": "m"}), encoding="utf-8")
    script = write_script(
        tmp_path / "scripts",
        f"""
        title = "a blabbermouth"
        extends = "since-3.51"

        [parts]
        usage = [
          {{ event = "taskTokenUsageUpdated", payload = [
            "$task",
            {{ totalTokensIn = 1, totalTokensOut = 1, totalCost = 0, contextTokens = 1 }},
            {{ {KEY} = {{ attempts = 1, failures = 0 }} }},
          ] }},
        ]
        present = [
          {{ do = "usage" }},
          {{ message = {{ say = "text", text = "I know {KEY}." }} }},
          {{ message = {{ ask = "api_req_failed", text = "401 for {KEY}" }} }},
        ]
        """,
    )
    program.env = {**program.env, "OPENROUTER_API_KEY": KEY, "GITHUB_TOKEN": "sk-never-handed-on"}
    shell = serve(str(script), first='env; echo "echo $OPENROUTER_API_KEY; exit 1" >> answer.sh')
    entrusted = {"environment": "OPENROUTER_API_KEY", "keys": str(keys)}
    agent = roo_agent(shell, mounts=(script.parent,), **entrusted)
    task = only_task(program, suite, agent, "--sandbox", sandbox)
    assert (task["verdict"], task["end_reason"]) == ("agent_error", "agent_error")
    assert "401 for [secret]" in task["error"]
    kept = {
        path.name: path.read_text("utf-8") for path in program.artifacts("shell-easy-1", "agent.log").parent.iterdir()
    }
    assert list(program.document()["run"]["totals"]["tools"]) == ["[secret]"]
    said_it = {name for name, text in kept.items() if "[secret]" in text}
    assert said_it == {"agent.log", "transcript.jsonl", "diff.patch", "tests.log"}
    assert "sk-never-handed-on" not in "".join(kept.values())
    assert holders(program.home) == []


@pytest.mark.needs("bubblewrap")
def test_a_bundled_exercise_is_solved_over_the_socket(program: Program, tmp_path: Path) -> None:
    """Issue 4, last deliverable: the whole way, on the suite that everybody has."""
    solution = tmp_path / "solution"
    shutil.copytree(BUNDLED / "reference" / "python" / "byte-size", solution)
    chosen = ("--suite", "bundled", "--exercise", "python/byte-size")
    for first, verdict in {f"cp -r {solution}/. .": "passed", "true": "failed"}.items():
        shell = serve("since-3.51", first=first)
        done = program("run", *chosen, *roo_agent(shell, mounts=(solution,)), "--json")
        assert done.code == 0, done.err
        assert [task["verdict"] for task in done.document["tasks"]] == [verdict]


def test_agents_are_listed_with_what_they_take(program: Program) -> None:
    listed = program("agents")
    assert listed.code == 0
    assert {"command", "nop", "oracle", "roo", "roo-cli"} <= {line.split()[0] for line in listed.out.splitlines()}
    document = program("agents", "--json").document["agents"]
    assert set(document["roo"]["arguments"]) == {"command", "environment", "keys", "mounts"}
