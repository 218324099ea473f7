"""What the live view knows, event by event."""

from rc_evals import Outcome
from rc_evals.cli.progress import Plan, Progress
from rc_evals.events import Decided, PhaseEntered, Retrying, TaskRef, UsageReported
from rc_evals.usage import Usage


def start(total: int = 10, concurrency: int = 2, cost: int | None = None, **verdicts: int) -> Progress:
    plan = Plan(
        run_id=1,
        suite="s",
        agent="a",
        sandbox="none",
        concurrency=concurrency,
        total=total,
        verdicts=verdicts,
        cost_micros=cost,
    )
    return Progress(plan, began=0)


def ref(task: int, attempt: int = 1) -> TaskRef:
    return TaskRef(task, "go", f"e{task}", 1, attempt)


def decided(task: int, verdict: Outcome, at: int, usage: Usage | None = None) -> Decided:
    return Decided(ref(task), verdict, "", usage, at)


def test_a_resumed_run_counts_on_from_what_it_has() -> None:
    progress = start(passed=3, failed=1, timeout=1, infra_failed=1)
    progress.observe(decided(9, Outcome.LIMIT, 5))
    assert (progress.done, progress.passed, progress.failed, progress.not_counted) == (7, 3, 3, 1)


def test_an_attempt_is_shown_in_its_phase_until_it_ends() -> None:
    progress = start()
    for phase, at in (("preparing", 10), ("running", 20), ("running", 30), ("testing", 40)):
        progress.observe(PhaseEntered(ref(1), phase, at))
    attempt = progress.running[1]
    assert (attempt.phase, attempt.began, attempt.since) == ("testing", 10, 40)
    progress.observe(decided(1, Outcome.PASSED, 50))
    assert not progress.running


def test_a_retry_is_counted_and_its_money_stays_spent() -> None:
    progress = start(cost=1_000)
    progress.observe(PhaseEntered(ref(1), "running", 0))
    progress.observe(UsageReported(ref(1), Usage(cost_micros=300)))
    progress.observe(UsageReported(ref(1), Usage(cost_micros=500)))
    progress.observe(Retrying(ref(1), "no", 1.0))
    progress.observe(UsageReported(ref(1, 2), Usage(cost_micros=70)))
    assert (progress.retries, progress.cost_micros, progress.running) == (1, 1_570, {})
    progress.observe(decided(1, Outcome.PASSED, 9, Usage(cost_micros=100)))
    assert progress.cost_micros == 1_600


def test_money_is_unknown_until_somebody_names_it() -> None:
    progress = start()
    progress.observe(decided(1, Outcome.PASSED, 9, Usage(tokens_in=5)))
    assert progress.cost_micros is None


def test_the_end_is_estimated_from_the_median_and_what_works_at_a_time() -> None:
    """Spec 24.9: remaining / concurrency x median."""
    progress = start(total=9, concurrency=2)
    assert progress.milliseconds_left(0) is None
    for task, took in enumerate((1_000, 2_000, 60_000)):
        progress.observe(PhaseEntered(ref(task), "preparing", 0))
        progress.observe(decided(task, Outcome.PASSED, took))
    assert progress.milliseconds_left(60_000) == 6 * 2_000 / 2
    progress.observe(PhaseEntered(ref(7), "preparing", 60_000))
    assert progress.milliseconds_left(61_500) == (5 * 2_000 + 500) / 2
    assert progress.milliseconds_left(99_000) == 5 * 2_000 / 2


def test_nothing_is_left_of_a_run_that_is_done() -> None:
    progress = start(total=1)
    progress.observe(PhaseEntered(ref(1), "preparing", 0))
    progress.observe(decided(1, Outcome.PASSED, 100))
    assert progress.milliseconds_left(100) is None


def test_after_missed_events_the_store_is_believed() -> None:
    progress = start(passed=1)
    progress.observe(PhaseEntered(ref(1), "running", 0))
    progress.correct(start(passed=4, failed=2, cost=70).plan)
    assert (progress.done, progress.failed, progress.cost_micros, progress.running) == (6, 2, 70, {})
