"""From what a document says to what the store is told: the parts of `export.shapes` as the history of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rc_evals.languages.model import TestResult
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.importing import PastAttempt, PastRun, PastTask
from rc_evals.store.runs import CreateRun, NewTask
from rc_evals.usage import ToolCount, Usage

if TYPE_CHECKING:
    from rc_evals.export.shapes import AttemptPart, RunPart, TaskPart, UsagePart


def past_run(part: RunPart) -> PastRun:
    """Return a run as it was."""
    created = CreateRun(
        uuid=part.uuid,
        name=part.name,
        suite=part.suite,
        suite_path=part.suite_path,
        agent=part.agent,
        agent_args=part.agent_args,
        settings=part.settings,
        sandbox=part.sandbox,
        concurrency=part.concurrency,
        timeout_seconds=part.timeout_seconds,
        iterations=part.iterations,
        environment=part.environment,
        tasks=(),
        now=part.created_at,
        model=part.model,
    )
    return PastRun(created=created, total=part.total, state=part.state, finished_at=part.finished_at)


def past_task(part: TaskPart) -> PastTask:
    """Return a task as it was."""
    task = NewTask(part.language, part.exercise, part.iteration, part.digest)
    return PastTask(task, part.state, part.decided_at, [_attempt(attempt) for attempt in part.attempts])


def _attempt(part: AttemptPart) -> PastAttempt:
    return PastAttempt(part.started_at, part.queue_ms, part.finished_at, part.verdict, _record(part))


def _record(part: AttemptPart) -> AttemptRecord | None:
    if part.end_reason is None:
        return None
    return AttemptRecord(
        end_reason=part.end_reason,
        error=part.error or "",
        exit_code=part.exit_code,
        prepare_ms=part.prepare_ms,
        agent_ms=part.agent_ms,
        test_ms=part.test_ms,
        usage=None if part.usage is None else _usage(part.usage),
        tests_ran=part.tests.ran,
        tests=tuple(TestResult(test.name, test.passed, test.message) for test in part.tests.results),
        tests_modified=tuple(part.tests.modified),
    )


def _usage(part: UsagePart) -> Usage:
    tools = {name: ToolCount(tool.attempts, tool.failures) for name, tool in part.tools.items()}
    return Usage(**part.model_dump(exclude={"tools"}), tools=tools)
