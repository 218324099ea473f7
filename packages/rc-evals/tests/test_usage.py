"""Counting what attempts use: laws of merging and adding, and the path from events to totals."""

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.meter import LONGEST_NAME, MOST_NAMES, OTHERS, Meter
from rc_evals.retries import RETRIES, retry_delay
from rc_evals.usage import ToolCount, Usage, merge
from rc_types.events import Message, TaskCompleted, TaskStarted, TaskTokenUsageUpdated, read_task_event
from rc_types.message import ClineAsk, ClineMessage, ClineSay, TokenUsage
from rc_types.task import TaskId
from rc_types.tool import ToolAttempts

counts = st.integers(0, 2**40)
tools = st.dictionaries(st.sampled_from("abc"), st.builds(ToolCount, counts, counts), max_size=3)
usages = st.builds(
    Usage,
    tokens_in=counts,
    tokens_out=counts,
    tokens_context=counts,
    cache_writes=counts,
    cache_reads=counts,
    cost_micros=st.none() | counts,
    tools=tools,
    api_requests=counts,
    api_errors=counts,
)


@given(usages, usages)
def test_merging_lets_no_counter_go_back(old: Usage, new: Usage) -> None:
    """Spec 9.5: an agent that rebuilt its task reports empty counters again."""
    merged = merge(old, new)
    assert merged.tokens_in >= max(old.tokens_in, new.tokens_in)
    assert (merged.cost_micros or 0) >= max(old.cost_micros or 0, new.cost_micros or 0)
    assert merged.api_errors >= max(old.api_errors, new.api_errors)
    assert all(merged.tools[name].attempts >= count.attempts for name, count in {**old.tools, **new.tools}.items())


def test_merging_tools_by_maximum() -> None:
    """Spec 23, vector "merge by maximum"."""
    old = Usage(tools={"a": ToolCount(5, 1)})
    assert merge(old, Usage()).tools == {"a": ToolCount(5, 1)}
    assert merge(old, Usage(tools={"a": ToolCount(8, 1)})).tools == {"a": ToolCount(8, 1)}
    expected = {"a": ToolCount(5, 1), "b": ToolCount(1, 0)}
    assert merge(old, Usage(tools={"b": ToolCount(1, 0)})).tools == expected


@given(usages, usages, usages)
def test_adding_does_not_depend_on_order(a: Usage, b: Usage, c: Usage) -> None:
    """Our rule: sub-tasks add up the same however they come."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)


def test_adding_two_tasks() -> None:
    """Spec 23, vector "aggregate"; contexts are not summed (quirk Q8)."""
    first = Usage(
        tokens_in=100_000, tokens_out=2_000, tokens_context=102_000, cost_micros=50_000,
        tools={"read_file": ToolCount(3, 0), "apply_diff": ToolCount(3, 1)},
    )  # fmt: skip
    second = Usage(
        tokens_in=75_000, tokens_out=1_000, tokens_context=76_000, cost_micros=40_000,
        tools={"read_file": ToolCount(3, 0), "apply_diff": ToolCount(2, 0)},
    )  # fmt: skip
    both = first + second
    assert (both.tokens_in, both.tokens_out, both.tokens_context) == (175_000, 3_000, 102_000)
    assert both.cost_micros == 90_000
    assert both.tools == {"read_file": ToolCount(6, 0), "apply_diff": ToolCount(5, 1)}


def test_unknown_cost_is_not_zero() -> None:
    """Spec 24.12."""
    assert (Usage() + Usage()).cost_micros is None
    assert (Usage() + Usage(cost_micros=0)).cost_micros == 0


def test_tools_without_tokens_say_nothing_of_the_cost() -> None:
    """Spec 24.12: an agent may be known to have worked, and nobody to have told what that cost."""
    meter = Meter()
    nothing = TokenUsage(total_tokens_in=0, total_tokens_out=0, total_cost=0, context_tokens=0)
    meter.observe(TaskTokenUsageUpdated.of(TaskId("t"), nothing, {"edit": ToolAttempts(attempts=1, failures=0)}))
    assert meter.total == Usage(tools={"edit": ToolCount(1, 0)})
    meter.observe(TaskTokenUsageUpdated.of(TaskId("t"), report(5, 0.0), {}))
    assert meter.total is not None
    assert meter.total.cost_micros == 0, "a model of one's own is for nothing"


def report(tokens: int, cost: float) -> TokenUsage:
    return TokenUsage(total_tokens_in=tokens, total_tokens_out=1, total_cost=cost, context_tokens=tokens)


def test_the_meter_keeps_tasks_apart_and_adds_them() -> None:
    """Spec 24.7: maximum within one id, sum over ids."""
    meter = Meter()
    parent, child = TaskId("p"), TaskId("c")
    assert not meter.observe(TaskStarted.of(parent))
    assert Meter().total is None
    assert meter.observe(TaskTokenUsageUpdated.of(parent, report(10, 0.25), {}))
    meter.observe(TaskCompleted.of(child, report(5, 0.1), {"read_file": ToolAttempts(attempts=2, failures=1)}))
    meter.observe(TaskTokenUsageUpdated.of(parent, report(4, 0.0), {}))
    total = meter.total
    assert total is not None
    assert (total.tokens_in, total.cost_micros) == (15, 350_000)
    assert total.tools == {"read_file": ToolCount(2, 1)}


def test_requests_to_the_model_and_their_failures_are_counted_once() -> None:
    """Spec 9.7, 24.7: a failure is told again when it is tried again; waiting for one's own rate is none."""
    meter = Meter()
    assert not meter.observe(say("text"))
    assert meter.observe(say("api_req_started"))
    assert not meter.observe(say("api_req_started", grows=True))
    assert meter.observe(ask("api_req_failed"))
    assert meter.observe(say("api_req_retried"))
    assert meter.observe(say("api_req_started"))
    assert meter.observe(say("api_req_retry_delayed"))
    assert not meter.observe(say("api_req_rate_limit_wait"))
    assert meter.total == Usage(api_requests=2, api_errors=2)
    meter.observe(TaskTokenUsageUpdated.of(TaskId("t"), report(5, 0.25), {}))
    assert meter.total == Usage(
        tokens_in=5, tokens_out=1, tokens_context=5, cost_micros=250_000, api_requests=2, api_errors=2
    )


