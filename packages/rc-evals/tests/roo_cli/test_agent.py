"""The agent `roo-cli` and a program that follows a script, joined by real files, without a sandbox."""

import asyncio
import errno
import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from rc_evals import EndReason, SandboxStartError
from rc_evals.agents.command_line import CommandLine
from rc_evals.agents.roo_cli import RooCliAgent, make_roo_cli
from rc_evals.testing import RecordingStage, write_scripted_roo
from rc_types.events import (
    Message,
    TaskAborted,
    TaskCompleted,
    TaskEvent,
    TaskIdle,
    TaskStarted,
    TaskTokenUsageUpdated,
    TaskToolFailed,
)

MakeAgent = Callable[..., RooCliAgent]

USED = {"tokensIn": 100, "tokensOut": 20, "cacheReads": 40, "cost": 0.25}
DONE = {"complete": "All tests pass."}
GREET = "import json, sys; print(json.dumps({'type': 'system', 'subtype': 'init'}), flush=True)"
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to wait long for what does not come."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.CANCEL_SECONDS", 0.5)
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.CLOSE_SECONDS", PATIENCE)
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.CLOSE_SECONDS", PATIENCE)
    monkeypatch.setattr("rc_evals.agents.roo_cli.course.RESULT_SECONDS", 0.2)
    monkeypatch.setattr("rc_evals.agents.roo_cli.course.ANSWER_SECONDS", 0.2)
    monkeypatch.setattr("rc_evals.agents.roo_cli.hearing.USAGE_SECONDS", 0.05)


NODE = """
const print = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
const lines = require("readline").createInterface({ input: process.stdin, crlfDelay: Infinity, terminal: false });
print({ type: "system", subtype: "init", schemaVersion: 1, protocol: "roo-cli-stream" });
lines.on("line", (line) => {
  const { command, requestId, prompt } = JSON.parse(line);
  if (command === "shutdown") process.exit(0);
  print({ type: "user", id: 1, content: prompt, done: true });
  print({ type: "result", id: 2, content: "y".repeat(300000), success: true, done: true });
  print({ type: "control", subtype: "done", command, requestId, code: "task_completed", success: true, done: true });
});
"""


class BrokenStage(RecordingStage):
    """A stage whose sandbox does not work."""

    async def execute(
        self,
        argv: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        mounts: tuple[Path, ...] = (),
        overtime: float = 0.0,
    ) -> NoReturn:
        raise SandboxStartError("no namespaces")


class FullStage(RecordingStage):
    """A stage on a full disk."""

    def emit(self, event: TaskEvent) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """For programs that do not end when they are asked to."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.CLOSE_SECONDS", 0.2)


def told(stage: RecordingStage, kind: type[TaskEvent]) -> list[Any]:
    """Return what was told of one kind."""
    return [event for event in stage.events if isinstance(event, kind)]


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - it is about what was told by then, however it was
            await asyncio.sleep(0.01)


async def test_a_task_is_solved_and_told_from_its_start_to_what_it_used(
    stage: RecordingStage, agent: MakeAgent
) -> None:
    """Spec 22, example session; 9.4, 9.5."""
    end = await agent(
        {"thinking": "A stub.", "pieces": 3},
        {"tool": "readFile", "input": {"path": "a.py"}, "pieces": 2},
        {"shell": "echo solved > a.py"},
        {"command": "pytest", "output": "1 passed\n", "exitCode": 0, "pieces": 2},
        {"usage": [USED, USED]},
        DONE,
    ).solve(stage)
    assert (end.reason, end.error, end.exit_code) == (EndReason.COMPLETED, "", 0)
    assert end.worked_ms is not None
    assert (stage.workspace / "a.py").read_text() == "solved\n"
    assert isinstance(stage.events[0], TaskStarted)
    chat = [event.message.ask or event.message.say for event in told(stage, Message)]
    assert chat == ["text", "reasoning", "tool", "command", "command_output", "completion_result"]
    completed = stage.events[-1]
    assert isinstance(completed, TaskCompleted)
    assert (completed.task_id, completed.token_usage.total_tokens_in) == (stage.task_id, 200)
    assert completed.token_usage.total_cost == 0.5, "not the 0.001 of the latest request (quirk Q40)"
    assert sorted(completed.tool_usage) == ["execute_command", "read_file"]


async def test_the_program_is_told_everything_and_nothing_on_its_command_line(
    stage: RecordingStage, tmp_path: Path
) -> None:
    """Spec 22.1, 22.2, 22.6: the settings with the keys go through the pipe, and nobody shall be asked."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"apiProvider": "anthropic", "apiKey": "sk-marmalade-9f8e7d"}), encoding="utf-8")
    reporting = f"{GREET}; open('seen', 'w').write(json.dumps([sys.argv[1:], sys.stdin.readline()]))"
    settings = {"apiProvider": "anthropic", "apiModelId": "some-model", "disabledTools": ["execute_command"]}
    arguments = {"command": shlex.join((sys.executable, "-c", reporting)), "keys": str(keys)}
    await make_roo_cli(arguments, settings, {}).solve(stage)
    argv, line = json.loads((stage.workspace / "seen").read_text())
    assert argv == [
        "--print", "--output-format", "stream-json", "--stdin-prompt-stream", "--workspace", str(stage.workspace),
        "--provider", "anthropic", "--model", "some-model", "--mode", "code",
    ]  # fmt: skip
    start = json.loads(line)
    assert (start["command"], start["prompt"], start["taskId"]) == ("start", "Solve it.", stage.task_id)
    assert start["configuration"]["apiKey"] == "sk-marmalade-9f8e7d"
    assert start["configuration"]["disabledTools"] == ["execute_command", "ask_followup_question"]
    assert start["configuration"]["alwaysAllowWrite"] is True


