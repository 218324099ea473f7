"""Runs to look at: `python tools/benchmarks/web_data.py HOME 10000` writes a run of so many tasks into a data folder.

They are written by the store's own commands, thousands to a transaction, and look as if an agent had worked: exercises
are of different difficulty, causes of failures repeat, some attempts are retried, the last tasks are still under way.
Chance is seeded, so that everybody measures the same.
"""

import sys

if __name__ == "__main__":
    sys.path[0] += "/.."

import argparse
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final
from zlib import crc32

from rc_evals.home import Home
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.store.attempts import Claim, Decide, EnterPhase, Lease, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.connection import connect
from rc_evals.store.runs import CreateRun, FinishRun, NewTask, TakeRun
from rc_evals.store.schema import prepare
from rc_evals.store.transaction import Transaction
from rc_evals.usage import ToolCount, Usage

BEGAN: Final = 1_790_000_000_000
LANGUAGES: Final = ("go", "java", "javascript", "python", "rust")
WORDS: Final = (
    "ring",
    "log",
    "token",
    "bucket",
    "csv",
    "sniffer",
    "route",
    "table",
    "clock",
    "robot",
    "matrix",
    "queue",
)
TOOLS: Final = (
    "read_file",
    "write_to_file",
    "apply_diff",
    "execute_command",
    "list_files",
    "search_files",
    "ask_followup",
)
CAUSES: Final[tuple[tuple[Outcome, EndReason, str], ...]] = (
    (Outcome.FAILED, EndReason.COMPLETED, "2 of 4 tests failed: test_wraps, test_refills"),
    (Outcome.FAILED, EndReason.COMPLETED, "4 of 4 tests failed: test_a, test_b, test_c, test_d"),
    (Outcome.FAILED, EndReason.COMPLETED, "the test command ended with code 2: undefined: NewRing"),
    (Outcome.TIMEOUT, EndReason.TIMEOUT, "the agent worked for longer than 300 s"),
    (Outcome.AGENT_ERROR, EndReason.AGENT_ERROR, "the model answered with HTTP 429: rate limit of 40000 tokens"),
    (Outcome.AGENT_ERROR, EndReason.AGENT_ERROR, "the agent ended with code 1: panic at 0x7fe1029a8c40"),
    (Outcome.LIMIT, EndReason.LIMIT, "the attempt wrote more than 512 MB"),
    (Outcome.INFRA_FAILED, EndReason.INFRA, "the sandbox could not be made: no space left on device"),
    (Outcome.VERIFIER_ERROR, EndReason.COMPLETED, "the tests printed no report"),
)
GROUP: Final = 2_000
"""Tasks to a transaction."""


def main() -> None:
    """Write one run."""
    parser = argparse.ArgumentParser(description="Measure nothing, but write a run as if an agent had worked.")
    parser.add_argument("home", type=Path)
    parser.add_argument("tasks", type=int)
    parser.add_argument("--iterations", type=int, default=1)
    parser.add_argument("--open", type=int, default=0, help="tasks that have no verdict yet")
    given = parser.parse_args()
    home = Home(given.home)
    print(write_run(home, given.tasks, Random(given.tasks), iterations=given.iterations, left=given.open))


def write_run(home: Home, tasks: int, chance: Random, *, iterations: int = 1, left: int = 0, now: int = BEGAN) -> int:
    """Write a run and return its id.

    Args:
        home: the data folder, made when there is none.
        tasks: of the run, over all languages and iterations.
        chance: what happens.
        iterations: of each exercise.
        left: tasks that have no verdict yet; up to 25 of them are under way.
        now: when the run was created, in milliseconds since the epoch.
    """
    home.ensure()
    prepare(home.database)
    run_token = uuid.UUID(int=chance.getrandbits(128)).hex
    with closing(connect(home.database, busy_seconds=20)) as connection:
        run = 0
        for group, finished in _groups(tasks - left):
            connection.execute("BEGIN IMMEDIATE")
            tx = Transaction(connection)
            if not run:
                run = _create(tasks, chance, iterations, now).apply(tx)
                TakeRun(run_id=run, owner="{}", token=run_token, now=now).apply(tx)
            now = _work(tx, run, run_token, group, chance, now)
            if finished:
                _leave_open(tx, run, run_token, min(25, left), now)
                if not left:
                    FinishRun(run_id=run, token=run_token, now=now).apply(tx)
            tx.write_out()
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return run


def _groups(tasks: int) -> Iterator[tuple[int, bool]]:
    for begun in range(0, max(1, tasks), GROUP):
        yield min(GROUP, tasks - begun), begun + GROUP >= tasks


