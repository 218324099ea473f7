"""What the kinds of messages and events are to a reader: who speaks, and a title. Source: types spec 3.19, spec 9.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["prompt", "user", "assistant", "reasoning", "tool", "request", "error", "note"]
"""How a turn looks."""

MESSAGES: Final[Mapping[str, tuple[Role, str]]] = {
    "text": ("assistant", "Agent"),
    "image": ("assistant", "Image"),
    "completion_result": ("assistant", "Result"),
    "followup": ("assistant", "Question"),
    "reasoning": ("reasoning", "Reasoning"),
    "user_feedback": ("user", "User"),
    "user_feedback_diff": ("user", "User's changes"),
    "user_edit_todos": ("user", "User's list of things to do"),
    "command_output": ("tool", "Output of a command"),
    "mcp_server_response": ("tool", "Answer of an MCP server"),
    "subtask_result": ("tool", "Result of a sub-task"),
    "codebase_search_result": ("tool", "Found in the code"),
    "api_req_retried": ("error", "Request was tried again"),
    "api_req_retry_delayed": ("error", "Request will be tried again"),
    "api_req_failed": ("error", "Request failed"),
    "mistake_limit_reached": ("error", "Too many mistakes"),
    "auto_approval_max_req_reached": ("error", "Limit of requests or of money"),
    "error": ("error", "Error"),
    "diff_error": ("error", "Diff could not be applied"),
    "rooignore_error": ("error", "File is to be ignored"),
    "condense_context_error": ("error", "Context could not be condensed"),
    "api_req_rate_limit_wait": ("note", "Waits for its rate limit"),
    "condense_context": ("note", "Context was condensed"),
    "sliding_window_truncation": ("note", "Context was cut"),
    "checkpoint_saved": ("note", "Checkpoint"),
    "resume_task": ("note", "Could be resumed"),
    "resume_completed_task": ("note", "Could be resumed"),
}
"""What messages are to a reader, by the name of the `say` or `ask`; those that are not here are notes."""

UNFOLDED: Final = frozenset({"prompt", "user", "assistant", "error"})
"""Roles whose texts are shown without being asked for."""

EVENTS: Final[Mapping[str, str]] = {
    "taskStarted": "Task started",
    "taskCompleted": "Task completed",
    "taskAborted": "Task aborted",
    "taskSpawned": "Sub-task started",
    "taskDelegated": "Handed to a sub-task",
    "taskDelegationCompleted": "Sub-task done",
    "taskDelegationResumed": "Goes on after a sub-task",
    "taskTokenUsageUpdated": "Used so far",
}
"""Events that are no messages, by name."""
