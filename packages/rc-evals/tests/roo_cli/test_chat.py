"""From events of the program to events of the task: the delta rules, and the counts of tools."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.agents.roo_cli.chat import CUT, MOST_TASKS, MOST_TEXT, MOST_UNFINISHED, Chat
from rc_evals.agents.roo_cli.tools import OTHERS, TOOLS
from rc_types.cli import RooCliStreamEvent
from rc_types.events import Message, TaskEvent, TaskToolFailed
from rc_types.message import ClineMessage
from rc_types.task import TaskId
from rc_types.tool import TOOL_NAMES
from rc_types.vscode_extension_host import ClineSayTool

ROOT = TaskId("root")
COMMAND = {"id": 1, "subtype": "command"}


def told(chat: Chat, *events: dict[str, Any]) -> list[TaskEvent]:
    """Return what the chat makes of the events."""
    return [made for event in events for made in chat.take(RooCliStreamEvent.from_wire(event))]


def messages(chat: Chat, *events: dict[str, Any]) -> list[ClineMessage]:
    """Return the messages that the chat makes of the events."""
    return [made.message for made in told(chat, *events) if isinstance(made, Message)]


def output(piece: str, **more: Any) -> dict[str, Any]:
    """Return an event about the output of a command."""
    result = {"name": "execute_command", "output": piece, **more.pop("result", {})}
    return {**COMMAND, "type": "tool_result", "tool_result": result, **more}


def counts(chat: Chat, task: TaskId = ROOT) -> dict[str, tuple[float, float]]:
    """Return attempts and failures by tool."""
    return {name: (count.attempts, count.failures) for name, count in chat.tools[task].items()}


@settings(deadline=None)
@given(pieces=st.lists(st.text()), whole=st.text(), kind=st.sampled_from(["assistant", "thinking", "user"]))
def test_the_last_event_of_a_text_replaces_what_came_before(pieces: list[str], whole: str, kind: str) -> None:
    """Spec 22.4: partial events carry the new suffix, the event with `done` the full text."""
    parts = [{"type": kind, "id": 7, "content": piece} for piece in pieces]
    (message,) = messages(Chat(ROOT), *parts, {"type": kind, "id": 7, "content": whole, "done": True})
    assert (message.ts, message.text, message.partial) == (7, whole, False)


@settings(deadline=None)
@given(pieces=st.lists(st.text(), min_size=1))
def test_output_of_commands_is_put_together_the_last_piece_too(pieces: list[str]) -> None:
    """Spec 22.4: every event carries only the new part, also the one with `done`."""
    *first, last = pieces
    done = output(last, done=True, result={"exitCode": 0})
    (message,) = messages(Chat(ROOT), *map(output, first), done)
    assert (message.say, message.text) == ("command_output", "".join(pieces))


def test_a_text_whose_last_event_has_none_is_what_came_before() -> None:
    """Spec 22.3: every member but the type may be absent."""
    chat = Chat(ROOT)
    parts = [{"type": "thinking", "id": 1, "content": piece} for piece in "ab"]
    (message,) = messages(chat, *parts, {"type": "thinking", "id": 1, "done": True})
    assert (message.say, message.text) == ("reasoning", "ab")


def test_thinking_and_text_of_one_request_do_not_mix() -> None:
    """They may have the same id."""
    chat = Chat(ROOT)
    parts = [{"type": kind, "id": 1, "content": kind} for kind in ("thinking", "assistant")]
    told_apart = messages(chat, *parts, *({"type": part["type"], "id": 1, "done": True} for part in parts))
    assert [(message.say, message.text) for message in told_apart] == [("reasoning", "thinking"), ("text", "assistant")]


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        ({"type": "assistant", "done": True, "content": "x"}, "text", "x"),
        ({"type": "assistant", "subtype": "followup", "done": True, "content": "x"}, "followup", "x"),
        ({"type": "assistant", "subtype": "codebase_search_result", "done": True}, "codebase_search_result", ""),
        ({"type": "assistant", "subtype": "of_tomorrow", "done": True, "content": "x"}, "text", "x"),
        ({"type": "user", "done": True, "content": "Solve it."}, "text", "Solve it."),
        ({"type": "error", "content": "x"}, "error", "x"),
        ({"type": "result", "content": "x", "done": True, "success": True}, "completion_result", "x"),
        ({**COMMAND, "type": "tool_use", "done": True,
          "tool_use": {"name": "execute_command", "input": {"command": "go test"}}}, "command", "go test"),
        ({"type": "tool_use", "subtype": "tool", "done": True,
          "tool_use": {"name": "readFile", "input": {"path": "a"}}}, "tool", '{"tool": "readFile", "path": "a"}'),
        ({"type": "tool_use", "subtype": "mcp", "done": True, "tool_use": {"name": "mcp_server"}},
         "use_mcp_server", '{"tool": "mcp_server"}'),
        ({"type": "tool_result", "subtype": "mcp", "done": True, "tool_result": {"name": "mcp_server", "output": "x"}},
         "mcp_server_response", "x"),
    ],
)  # fmt: skip
def test_transcripts_of_both_agents_look_alike(event: dict[str, Any], kind: str, text: str) -> None:
    """ARCHITECTURE 4: one vocabulary of events."""
    (message,) = messages(Chat(ROOT), event)
    assert (message.ask or message.say, message.text) == (kind, text)


def test_what_the_user_says_later_is_feedback() -> None:
    """Spec 22.3: the first text of a task is its prompt."""
    first, second = ({"type": "user", "id": number, "content": "x", "done": True} for number in (1, 2))
    assert [message.say for message in messages(Chat(ROOT), first, second)] == ["text", "user_feedback"]


def test_only_finished_calls_of_tools_count() -> None:
    """Spec 22.4: partial ones are for display."""
    chat = Chat(ROOT)
    call = {"type": "tool_use", "id": 1, "subtype": "tool", "tool_use": {"name": "readFile"}}
    assert told(chat, call, {**call, "content": "{"}) == []
    told(chat, {**call, "done": True}, {**call, "id": 2, "done": True})
    assert counts(chat) == {"read_file": (2, 0)}


def test_tools_are_counted_under_the_names_of_the_assistant() -> None:
    """Spec 22, last sentence; 9.5: MCP calls are `use_mcp_tool`, what users define is `custom_tool`."""
    chat = Chat(ROOT)
    for subtype, name in [("tool", "appliedDiff"), ("tool", "blessFile"), ("mcp", "mcp_server"), ("tool", "read_file")]:
        told(chat, {"type": "tool_use", "subtype": subtype, "tool_use": {"name": name}, "done": True})
    assert counts(chat) == {"apply_diff": (1, 0), OTHERS: (1, 0), "use_mcp_tool": (1, 0), "read_file": (1, 0)}


def test_every_display_name_has_its_tool() -> None:
    """Types spec 3.31."""
    vocabulary = get_args(ClineSayTool.model_fields["tool"].annotation)
    assert set(TOOLS) == {name for part in vocabulary for name in get_args(part)}
    assert set(TOOLS.values()) <= set(TOOL_NAMES)


def test_an_error_of_a_tool_is_a_failure_and_an_exit_code_is_none() -> None:
    """Spec 9.5: what the assistant records as a tool error; a command that fails is an answer like any other."""
    chat = Chat(ROOT)
    told(chat, output("1 failed", done=True, result={"exitCode": 1}))
    assert counts(chat) == {}
    failed = told(chat, output("", result={"error": "timed out"}), output("", done=True))[-1]
    assert failed == TaskToolFailed.of(ROOT, "execute_command", "timed out")
    assert counts(chat) == {"execute_command": (0, 1)}


def test_sub_tasks_are_counted_apart_and_only_so_many_of_them() -> None:
    """Spec 24.7: sums over ids; law 7: bounded."""
    chat = Chat(ROOT)
    for number in range(2 * MOST_TASKS):
        event = {"type": "tool_use", "subtype": "tool", "tool_use": {"name": "readFile"}, "done": True}
        told(chat, {**event, "taskId": f"child-{number}"})
    assert len(chat.tools) == MOST_TASKS
    assert counts(chat, TaskId("child-0")) == {"read_file": (1, 0)}
    assert counts(chat)["read_file"] == (MOST_TASKS + 1, 0)


def test_what_was_never_finished_is_kept_and_marked() -> None:
    """A program that is killed leaves it so."""
    chat = Chat(ROOT)
    told(chat, {"type": "assistant", "id": 1, "content": "Let me"}, output("half a line", result={"error": "gone"}))
    said, printed, failed = chat.end()
    assert isinstance(said, Message)
    assert isinstance(printed, Message)
    assert (said.message.text, said.message.partial) == ("Let me", True)
    assert (printed.message.text, printed.message.partial) == ("half a line", True)
    assert isinstance(failed, TaskToolFailed)
    assert list(chat.end()) == []


def test_pieces_are_kept_within_bounds() -> None:
    """Law 7."""
    chat = Chat(ROOT)
    opened = [{"type": "assistant", "id": number, "content": "x"} for number in range(MOST_UNFINISHED + 1)]
    (oldest,) = messages(chat, *opened)
    assert (oldest.ts, oldest.partial) == (0, True)
    line = "x" * 1000 + "\n"
    told(chat, *(output(line) for _ in range(1000)))
    *_, last = chat.end()
    assert isinstance(last, Message)
    mark, *lines = (last.message.text or "").splitlines(keepends=True)
    assert (mark, set(lines)) == (CUT, {line}), "whole lines: what is cut could keep a part of a secret"
    assert MOST_TEXT / 2 < sum(map(len, lines)) <= 2 * MOST_TEXT
