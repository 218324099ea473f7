"""The law of the store: whatever controllers and attempts do, and whenever they die, a task gets one verdict."""

from importlib.resources import files
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from rc_evals.languages.model import TestResult
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.store.attempts import CancelQueued, Claim, Decide, EnterPhase, Lease, Requeue
from rc_evals.store.closing import AttemptRecord
from rc_evals.store.connection import connect
from rc_evals.store.journal import Command
from rc_evals.store.runs import LEASE_MS, CreateRun, FinishRun, KeepRun, LeaveRun, NewTask, RequestCancel, TakeRun
from rc_evals.store.transaction import Transaction
from rc_evals.usage import ToolCount, Usage

from .recounting import recounted, shown

TASKS = 4

numbers = st.none() | st.integers(0, 1000)
usages = st.builds(
    Usage,
    tokens_in=st.integers(0, 1000),
    tokens_out=st.integers(0, 1000),
    cache_writes=st.integers(0, 1000),
    cache_reads=st.integers(0, 1000),
    cost_micros=numbers,
    tools=st.dictionaries(st.sampled_from("ab"), st.builds(ToolCount, st.integers(0, 9), st.integers(0, 9))),
    api_requests=st.integers(0, 9),
    api_errors=st.integers(0, 9),
)
records = st.builds(
    AttemptRecord,
    end_reason=st.sampled_from([EndReason.COMPLETED, EndReason.LOST]),
    error=st.sampled_from(["", "2 of 3 tests failed; the first is a", "the sandbox broke"]),
    prepare_ms=numbers,
    agent_ms=numbers,
    test_ms=numbers,
    usage=st.none() | usages,
    tests_ran=st.sampled_from([None, 1]),
    tests=st.sampled_from([(), (TestResult("a", True),)]),
)


def create_run(now: int = 0, tasks: int = TASKS) -> CreateRun:
    return CreateRun(
        uuid="u",
        name=None,
        suite="s",
        suite_path="s",
        agent="nop",
        agent_args={},
        settings=None,
        sandbox="none",
        concurrency=2,
        timeout_seconds=300,
        iterations=1,
        environment={},
        tasks=[NewTask(language="python", exercise=f"e{i}", iteration=1, digest="d") for i in range(tasks)],
        now=now,
    )