async def test_a_provider_that_the_program_does_not_know_is_only_among_the_settings(
    stage: RecordingStage, tmp_path: Path
) -> None:
    """Quirk Q17: other providers make it exit at once."""
    reporting = f"{GREET}; open('seen', 'w').write(json.dumps(sys.argv))"
    command = CommandLine(shlex.join((sys.executable, "-c", reporting)))
    agent = make_roo_cli({}, {"apiProvider": "ollama", "mode": "ask"}, {})
    await replace(agent, command=command).solve(stage)
    seen = (stage.workspace / "seen").read_text()
    assert "ollama" not in seen
    assert json.loads(seen)[-2:] == ["--mode", "ask"]


async def test_a_long_prompt_reaches_a_program_that_reads_slowly(stage: RecordingStage, agent: MakeAgent) -> None:
    """A pipe holds 64 KiB."""
    stage.exercise = replace(stage.exercise, prompt="x" * 300_000)
    assert (await agent(DONE).solve(stage)).reason is EndReason.COMPLETED
    assert told(stage, Message)[0].message.text == stage.exercise.prompt


async def test_usage_is_told_while_the_program_works_and_of_sub_tasks_under_their_own_names(
    stage: RecordingStage, agent: MakeAgent
) -> None:
    """Spec 9.4, 24.7: a maximum within one task, a sum over tasks."""
    solving = asyncio.create_task(
        agent(
            {"usage": [USED]},
            {"usage": [USED], "task": "child"},
            {"tool": "readFile", "task": "child"},
            {"complete": "The part is done.", "task": "child"},
            {"wait": True},
        ).solve(stage)
    )
    await until(lambda: {event.task_id for event in told(stage, TaskTokenUsageUpdated)} == {stage.task_id, "child"})
    assert not solving.done(), "the result of a sub-task is not the end"
    solving.cancel()
    await asyncio.wait({solving})


async def test_without_records_what_it_cost_is_unknown_and_the_tools_are_not(
    stage: RecordingStage, agent: MakeAgent
) -> None:
    """Spec 22.6, 24.12."""
    end = await agent({"tool": "readFile"}, DONE).solve(stage)
    assert end.reason is EndReason.COMPLETED
    assert "what it used is unknown" in end.error
    (updated,) = told(stage, TaskTokenUsageUpdated)
    assert (updated.token_usage.total_cost, list(updated.tool_usage)) == (0, ["read_file"])
    assert isinstance(stage.events[-1], TaskIdle)