def say(kind: ClineSay, *, grows: bool = False) -> Message:
    return Message.of(TaskId("t"), "updated" if grows else "created", ClineMessage(ts=1, type="say", say=kind))


def ask(kind: ClineAsk) -> Message:
    return Message.of(TaskId("t"), "created", ClineMessage(ts=1, type="ask", ask=kind))


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_that_an_agent_claims_fits_into_the_store(tokens: float, cost: float) -> None:
    """Our rule: claims of an agent are hostile input."""
    meter = Meter()
    usage = TokenUsage(total_tokens_in=tokens, total_tokens_out=0, total_cost=cost, context_tokens=0)
    meter.observe(TaskTokenUsageUpdated.of(TaskId("t"), usage, {}))
    total = meter.total
    assert total is not None
    a_million_attempts = 2**20
    assert 0 <= a_million_attempts * total.tokens_in < 2**63
    assert 0 <= a_million_attempts * (total.cost_micros or 0) < 2**63


@given(failures=st.integers(1, RETRIES), chance=st.floats(0, 1, exclude_max=True))
def test_back_off_doubles_with_jitter(failures: int, chance: float) -> None:
    """Spec 23, vector "back-off": uniformly in [0.5, 1.5) x 2^(n-1) s."""
    delay = retry_delay(failures, chance=chance)
    assert delay is not None
    assert 0.5 * 2 ** (failures - 1) <= delay < 1.5 * 2 ** (failures - 1) + 1e-9


def test_retries_are_used_up() -> None:
    """Spec 24.5: at most two retries by default."""
    assert retry_delay(RETRIES + 1, chance=0.0) is None


def test_however_many_names_an_agent_claims_only_so_many_are_kept() -> None:
    """Law 7: what has no room under its own name is counted with the others."""
    meter = Meter()
    usage = {"totalTokensIn": 1, "totalTokensOut": 0, "totalCost": 0, "contextTokens": 0}
    for number in range(3 * MOST_NAMES):
        names = [f"tool-{number}-{each}" for each in range(3)] + ["x" * (LONGEST_NAME + 1)]
        tools = {name: {"attempts": 1, "failures": 0} for name in names}
        event = read_task_event({"eventName": "taskTokenUsageUpdated", "payload": [f"task-{number}", usage, tools]})
        assert isinstance(event, TaskTokenUsageUpdated)
        meter.observe(event)
    total = meter.total
    assert total is not None
    assert total.tokens_in == MOST_NAMES + 1
    assert MOST_NAMES <= len(total.tools) <= MOST_NAMES + 1
    assert OTHERS in total.tools