def _create(tasks: int, chance: Random, iterations: int, now: int) -> CreateRun:
    ids = [
        NewTask(language=LANGUAGES[at % len(LANGUAGES)], exercise=_name(at), iteration=iteration, digest=f"{at:064x}")
        for at in range(-(-tasks // iterations))
        for iteration in range(1, iterations + 1)
    ]
    return CreateRun(
        uuid=str(uuid.UUID(int=chance.getrandbits(128))),
        name=chance.choice((None, f"{chance.choice(WORDS)} trial {tasks}")),
        suite=chance.choice(("bundled", "roo", "polyglot")),
        suite_path="bundled",
        agent=chance.choice(("command", "roo-cli")),
        agent_args={},
        settings={"apiProvider": "openrouter", "openRouterModelId": "anthropic/claude-sonnet-4", "rateLimitSeconds": 0},
        sandbox="bubblewrap",
        concurrency=25,
        timeout_seconds=300,
        iterations=iterations,
        environment={
            "rc_evals": "0",
            "not_runnable": [],
            "host": {"name": "here"},
            "limits": {"attempt_seconds": 1800},
        },
        tasks=ids[:tasks],
        now=now,
        model=chance.choice(("anthropic/claude-sonnet-4", "openai/gpt-5", None)),
    )


def _name(at: int) -> str:
    first, second = divmod(at // len(LANGUAGES), len(WORDS))
    return f"{WORDS[first % len(WORDS)]}-{WORDS[second]}-{first}"


def _work(tx: Transaction, run: int, token: str, tasks: int, chance: Random, now: int) -> int:
    """Decide so many tasks, one after the other, and return the time when the last was."""
    for _ in range(tasks):
        now += chance.randrange(50, 400)
        lease = _claim(tx, run, token, chance, now)
        if chance.random() < 0.02:
            lost = AttemptRecord(end_reason=EndReason.INFRA, error="the sandbox broke", prepare_ms=40)
            Requeue(lease=lease, record=lost, not_before=0, now=now).apply(tx)
            lease = _claim(tx, run, token, chance, now)
        for phase in ("preparing", "running", "testing"):
            EnterPhase(lease=lease, phase=phase, now=now).apply(tx)
        verdict, record = _outcome(lease, chance)
        Decide(lease=lease, verdict=verdict, record=record, now=now).apply(tx)
    return now


def _claim(tx: Transaction, run: int, token: str, chance: Random, now: int) -> Lease:
    tokens = [f"{token}-{chance.getrandbits(64):x}"]
    return Claim(run_id=run, run_token=token, tokens=tokens, now=now).apply(tx).leases[0]


def _leave_open(tx: Transaction, run: int, token: str, tasks: int, now: int) -> None:
    tokens = [f"{token}-{number}" for number in range(tasks)]
    for lease in Claim(run_id=run, run_token=token, tokens=tokens, now=now).apply(tx).leases:
        EnterPhase(lease=lease, phase="running", now=now).apply(tx)


def _outcome(lease: Lease, chance: Random) -> tuple[Outcome, AttemptRecord]:
    difficulty = (crc32(lease.exercise.encode()) % 7) / 14
    seconds = min(300.0, chance.lognormvariate(3.2 + difficulty, 0.7))
    tokens = round(chance.lognormvariate(10.5, 0.8))
    tools = {tool: ToolCount(attempts, attempts // 9) for tool in TOOLS if (attempts := chance.randrange(12))}
    usage = Usage(
        tokens_in=tokens,
        tokens_out=tokens // 20,
        tokens_context=tokens // 3,
        cache_reads=tokens // 2,
        cost_micros=tokens * 3,
        tools=tools,
        api_requests=1 + tokens // 9_000,
        api_errors=int(chance.random() < 0.05),
    )
    passes = chance.random() > difficulty
    weights = (30, 15, 12, 10, 6, 3, 2, 2, 1)
    verdict, end_reason, error = (
        (Outcome.PASSED, EndReason.COMPLETED, "") if passes else chance.choices(CAUSES, weights)[0]
    )
    wrong = 0 if passes else 4 if error.startswith("4") else 2
    tests = tuple(TestResult(f"test_{at}", at >= wrong, "expected 3, got 4" if at < wrong else "") for at in range(4))
    return verdict, AttemptRecord(
        end_reason=end_reason,
        error=error,
        exit_code=0,
        prepare_ms=chance.randrange(20, 80),
        agent_ms=round(1000 * seconds),
        test_ms=chance.randrange(300, 4_000),
        usage=usage,
        tests_ran=None if verdict is Outcome.VERIFIER_ERROR else 4,
        tests=() if verdict is Outcome.VERIFIER_ERROR else tests,
    )


if __name__ == "__main__":
    main()
