"""What becomes of a task: every way in which the program says so, and every way in which it does not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.agents.roo_cli.course import (
    ANSWER_SECONDS,
    CANCEL,
    CANCEL_SECONDS,
    RESULT_SECONDS,
    START,
    Course,
)
from rc_types.cli import RooCliStreamEvent
from rc_types.task import TaskId

ROOT = TaskId("root")
ACK = {"type": "control", "subtype": "ack", "command": "start", "requestId": START, "code": "accepted"}
RESULT = {"type": "result", "content": "Done.", "success": True, "done": True}
FOLLOWUP = {"type": "assistant", "subtype": "followup", "content": "Which file?", "done": True}


def ended(code: str, **more: Any) -> dict[str, Any]:
    """Return the end of the request for the task."""
    return {**ACK, "subtype": "done", "code": code, "success": code == "task_completed", "done": True, **more}


def course(*events: dict[str, Any]) -> Course:
    """Return the course after these events, all of them at the time 0."""
    followed = Course(ROOT)
    for event in events:
        followed.hear(RooCliStreamEvent.from_wire(event), 0.0)
    return followed


def kind_after(*events: dict[str, Any], now: float = 0.0) -> str | None:
    """Return what kind of outcome there is then, if any."""
    outcome = course(*events).outcome(now)
    return None if outcome is None else outcome.kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [("task_completed", "completed"), ("task_failed", "failed"), ("task_aborted", "aborted"), ("task_new", "failed")],
)
def test_the_end_of_the_request_is_the_end_of_the_task(code: str, kind: str) -> None:
    """Spec 22.3, control codes; a code of a newer program is judged by its `success`."""
    assert kind_after(ACK, ended(code)) == kind
    assert kind_after(ACK, ended("task_new", success=True)) == "completed"


def test_a_result_is_the_end_even_if_nothing_follows() -> None:
    """Spec 24.4: `control done start` or `result`."""
    assert kind_after(ACK, RESULT, now=RESULT_SECONDS / 2) is None
    assert kind_after(ACK, RESULT, now=RESULT_SECONDS) == "presented"
    assert course(ACK, RESULT).last().kind == "presented"


def test_an_end_that_comes_before_its_result_or_its_ack_is_one_too() -> None:
    """Spec 22: events may come out of order."""
    assert kind_after(ended("task_completed"), RESULT, ACK) == "completed"


def test_the_result_of_a_sub_task_is_not_the_end() -> None:
    """Spec 9.8: only the root's counts."""
    assert kind_after(ACK, {**RESULT, "taskId": "child"}, now=1e9) is None
    assert kind_after(ACK, {**RESULT, "taskId": ROOT}, now=1e9) == "presented"


@pytest.mark.parametrize("code", ["task_busy", "task_error", "client_error"])
def test_a_request_that_is_refused_is_a_failure(code: str) -> None:
    """Spec 22.3: error codes of `start`."""
    outcome = course({**ACK, "subtype": "error", "code": code, "content": "because", "success": False}).outcome(0)
    assert outcome is not None
    assert (outcome.kind, outcome.text) == ("failed", "because")
    assert code in outcome.reason


def test_a_task_that_is_asked_for_twice_goes_on() -> None:
    """Our rule: a controller that goes on for a dead one may not know yet that the task was taken."""
    busy = {**ACK, "subtype": "error", "code": "task_busy", "success": False}
    assert kind_after(ACK, busy, now=1e9) is None


def test_a_task_that_was_cancelled_ends_without_a_word_after_a_while() -> None:
    """Spec 22.6: the task is rebuilt and rests."""
    cancelled = course(ACK, {**ACK, "command": "cancel", "requestId": CANCEL})
    assert cancelled.is_cancelled
    assert cancelled.outcome(CANCEL_SECONDS - 1) is None
    outcome = cancelled.outcome(CANCEL_SECONDS)
    assert outcome is not None
    assert outcome.kind == "aborted"


def test_an_error_of_the_stream_itself_belongs_to_no_request() -> None:
    """Spec 22.3: `client_error` may come at any time."""
    assert kind_after({"type": "control", "subtype": "error", "code": "client_error"}) == "failed"


def test_what_becomes_of_other_requests_is_not_the_end() -> None:
    """Spec 22.3: `pong` is success, and no end of the task."""
    done = {**ACK, "command": "ping", "requestId": "ping", "subtype": "done", "code": "pong", "success": True}
    assert kind_after(ACK, done, {**done, "subtype": "error", "code": "cancel_error"}, now=1e9) is None


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        ("api_req_failed", "failed"),
        ("mistake_limit_reached", "needs_input"),
        ("auto_approval_max_req_reached", "needs_input"),
    ],
)
def test_questions_that_wait_for_ever_are_the_end(ask: str, kind: str) -> None:
    """Spec 22.6, first trap."""
    question = {"type": "assistant", "subtype": ask, "content": "402"}
    assert kind_after(ACK, question) is None, "it is still being asked"
    assert kind_after(ACK, {**question, "done": True}) == kind


def test_a_follow_up_question_may_still_be_answered_by_the_settings() -> None:
    """Spec 22.6, second trap; quirk Q18."""
    assert kind_after(ACK, FOLLOWUP, now=ANSWER_SECONDS - 1) is None
    assert kind_after(ACK, FOLLOWUP, now=ANSWER_SECONDS) == "needs_input"
    answered = {"type": "user", "content": "a.py", "done": True}
    assert kind_after(ACK, FOLLOWUP, answered, now=1e9) is None


def test_news_of_queues_is_no_answer() -> None:
    """Spec 22.3: a queue event says nothing about the question."""
    assert kind_after(ACK, FOLLOWUP, {"type": "queue", "subtype": "snapshot"}, now=1e9) == "needs_input"


@pytest.mark.parametrize(
    ("greeting", "misfit"),
    [
        ({}, ""),
        ({"schemaVersion": 1, "protocol": "roo-cli-stream"}, ""),
        ({"schemaVersion": 2, "protocol": "roo-cli-stream"}, "another version of its protocol than 1"),
        ({"schemaVersion": 10**300}, "another version"),
        ({"schemaVersion": 1, "protocol": "kilo-cli-stream"}, "another protocol"),
    ],
)
def test_a_program_of_another_protocol_is_not_talked_to(greeting: dict[str, Any], misfit: str) -> None:
    """Spec 22: schema version 1."""
    greeted = course({"type": "system", "subtype": "init", **greeting})
    assert greeted.is_greeted
    assert misfit in greeted.misfit
    assert bool(greeted.misfit) == bool(misfit)


def test_a_program_that_goes_away_leaves_its_task_undone() -> None:
    """Spec 22.5: exit code 0 alone says nothing."""
    assert course(ACK).last().kind == "disconnected"


some_events = st.sampled_from(
    [ACK, RESULT, FOLLOWUP, ended("task_completed"), ended("task_failed"), {"type": "user"}, {"type": "error"}]
)


@settings(deadline=None)
@given(st.lists(some_events))
def test_what_a_task_has_come_to_is_final(events: list[dict[str, Any]]) -> None:
    """Our rule: one outcome per task, whatever a program says afterwards."""
    followed = Course(ROOT)
    settled = None
    for now, event in enumerate(events):
        followed.hear(RooCliStreamEvent.from_wire(event), float(now))
        settled = settled or followed.outcome(float(now))
        assert settled is None or followed.outcome(1e9) == settled == followed.last()
