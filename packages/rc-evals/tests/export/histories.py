"""Runs with whatever history, for exports of them."""

import asyncio
import contextlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hypothesis import strategies as st
from rc_evals import Home, Outcome
from rc_evals.export.document import write_document
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import EndReason
from rc_evals.store.attempts import CancelQueued, EnterPhase
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.reader import open_reader
from rc_evals.store.runs import CreateRun, FinishRun, NewTask, RequestCancel, TakeRun
from rc_evals.testing import RecordedRun, recorder
from rc_evals.usage import ToolCount, Usage

LARGE = 2**40  # what an attempt can be counted to have used (see `meter`); sums of runs end at 2**53
"""Larger than what most readers of JSON keep exactly."""

words = st.text(max_size=12)
names = st.text(min_size=1, max_size=12)
counts = st.integers(0, 9) | st.integers(0, LARGE)
maybe_counts = st.none() | counts
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)

tools = st.dictionaries(names, st.builds(ToolCount, counts, counts), max_size=3)
usages = st.builds(
    Usage,
    tokens_in=counts,
    tokens_out=counts,
    tokens_context=counts,
    cache_writes=counts,
    cache_reads=counts,
    cost_micros=maybe_counts,
    api_requests=counts,
    api_errors=counts,
    tools=tools,
)
tests = st.lists(st.builds(TestResult, names, st.booleans(), words), max_size=3).map(tuple)
records = st.builds(
    AttemptRecord,
    end_reason=st.sampled_from(EndReason),
    error=words,
    exit_code=st.none() | st.integers(-255, 255),
    prepare_ms=maybe_counts,
    agent_ms=maybe_counts,
    test_ms=maybe_counts,
    usage=st.none() | usages,
    tests_ran=maybe_counts,
    tests=tests,
    tests_modified=st.lists(words, max_size=2).map(tuple),
)

Step = tuple[str, Any, Any]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.sampled_from(Outcome), records),
        st.tuples(st.just("lose"), st.none(), records),
        st.tuples(st.just("claim"), st.sampled_from(["", "preparing", "running", "testing"]), st.none()),
        st.tuples(st.just("pass"), st.integers(0, 10**9), st.none()),
    ),
    max_size=8,
)


@dataclass(frozen=True)
class History:
    """What happens to a run, in order."""

    name: str | None
    model: str | None
    agent_args: dict[str, str]
    settings: dict[str, Any] | None
    environment: dict[str, Any]
    tasks: list[tuple[str, str]]
    iterations: int
    steps: list[Step]
    cancelled: bool


histories = st.builds(
    History,
    name=st.none() | words,
    model=st.none() | words,
    agent_args=st.dictionaries(words, words, max_size=2),
    settings=st.none() | st.dictionaries(words, values, max_size=3),
    environment=st.dictionaries(words, values, max_size=3),
    tasks=st.lists(st.tuples(names, names), max_size=4, unique=True),
    iterations=st.integers(1, 2),
    steps=steps,
    cancelled=st.booleans(),
)


def record(home: Home, history: History) -> None:
    """Let a run have this history in a new data folder; it is number 1."""
    asyncio.run(_record(home, history))


async def _record(home: Home, history: History) -> None:
    async with recorder(home) as recording:
        run = await _create(recording.journal, history)
        for what, detail, attempt in history.steps:
            with contextlib.suppress(LookupError):  # nothing is queued any more
                await _step(run, what, detail, attempt)
        if history.cancelled:
            await run.journal.execute(RequestCancel(run_id=run.id, now=run.now))
            await run.journal.execute(CancelQueued(run_id=run.id, now=run.now))
        await run.journal.execute(FinishRun(run_id=run.id, token=run.token, now=run.now))


async def _create(journal: Any, history: History) -> RecordedRun:
    now, token = 1_700_000_000_000, uuid.uuid4().hex
    create = CreateRun(
        uuid=str(uuid.uuid4()),
        name=history.name,
        suite="bundled",
        suite_path="bundled",
        agent="command",
        agent_args=history.agent_args,
        settings=history.settings,
        sandbox="none",
        concurrency=25,
        timeout_seconds=LARGE,
        iterations=history.iterations,
        environment=history.environment,
        tasks=[
            NewTask(language=language, exercise=exercise, iteration=iteration, digest=f"{language}\0{exercise}")
            for language, exercise in history.tasks
            for iteration in range(1, history.iterations + 1)
        ],
        now=now,
        model=history.model,
    )
    run_id = await journal.execute(create)
    await journal.execute(TakeRun(run_id=run_id, owner="{}", token=token, now=now))
    return RecordedRun(journal, run_id, token, now)


async def _step(run: RecordedRun, what: str, detail: Any, attempt: AttemptRecord | None) -> None:
    if what == "pass":
        run.now += detail
        return
    lease = await run.claim()
    if what == "claim" and detail:
        await run.journal.execute(EnterPhase(lease=lease, phase=detail, now=run.now))
    elif attempt is not None:
        told = {name: getattr(attempt, name) for name in AttemptRecord.__slots__}
        await (run.decide(detail, lease, **told) if what == "decide" else run.lose(lease, **told))


def exported(home: Home, run_id: int, write: Callable[..., Any] = write_document, *more: Any) -> bytes:
    """Return what a writer makes of a run."""
    out: BinaryIO = io.BytesIO()
    with open_reader(home.database) as reader:
        write(reader, *more, run_id, out)
    out.seek(0)
    return out.read()


def sums(home: Home, run_id: int) -> list[dict[str, Any]]:
    """Return what the store has counted of a run, without what is its own in every data folder."""
    own = {"id", "run_id", "task_id", "lease_token", "lease_owner", "lease_expires_at", "imported_at", "not_before"}
    found: list[dict[str, Any]] = []
    with open_reader(home.database) as reader:
        for table, key, order in (("runs", "id", "id"), ("tasks", "run_id", "id"), ("run_tools", "run_id", "tool")):
            rows = reader.rows(f"SELECT * FROM {table} WHERE {key} = :id ORDER BY {order}", id=run_id)
            found += [{name: value for name, value in row.items() if name not in own} for row in rows]
    return found


def sample(folder: Path) -> Home:
    """Return a data folder with a run of everything: number 1."""
    home = Home(folder)

    async def make() -> None:
        async with recorder(home) as recording:
            run = await recording.run(["go/ring", "go/list", "rust/bowling"], iterations=2, name="tour")
            used = Usage(tokens_in=5_000, tokens_out=70, cost_micros=12, tools={"read_file": ToolCount(3, 1)})
            await run.lose(usage=used)
            await run.decide(Outcome.PASSED, usage=used, test_ms=500)
            failed = (TestResult("test_a", True), TestResult("test_\x1bb", False, "1 < 2 & ]]>"))
            await run.decide(
                Outcome.FAILED, tests=failed, tests_ran=2, error="1 of 2 tests failed; the first is test_b"
            )
            await run.decide(Outcome.INFRA_FAILED, error="no room")
            await run.decide(Outcome.TIMEOUT, error="=the agent was not done")
            await run.claim()
            await run.leave()

    asyncio.run(make())
    return home