class OneVerdict(RuleBasedStateMachine):
    """Controllers take, lose and leave a run; attempts of any of them report at any time, also long after."""

    controllers: Bundle[str] = Bundle("controllers")
    leases: Bundle[Lease] = Bundle("leases")

    @initialize()
    def begin(self) -> None:
        self.connection = connect(":memory:", busy_seconds=0)
        self.connection.executescript(files("rc_evals.store").joinpath("schema.sql").read_text())
        self.now, self.names = 1000, 0
        self.run = self.do(create_run(self.now))
        self.verdicts: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()

    def do(self, command: Command[Any]) -> Any:
        self.connection.execute("BEGIN")
        tx = Transaction(self.connection)
        result = command.apply(tx)
        tx.write_out()
        self.connection.execute("COMMIT")
        return result

    @rule(target=controllers, later=st.sampled_from([0, LEASE_MS]))
    def take(self, later: int) -> str | MultipleResults[str]:
        self.now += later
        self.names += 1
        token = f"c{self.names}"
        taken = self.do(TakeRun(run_id=self.run, owner=token, token=token, now=self.now))
        nothing: MultipleResults[str] = multiple()
        return token if taken else nothing

    @rule(controller=controllers)
    def keep(self, controller: str) -> None:
        self.do(KeepRun(run_id=self.run, token=controller, now=self.now))

    @rule(controller=consumes(controllers))
    def leave(self, controller: str) -> None:
        self.do(LeaveRun(run_id=self.run, token=controller, now=self.now))

    @rule(target=leases, controller=controllers, slots=st.integers(1, 3))
    def claim(self, controller: str, slots: int) -> Any:
        self.names += 1
        tokens = [f"{controller}-{self.names}.{i}" for i in range(slots)]
        claimed = self.do(Claim(run_id=self.run, run_token=controller, tokens=tokens, now=self.now))
        holder = self.rows("SELECT lease_token FROM runs")[0][0]
        assert not claimed.leases or holder == controller
        return multiple(*claimed.leases)

    @rule(target=controllers, dead=consumes(controllers), inherits=st.booleans())
    def follow(self, dead: str, inherits: bool) -> str | MultipleResults[str]:
        """Take the run of a controller that is dead, with what it held or without."""
        self.names += 1
        token = f"c{self.names}"
        held = self.held(dead)
        take = TakeRun(run_id=self.run, owner=token, token=token, now=self.now, evicted=dead, inherits=inherits)
        taken = self.do(take)
        assert self.held(token) == (held if taken and inherits else set())
        nothing: MultipleResults[str] = multiple()
        return token if taken else nothing

    @rule(target=leases, controller=controllers)
    def adopt(self, controller: str) -> Any:
        """Go on with what a predecessor held."""
        found = self.rows(
            """SELECT tasks.id, language, exercise, iteration, lease_token, attempts.id, number, token
            FROM tasks JOIN attempts ON task_id = tasks.id AND number = attempts WHERE lease_token IS NOT NULL"""
        )
        return multiple(
            *(
                Lease(
                    task_id=task, run_id=self.run, language=language, exercise=exercise, iteration=iteration,
                    attempt_id=attempt, number=number, failures=0, token=token, job_token=job,
                )
                for task, language, exercise, iteration, token, attempt, number, job in found
                if token.startswith(f"{controller}-")
            )
        )  # fmt: skip

    def held(self, controller: str) -> set[int]:
        """The tasks whose lease names a controller."""
        leased = self.rows("SELECT id, lease_token FROM tasks WHERE lease_token IS NOT NULL")
        return {task for task, token in leased if token.startswith(f"{controller}-")}

    def holds(self, lease: Lease) -> bool:
        """Whether a lease is the one that the store knows."""
        return self.rows(f"SELECT lease_token FROM tasks WHERE id = {lease.task_id}") == [(lease.token,)]

    @rule(lease=leases, phase=st.sampled_from(["preparing", "running", "testing"]))
    def enter(self, lease: Lease, phase: str) -> None:
        held = self.holds(lease)
        assert self.do(EnterPhase(lease=lease, phase=phase, now=self.now)) == held

    @rule(lease=leases, verdict=st.sampled_from(sorted(Outcome)), record=records)
    def decide(self, lease: Lease, verdict: Outcome, record: AttemptRecord) -> None:
        held = self.holds(lease)
        if self.do(Decide(lease=lease, verdict=verdict, record=record, now=self.now)):
            assert held
            assert lease.task_id not in self.verdicts
            self.verdicts[lease.task_id] = verdict.value

    @rule(lease=leases, delay=st.integers(0, 10), record=records)
    def requeue(self, lease: Lease, delay: int, record: AttemptRecord) -> None:
        held = self.holds(lease)
        assert self.do(Requeue(lease=lease, record=record, not_before=self.now + delay, now=self.now)) == held

    @rule()
    def cancel(self) -> None:
        self.do(RequestCancel(run_id=self.run, now=self.now))
        before = {key for (key,) in self.rows("SELECT id FROM tasks WHERE state = 'queued'")}
        self.do(CancelQueued(run_id=self.run, now=self.now))
        if self.rows("SELECT state FROM runs")[0][0] == "cancelling":
            self.verdicts |= dict.fromkeys(before, Outcome.CANCELLED.value)

    @rule(controller=controllers)
    def finish(self, controller: str) -> None:
        if self.do(FinishRun(run_id=self.run, token=controller, now=self.now)):
            assert len(self.verdicts) == TASKS

    @invariant()
    def verdicts_never_change(self) -> None:
        if hasattr(self, "connection"):
            assert dict(self.rows("SELECT id, verdict FROM tasks WHERE verdict IS NOT NULL")) == self.verdicts

    @invariant()
    def a_task_has_at_most_one_open_attempt(self) -> None:
        if hasattr(self, "connection"):
            unclosed = self.rows("SELECT count(*) FROM attempts WHERE end_reason IS NULL GROUP BY task_id")
            assert all(count == 1 for (count,) in unclosed)

    @invariant()
    def projections_are_what_a_count_says(self) -> None:
        if hasattr(self, "connection"):
            assert shown(self.connection) == recounted(self.connection)

    def rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()


TestOneVerdict = OneVerdict.TestCase
TestOneVerdict.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
