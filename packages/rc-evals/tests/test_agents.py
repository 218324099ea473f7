"""The built-in agents, on a stage without a sandbox."""

import json
import os
from pathlib import Path

import pytest
from rc_evals import EndReason, UnknownAgentError
from rc_evals.agents.registry import AGENTS, make_agent, reference_pack
from rc_evals.agents.usage_file import MAX_BYTES
from rc_evals.testing import RecordingStage, make_exercise
from rc_types.events import TaskAborted, TaskCompleted, TaskIdle, TaskStarted, TaskTokenUsageUpdated

USAGE = {
    "tokenUsage": {"totalTokensIn": 120, "totalTokensOut": 30, "totalCost": 0.5, "contextTokens": 100},
    "toolUsage": {"read_file": {"attempts": 2, "failures": 1}},
}


@pytest.fixture
def stage(tmp_path: Path) -> RecordingStage:
    exercise = make_exercise(tmp_path, {"a.py": "stub\n"}, reference={"a.py": "solved\n", "lib/b.py": "more\n"})
    workspace = tmp_path / "place" / "sample"
    workspace.mkdir(parents=True)
    (workspace / "a.py").write_text("stub\n")
    return RecordingStage(exercise, workspace)


async def test_nop_leaves_everything_as_it_is(stage: RecordingStage) -> None:
    """Spec 24.4: does nothing."""
    end = await make_agent("nop", {}).solve(stage)
    assert end.reason is EndReason.COMPLETED
    assert (stage.workspace / "a.py").read_text() == "stub\n"
    assert stage.events == []


async def test_oracle_puts_the_whole_reference_in_place(stage: RecordingStage) -> None:
    """Spec 24.4: copies the reference solution from a pack outside the workspace."""
    end = await make_agent("oracle", {}).solve(stage)
    assert end.reason is EndReason.COMPLETED
    assert (stage.workspace / "a.py").read_text() == "solved\n"
    assert (stage.workspace / "lib/b.py").read_text() == "more\n"


async def test_oracle_without_a_reference_says_how_to_name_one(tmp_path: Path) -> None:
    """Spec 12.3: one exercise of the public set has no reference anywhere."""
    stage = RecordingStage(make_exercise(tmp_path, {"a.py": ""}), tmp_path)
    end = await make_agent("oracle", {}).solve(stage)
    assert end.reason is EndReason.AGENT_ERROR
    assert "reference=FOLDER" in end.error


async def test_a_command_gets_its_paths_as_arguments_of_their_own(stage: RecordingStage) -> None:
    """Security posture: argument vectors, no shell; a path with blanks stays one argument."""
    program = "import os, sys; print(sys.argv[1:], os.getcwd(), open(sys.argv[2]).read())"
    agent = make_agent("command", {"command": f"python3 -c '{program}' {{workspace}} {{prompt_file}} '$HOME; x'"})
    end = await agent.solve(stage)
    assert end.exit_code == 0
    expected = [stage.paths.workspace, stage.paths.prompt_file, "$HOME; x"]
    assert stage.output.decode() == f"{expected} {stage.workspace} Solve it.\n"
    assert [type(event) for event in stage.events] == [TaskStarted, TaskIdle]


async def test_a_command_that_fails_is_an_agent_error(stage: RecordingStage) -> None:
    """Our rule: the exit code decides; the tests still have the last word."""
    end = await make_agent("command", {"command": "sh -c 'exit 7'"}).solve(stage)
    assert (end.reason, end.exit_code, end.error) == (EndReason.AGENT_ERROR, 7, "the command exited with 7")
    assert isinstance(stage.events[-1], TaskAborted)


async def test_a_command_can_say_what_it_used(stage: RecordingStage) -> None:
    """Spec 24.4: usage by an optional JSON file, in the words of the assistant's own events."""
    (stage.workspace / "usage.json").write_text(json.dumps(USAGE))
    end = await make_agent("command", {"command": "true", "usage_file": "usage.json"}).solve(stage)
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")
    _, updated, completed = stage.events
    assert isinstance(updated, TaskTokenUsageUpdated)
    assert isinstance(completed, TaskCompleted)
    assert completed.token_usage.total_cost == 0.5
    assert completed.tool_usage["read_file"].failures == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read"),
        (b"\xff", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{}", "member tokenUsage"),
        (b'{"tokenUsage": {"totalTokensIn": "7"}}', "totalTokensIn"),
        (b"[" * 100_000, "not a JSON object"),
        (b" " * (MAX_BYTES + 1), "at most"),
    ],
)
async def test_a_bad_usage_file_is_explained_and_harms_nothing(
    stage: RecordingStage, content: bytes | None, complaint: str
) -> None:
    """Our rule: the file is an agent's claim; a bad one is evidence, not an accident."""
    if content is not None:
        (stage.workspace / "usage.json").write_bytes(content)
    end = await make_agent("command", {"command": "true", "usage_file": "usage.json"}).solve(stage)
    assert end.reason is EndReason.COMPLETED
    assert complaint in end.error


async def test_a_usage_file_leads_nowhere_else(stage: RecordingStage, tmp_path: Path) -> None:
    """Security posture: paths are resolved and confined; a pipe does not hold the platform up."""
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(USAGE))
    (stage.workspace / "link.json").symlink_to(secret)
    os.mkfifo(stage.workspace / "pipe.json")
    (stage.workspace / "circle.json").symlink_to("circle.json")
    for name in ("link.json", "circle.json", "../../secret.json", str(secret), "pipe.json"):
        stage.events.clear()
        end = await make_agent("command", {"command": "true", "usage_file": name}).solve(stage)
        assert end.error
        assert not any(isinstance(event, TaskTokenUsageUpdated) for event in stage.events)


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("gpt", {}, "there are command, nop, oracle, "),
        ("nop", {"x": "1"}, "it takes none"),
        ("command", {}, "--agent-arg command="),
        ("command", {"command": "  "}, "empty"),
        ("command", {"command": "a 'b"}, "cannot split"),
        ("command", {"command": "a", "modle": "x"}, "no argument 'modle'"),
    ],
)
def test_a_wrong_agent_is_one_clear_line(name: str, arguments: dict[str, str], complaint: str) -> None:
    """Issue, part 5: unknown agent."""
    with pytest.raises(UnknownAgentError, match=complaint) as caught:
        make_agent(name, arguments)
    assert "\n" not in str(caught.value)


def test_a_reference_pack_must_be_a_folder(tmp_path: Path) -> None:
    """Issue, part 5."""
    assert reference_pack({}) is None
    assert reference_pack({"reference": str(tmp_path)}) == tmp_path
    with pytest.raises(UnknownAgentError, match="not a folder"):
        reference_pack({"reference": str(tmp_path / "nowhere")})


def test_agents_are_listed_sorted() -> None:
    assert list(AGENTS) == sorted(AGENTS)