async def test_a_tool_that_fails_is_told(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 9.5."""
    await agent({"command": "sleep 999", "error": "timed out"}, {"usage": [USED]}, DONE).solve(stage)
    (failed,) = told(stage, TaskToolFailed)
    assert (failed.tool, failed.error) == ("execute_command", "timed out")
    (completed,) = told(stage, TaskCompleted)
    count = completed.tool_usage["execute_command"]
    assert (count.attempts, count.failures) == (1, 1)


@pytest.mark.parametrize(
    ("ask", "reason", "evidence"),
    [
        ("api_req_failed", EndReason.AGENT_ERROR, "the request to the model failed: 402 no money"),
        ("mistake_limit_reached", EndReason.NEEDS_INPUT, "the host asks mistake_limit_reached"),
        ("auto_approval_max_req_reached", EndReason.LIMIT, "used up"),
        ("followup", EndReason.NEEDS_INPUT, "the host asks followup, and nobody answers: 402 no money"),
    ],
)
async def test_a_question_that_waits_for_ever_ends_the_attempt(
    stage: RecordingStage, agent: MakeAgent, ask: str, reason: EndReason, evidence: str
) -> None:
    """Spec 22.6, first and second trap."""
    end = await agent({"ask": ask, "question": "402 no money"}, DONE).solve(stage)
    assert end.reason is reason
    assert evidence in end.error
    assert isinstance(stage.events[-1], TaskAborted)


async def test_a_question_without_a_word_ends_with_the_time_limit(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 22.6: a question without text is not told at all. `cancel`, then `shutdown`."""
    stage.seconds = 5.0
    end = await agent({"wait": True}).solve(stage)
    assert (end.reason, end.error) == (EndReason.TIMEOUT, "the agent was not done after 5 s")
    assert end.exit_code == 0, "it has ended as it was asked to"
    events = map(json.loads, (stage.channel / "events.jsonl").read_text("utf-8").splitlines())
    heard = [event["command"] for event in events if event.get("subtype") == "ack"]
    assert heard == ["start", "cancel", "shutdown"]
    assert isinstance(stage.events[-1], TaskAborted)


@pytest.mark.usefixtures("deaf")
async def test_a_program_that_listens_to_nothing_is_killed(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """Spec 24.13: cancel, close, SIGTERM, SIGKILL."""
    stage.seconds = 5.0
    end = await agent({"usage": [USED]}, {"shell": f"echo $PPID > {tmp_path}/pid"}, {"deaf": True}).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.TIMEOUT, None)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert told(stage, TaskTokenUsageUpdated), "usage up to the end counts"


@pytest.mark.parametrize("code", ["task_failed", "task_aborted"])
async def test_a_task_that_fails_is_an_error_of_the_agent(stage: RecordingStage, agent: MakeAgent, code: str) -> None:
    """Spec 22.3, control codes."""
    end = await agent({"event": {"type": "error", "content": "no such model"}}, {"end": code}).solve(stage)
    assert end.reason is EndReason.AGENT_ERROR
    assert f"the task ended with {code}" in end.error
    assert "the program said: no such model" in end.error


@pytest.mark.parametrize("code", ["task_error", "client_error"])
async def test_a_request_that_is_refused_is_an_error_of_the_agent(
    stage: RecordingStage, agent: MakeAgent, code: str
) -> None:
    """Spec 22.3, control codes."""
    refusal = {"type": "control", "subtype": "error", "code": code, "command": "start", "content": "because"}
    end = await agent({"event": refusal}, {"wait": True}).solve(stage)
    assert (end.reason, end.error) == (EndReason.AGENT_ERROR, f"the program broke off the task ({code}): because")


@pytest.mark.parametrize(
    ("steps", "code"),
    [(({"exit": 0},), 0), (({"exit": 1},), 1), (({"text": "Let me see", "pieces": 2}, {"kill": True}), 137)],
)
async def test_an_end_of_the_program_is_no_end_of_the_task(
    stage: RecordingStage, agent: MakeAgent, steps: tuple[dict[str, Any], ...], code: int
) -> None:
    """Spec 22.5: also with exit code 0."""
    end = await agent(*steps).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, code)
    assert end.error == f"the host exited with {code} before the task was done"


async def test_a_program_that_leaves_before_it_has_read_its_task_is_not_waited_for(stage: RecordingStage) -> None:
    """A pipe holds 64 KiB: the rest of a long prompt is never taken."""
    stage.exercise = replace(stage.exercise, prompt="x" * 300_000)
    command = shlex.join((sys.executable, "-c", f"{GREET}; import time; time.sleep(0.2); sys.exit(3)"))
    end = await make_roo_cli({"command": command}, {}, {}).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, 3)


