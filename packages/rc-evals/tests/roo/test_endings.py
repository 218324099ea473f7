"""How the agent `roo` ended: a table."""

from dataclasses import dataclass
from typing import get_args

import pytest
from rc_evals import EndReason, Outcome
from rc_evals.agents.endings import end_without_word, ending
from rc_types.ports import TaskOutcomeKind
from rc_types.task import TaskId

TASK = TaskId("t")


@dataclass(frozen=True)
class Told:
    """An outcome, as a provider of links gives it."""

    kind: TaskOutcomeKind
    ask: str | None = None
    text: str | None = None
    reason: str = "the reason"
    task_id: TaskId = TASK


REASONS: dict[TaskOutcomeKind, EndReason] = {
    "completed": EndReason.COMPLETED,
    "presented": EndReason.COMPLETED,
    "needs_input": EndReason.NEEDS_INPUT,
    "failed": EndReason.AGENT_ERROR,
    "aborted": EndReason.AGENT_ERROR,
    "disconnected": EndReason.AGENT_ERROR,
}


@pytest.mark.parametrize("kind", get_args(TaskOutcomeKind))
def test_every_outcome_has_its_end_reason(kind: TaskOutcomeKind) -> None:
    """Spec 7.5, 9.8."""
    end = ending(Told(kind), 1, begins_by_itself=False)
    assert end.reason is REASONS[kind]
    assert bool(end.error) is (end.reason is not EndReason.COMPLETED)


def test_nobody_answers_is_an_error_of_the_agent_unless_the_tests_pass() -> None:
    assert EndReason.NEEDS_INPUT.when_tests_fail() is Outcome.AGENT_ERROR


def test_what_the_settings_allow_is_a_limit() -> None:
    """Spec 9.8: with an end reason of its own."""
    end = ending(Told("needs_input", "auto_approval_max_req_reached"), None, begins_by_itself=False)
    assert end.reason is EndReason.LIMIT


@pytest.mark.parametrize(("text", "error"), [(None, "the reason"), (" \n", "the reason"), ("no", "the reason: no")])
def test_what_the_host_says_of_its_failure_is_evidence(text: str | None, error: str) -> None:
    """Spec 24.9."""
    assert ending(Told("failed", text=text), None, begins_by_itself=False).error == error


@pytest.mark.parametrize(
    ("code", "begins_by_itself", "reason"),
    [
        (0, True, EndReason.COMPLETED),
        (0, False, EndReason.AGENT_ERROR),
        (1, True, EndReason.AGENT_ERROR),
        (137, False, EndReason.AGENT_ERROR),
        (None, True, EndReason.AGENT_ERROR),
    ],
)
def test_only_a_host_that_was_the_task_is_done_by_exiting(
    code: int | None, begins_by_itself: bool, reason: EndReason
) -> None:
    """Spec 8, end decision."""
    end = end_without_word(code, begins_by_itself=begins_by_itself)
    assert end.reason is reason
    if reason is EndReason.AGENT_ERROR:
        assert ("closed its connection" if code is None else str(code)) in end.error


def test_a_host_that_is_not_there_is_said_to_be_looked_for_in_the_sandbox() -> None:
    """Our rule: what to do is part of an error. 127 is what shells and sandboxes end with then."""
    assert end_without_word(127, begins_by_itself=False).error.endswith("; can its command be found in the sandbox?")
