"""Why tasks did not pass, in words that group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals import Outcome
from rc_evals.store.reasons import CANCELLED, MAX_REASON, generalised, reason


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("the agent was not done after 300 s", "the agent was not done after N s"),
        ("the agent was not done after 0.5 s", "the agent was not done after N s"),
        ("the command exited with 137", "the command exited with 137"),
        ("429 Too Many Requests, retry in 12s", "429 Too Many Requests, retry in Ns"),
        ("request req_011CSHoEeqs5C35K2UUqR7Fy failed", "request * failed"),
        ("task 0197c5b2-7d3e-7a10-8c55-2f6f1f0c9a77 is gone", "task * is gone"),
        ("segfault at 0x7ffd3c", "segfault at *"),
        ("/tmp/tmpab12cd/x.py: no such file", "/tmp/*/x.py: no such file"),
        ("prompt is too long: 212345 tokens > 200000 maximum", "prompt is too long: N tokens > N maximum"),
        ("claude-sonnet-4 is overloaded", "claude-sonnet-4 is overloaded"),
        ("the model's API was unstable (5 retries)", "the model's API was unstable (N retries)"),
        ("the deadbeef facade", "the deadbeef facade"),
    ],
)
def test_what_differs_between_occurrences_is_taken_out(error: str, expected: str) -> None:
    """Issue: failure reasons grouped. Short whole numbers tell causes apart: exit codes, statuses."""
    assert reason(Outcome.AGENT_ERROR, error, tests_passed=None) == expected


def test_failing_tests_are_told_by_how_many_and_not_by_name() -> None:
    """Our rule: every exercise has tests of its own; which of them failed is no group."""
    error = "3 of 7 tests failed; the first is test_ring"
    assert reason(Outcome.FAILED, error, tests_passed=4) == "some tests failed"
    assert reason(Outcome.FAILED, error, tests_passed=0) == "all tests failed"
    assert reason(Outcome.FAILED, "no test ran", tests_passed=0) == "no test ran"


def test_every_verdict_but_a_pass_has_a_reason() -> None:
    assert {verdict: reason(verdict, None, tests_passed=None) for verdict in (Outcome.PASSED, Outcome.TIMEOUT)} == {
        Outcome.PASSED: None,
        Outcome.TIMEOUT: "timeout",
    }
    assert reason(Outcome.CANCELLED, "the run is over", tests_passed=None) == CANCELLED
    assert reason(Outcome.INFRA_FAILED, None, tests_passed=None) == "infra failed"


@given(st.text(max_size=3 * MAX_REASON))
def test_a_reason_is_short_and_saying_it_again_changes_nothing(error: str) -> None:
    once = generalised(error)
    assert len(once) <= MAX_REASON
    assert len(generalised(once)) <= MAX_REASON