async def test_a_result_is_enough(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 24.4: `control done start` or `result`; also when the program is killed right behind it."""
    result = {"event": {"type": "result", "success": True, "done": True, "content": "Done."}}
    for last in ({"kill": True}, {"wait": True}):
        assert (await agent(result, last).solve(stage)).reason is EndReason.COMPLETED
        (stage.channel / "commands").unlink()
        (stage.channel / "events.jsonl").unlink()
        (stage.channel / "home").rmdir()


async def test_a_command_that_the_program_does_not_understand_ends_it(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 22.2: a bad line ends the process with an `error` event and exit code 1."""
    stage.exercise = replace(stage.exercise, prompt="")
    end = await agent(DONE).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, 1)
    assert "the program said: stdin command line 1: a required field is missing" in end.error


@pytest.mark.usefixtures("deaf")
async def test_a_program_that_never_greets_is_told_apart(
    stage: RecordingStage, agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 22.3: `init` is waited for before anything is sent."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.driving.GREETING_SECONDS", 0.3)
    end = await agent(before=[{"shell": "sleep 60"}]).solve(stage)
    assert end.reason is EndReason.AGENT_ERROR
    assert "--stdin-prompt-stream" in end.error


async def test_a_program_of_another_version_is_not_given_the_task(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 22: schema version 1."""
    end = await agent(DONE, init={"schemaVersion": 2}).solve(stage)
    assert (end.reason, end.error) == (
        EndReason.AGENT_ERROR,
        "the program speaks another version of its protocol than 1",
    )
    assert stage.events == []


async def test_a_program_without_a_key_says_so_in_the_log(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 22.1: none -> exit 1."""
    end = await agent(DONE, needs_key=True).solve(stage)
    assert end.error == "the host exited with 1 before the task was done"
    assert b"no API key" in stage.output


async def test_the_program_is_the_roo_on_the_path_unless_another_is_named(
    stage: RecordingStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 22: the product's name."""
    command = write_scripted_roo(tmp_path / "program", DONE)
    roo = tmp_path / "bin" / "roo"
    roo.parent.mkdir()
    roo.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    roo.chmod(0o755)
    monkeypatch.setenv("PATH", str(roo.parent), prepend=os.pathsep)
    agent = make_roo_cli({}, {}, {})
    assert agent.facts.details == {"command": "roo"}
    assert (await agent.solve(stage)).reason is EndReason.COMPLETED


async def test_a_program_that_is_not_there_is_an_error_of_the_agent(stage: RecordingStage) -> None:
    end = await make_roo_cli({"command": "no-such-program"}, {}, {}).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, 127)


async def test_noise_belongs_to_the_agent_log_and_harms_nothing(
    stage: RecordingStage, agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 22, 24.15: what is no event is kept within bounds; what looks like one is counted."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.hearing.MOST_STRAY", 1000)
    end = await agent(
        {"raw": "Debugger attached.\n{oops\n"},
        {"raw": '{"type":"assistant","content":"a slow '},
        {"stderr": "a warning without an end"},
        {"raw": 'line","done":true,"id":1}\n'},
        {"raw": "x" * 5000 + "\n" + "y\n"},
        {"end": "task_failed"},
    ).solve(stage)
    assert "1 of its events could not be read" in end.error
    assert b"Debugger attached.\n{oops\n" in stage.output
    assert b"a warning without an end" in stage.output
    assert b"xxx" not in stage.output, "a line is kept whole or not at all: half of it could end with half a key"
    assert b"\ny\n" in stage.output
    assert b"[... 1 lines that are no events found no room here ...]" in stage.output
    assert "a slow line" in [event.message.text for event in told(stage, Message)]


@pytest.mark.usefixtures("deaf")
async def test_a_program_that_never_stops_talking_goes_over_its_limit(
    stage: RecordingStage, agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 7: the output of a command is bounded, the stream of events too."""
    monkeypatch.setattr("rc_evals.agents.roo_cli.hearing.MOST_BYTES", 1024 * 1024)
    flood = 'while :; do echo \'{"type":"queue"}\'; done >> ../_channel/events.jsonl'
    end = await agent({"shell": flood}).solve(stage)
    assert (end.reason, end.error) == (EndReason.LIMIT, "the agent went over its limit of output")


async def test_a_program_may_do_what_it_likes_to_the_files_that_join_us(
    stage: RecordingStage, agent: MakeAgent
) -> None:
    """Security posture: we stay with what we have opened."""
    mischief = "cd ../_channel; rm -rf commands events.jsonl; ln -s /etc/passwd events.jsonl; ln -s / home/.vscode-mock"
    end = await agent({"shell": mischief}, {"text": "still here"}, DONE).solve(stage)
    assert end.reason is EndReason.COMPLETED
    assert "still here" in [event.message.text for event in told(stage, Message)]


async def test_who_is_cancelled_leaves_no_program_behind_and_keeps_what_was_used(
    stage: RecordingStage, agent: MakeAgent, tmp_path: Path
) -> None:
    """Spec 24.13: metrics and logs so far are kept."""
    steps = ({"usage": [USED]}, {"shell": f"echo $PPID > {tmp_path}/pid"}, {"text": "working"}, {"wait": True})
    solving = asyncio.create_task(agent(*steps).solve(stage))
    await until(lambda: len(told(stage, Message)) == 2)
    solving.cancel()
    await asyncio.wait({solving})
    assert solving.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert told(stage, TaskTokenUsageUpdated)


async def test_what_cannot_be_kept_is_the_platforms_fault(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 24.9: another attempt may do better; nobody waits for the time limit then."""
    full = FullStage(stage.exercise, stage.workspace)
    with pytest.raises(OSError, match="No space left"):
        await agent({"wait": True}).solve(full)


async def test_a_sandbox_that_cannot_be_made_is_the_platforms_fault(stage: RecordingStage, agent: MakeAgent) -> None:
    """Spec 24.9: the program never ran."""
    broken = BrokenStage(stage.exercise, stage.workspace)
    with pytest.raises(SandboxStartError, match="no namespaces"):
        await agent(DONE).solve(broken)


@pytest.mark.needs("node")
async def test_what_joins_us_works_for_programs_of_the_real_ones_kind(stage: RecordingStage, tmp_path: Path) -> None:
    """The real program is one of Node: its input may be a pipe that is open both ways, its output a file."""
    (tmp_path / "roo.js").write_text(NODE, encoding="utf-8")
    stage.exercise = replace(stage.exercise, prompt="x" * 300_000)
    command = shlex.join(("node", str(tmp_path / "roo.js")))
    end = await make_roo_cli({"command": command}, {}, {}).solve(stage)
    assert (end.reason, end.exit_code) == (EndReason.COMPLETED, 0), stage.output.decode()
    prompt, result = (event.message.text for event in told(stage, Message))
    assert (prompt, result) == (stage.exercise.prompt, "y" * 300_000)


async def test_keys_are_not_shown_with_the_agent(tmp_path: Path) -> None:
    """Law 8."""
    key = "sk-marmalade-9f8e7d"
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"apiKey": key}), encoding="utf-8")
    entrusted = {"keys": str(keys), "environment": "ANTHROPIC_API_KEY"}
    agent = make_roo_cli(entrusted, {}, {"ANTHROPIC_API_KEY": f"{key}-a"})
    assert agent.options.settings.api_key == key
    assert key not in repr(agent)
    assert key not in str(agent.facts)
    assert agent.redaction.text(f"{key}-a and {key}") == "[secret] and [secret]"


