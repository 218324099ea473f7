"""How an attempt ends: the agent's end reason, and the verdict on the task."""

from enum import StrEnum


class Outcome(StrEnum):
    """The verdict on a task. A task has exactly one (specs: durable queue, typed outcomes)."""

    PASSED = "passed"
    """The pristine tests passed, whatever ended the agent."""
    FAILED = "failed"
    """The agent ended by itself; the tests did not pass."""
    AGENT_ERROR = "agent_error"
    """The agent ended with an error; the tests did not pass."""
    TIMEOUT = "timeout"
    """The agent ran into its time limit; the tests did not pass."""
    LIMIT = "limit"
    """The agent was stopped by a resource limit; the tests did not pass."""
    INFRA_FAILED = "infra_failed"
    """The platform failed, and its retries are used up. Says nothing about the agent."""
    VERIFIER_ERROR = "verifier_error"
    """The tests could not be run. Says nothing about the agent."""
    CANCELLED = "cancelled"
    """Somebody stopped the run first."""

    @property
    def decided(self) -> bool:
        """Whether the verdict says something about the agent; only decided tasks enter the pass rate."""
        return self in _DECIDED


_DECIDED = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.AGENT_ERROR, Outcome.TIMEOUT, Outcome.LIMIT})


class EndReason(StrEnum):
    """Why the agent's part of an attempt ended."""

    COMPLETED = "completed"
    AGENT_ERROR = "agent_error"
    TIMEOUT = "timeout"
    LIMIT = "limit"
    NEEDS_INPUT = "needs_input"
    """It waited for an answer that nobody gives."""
    CANCELLED = "cancelled"
    LOST = "lost"
    """Its controller died; a later one closed the attempt."""
    INFRA = "infra"

    def when_tests_fail(self) -> Outcome:
        """Return the verdict on an attempt that ended so and whose tests did not pass."""
        return _WITHOUT_PASS[self]


_WITHOUT_PASS = {
    EndReason.COMPLETED: Outcome.FAILED,
    EndReason.AGENT_ERROR: Outcome.AGENT_ERROR,
    EndReason.TIMEOUT: Outcome.TIMEOUT,
    EndReason.LIMIT: Outcome.LIMIT,
    EndReason.NEEDS_INPUT: Outcome.AGENT_ERROR,
    EndReason.CANCELLED: Outcome.CANCELLED,
    EndReason.LOST: Outcome.INFRA_FAILED,
    EndReason.INFRA: Outcome.INFRA_FAILED,
}