async def test_the_scripted_program_refuses_what_the_real_one_refuses(tmp_path: Path) -> None:
    """Spec 22.1, 22.2, 22.5: a stand-in that takes anything proves nothing."""
    program = shlex.split(write_scripted_roo(tmp_path / "program", {"wait": True}))
    flags = ("--print", "--output-format", "stream-json", "--stdin-prompt-stream", "--workspace", str(tmp_path))
    start = b'{"command":"start","requestId":"s","prompt":"x"}\n'
    ping = b'{"command":"ping","requestId":"p"}\n'

    async def run(*argv: str, said: bytes = b"") -> tuple[int | None, bytes]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*program, *argv, stdin=pipe, stdout=pipe, stderr=pipe)
        out, _ = await process.communicate(said)
        return process.returncode, out

    assert (await run())[0] == 2
    assert (await run(*flags, "--provider", "ollama"))[0] == 2
    assert (await run(*flags))[0] == 1, "stdin closed before any command"
    assert (await run(*flags, said=ping))[0] == 0
    code, out = await run(*flags, said=start + start.replace(b'"s"', b'"t"'))
    assert code == 1, "stdin closed while the task waits"
    assert b"task_busy" in out
    code, out = await run(*flags, said=b"oops\n")
    assert (code, b'"type": "error"' in out) == (1, True)
