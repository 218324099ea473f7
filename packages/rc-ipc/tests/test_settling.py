"""The judgement of how a task stands, without a host: the sequences of real ones, then any sequence at all."""

import json
from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import AnyTaskEvent, Outcome, Until
from rc_ipc._outcome import FAILURES
from rc_ipc._settling import ABORT_GRACE, MAX_FAMILY, SETTLE_AFTER, Settling
from rc_types.events import (
    Message,
    TaskAborted,
    TaskActive,
    TaskAskResponded,
    TaskCompleted,
    TaskCreated,
    TaskDelegated,
    TaskDelegationCompleted,
    TaskDelegationResumed,
    TaskEvent,
    TaskFocused,
    TaskIdle,
    TaskInteractive,
    TaskPaused,
    TaskResumable,
    TaskSpawned,
    TaskStarted,
    TaskUnfocused,
    TaskUnpaused,
    read_task_event,
)
from rc_types.message import CLINE_ASKS, ClineMessage, TokenUsage
from rc_types.task import TaskId

T, C, D, X = TaskId("task"), TaskId("child"), TaskId("grandchild"), TaskId("stranger")
USAGE = TokenUsage(total_tokens_in=1, total_tokens_out=1, total_cost=0.1, context_tokens=2)
UNTILS: tuple[Until, ...] = ("presented", "settled", "accepted")
NEW_TASK = json.dumps({"tool": "newTask", "mode": "code", "content": "Do a part"})


def ask(name: str, ts: int, *, who: TaskId = T, text: str = "", partial: bool = False) -> Message:
    message = {"ts": ts, "type": "ask", "ask": name, "text": text, "partial": partial}
    event = read_task_event(
        {"eventName": "message", "payload": [{"taskId": who, "action": "created", "message": message}]}
    )
    assert isinstance(event, Message)
    return event


def say(
    name: Literal["text", "api_req_started", "completion_result"], ts: int, *, who: TaskId = T, text: str = ""
) -> Message:
    return Message.of(who, "created", ClineMessage(ts=ts, type="say", say=name, text=text))


def completed(who: TaskId = T, *, is_subtask: bool = False) -> TaskCompleted:
    return TaskCompleted.of(who, USAGE, {}, is_subtask=is_subtask)


def after(*events: AnyTaskEvent, settling: Settling | None = None) -> Settling:
    settling = settling or Settling(T)
    for event in events:
        settling.hear(event, 0.0)
    return settling


def kind(settling: Settling, until: Until = "presented") -> str | None:
    outcome = settling.outcome(until)
    return outcome.kind if outcome else None


STARTED: list[TaskEvent] = [TaskCreated.of(T), TaskFocused.of(T), say("text", 1, text="prompt"), TaskStarted.of(T)]
RESULT: list[TaskEvent] = [say("completion_result", 8, text="All done."), ask("completion_result", 9)]
DELEGATED: list[TaskEvent] = [
    ask("tool", 5, text=NEW_TASK),
    TaskAskResponded.of(T),
    TaskUnfocused.of(T),
    TaskAborted.of(T),
    TaskCreated.of(C),
    TaskFocused.of(C),
    TaskStarted.of(C),
]
RETURNED: list[TaskEvent] = [
    TaskUnfocused.of(C),
    TaskAborted.of(C),
    TaskCreated.of(T),
    TaskFocused.of(T),
    TaskActive.of(T),
    TaskStarted.of(T),
]


def test_a_host_since_3_51_presents_and_never_completes() -> None:
    """IPC spec 9.3 and evals spec 9.8 (b), (c)."""
    settling = after(*STARTED, *RESULT)
    told = Outcome("presented", T, "the result is presented", "completion_result", "All done.")
    assert settling.outcome("presented") == told
    assert kind(settling, "settled") is kind(settling, "accepted") is None
    after(TaskIdle.of(T), settling=settling)
    assert (kind(settling, "settled"), kind(settling, "accepted")) == ("presented", None)


def test_a_host_up_to_3_50_completes_at_once() -> None:
    """IPC spec 9.3."""
    settling = after(*STARTED, say("completion_result", 8, text="All done."), completed(), ask("completion_result", 9))
    assert {kind(settling, until) for until in UNTILS} == {"completed"}


def test_an_accepted_result_is_completed() -> None:
    """IPC spec 9.2, completion accepted."""
    settling = after(*STARTED, *RESULT, TaskIdle.of(T), TaskActive.of(T), TaskAskResponded.of(T), completed())
    assert {kind(settling, until) for until in UNTILS} == {"completed"}


def test_a_result_settles_by_silence() -> None:
    """Evals spec 9.8: 2 to 3 s for the trailing usage."""
    settling = after(*STARTED, *RESULT)
    assert settling.deadline == SETTLE_AFTER
    settling.pass_time(SETTLE_AFTER)
    assert kind(settling, "settled") == "presented"
    assert settling.deadline is None


def test_a_partial_ask_presents_nothing() -> None:
    """IPC spec 9.3."""
    assert kind(after(*STARTED, ask("completion_result", 9, partial=True))) is None


def test_feedback_lets_the_task_run_on_and_later_word_of_the_old_ask_means_nothing() -> None:
    """IPC spec 9.3 and 8.4: `created` and `updated` may come in either order."""
    settling = after(*STARTED, *RESULT, TaskIdle.of(T), TaskActive.of(T), TaskAskResponded.of(T))
    assert kind(settling) is None
    assert kind(after(RESULT[1], TaskIdle.of(T), settling=settling)) is None
    assert kind(after(ask("completion_result", 19), settling=settling)) == "presented"


def test_what_we_say_counts_as_an_answer_before_the_host_says_so() -> None:
    """Our rule: a wait right after a word must not return what was there before it."""
    settling = after(*STARTED, *RESULT)
    settling.go_on()
    assert kind(settling) is None
    assert kind(after(TaskIdle.of(T), settling=settling)) is None


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_an_ask_that_nobody_unattended_can_answer_is_a_failure(name: str) -> None:
    """Kilo differences KD-016, evals spec 9.8."""
    outcome = after(*STARTED, ask(name, 5, text="{}")).outcome("presented")
    assert outcome == Outcome("failed", T, FAILURES[name], name, "{}")


@pytest.mark.parametrize("name", ["mistake_limit_reached", "auto_approval_max_req_reached"])
def test_an_idle_ask_needs_input_at_once(name: str) -> None:
    """Evals spec 9.8."""
    assert kind(after(*STARTED, ask(name, 5))) == "needs_input"


@pytest.mark.parametrize("name", ["followup", "command", "tool", "use_mcp_server", "report_bug", "never_heard_of"])
def test_an_ask_that_a_setting_may_answer_needs_input_once_the_host_says_so(name: str) -> None:
    """IPC spec 7.1 and 9.2: the host waits two seconds to see whether it is approved."""
    settling = after(*STARTED, ask(name, 5, text="which?"))
    assert kind(settling) is None
    outcome = after(TaskInteractive.of(T), settling=settling).outcome("presented")
    assert outcome == Outcome("needs_input", T, "somebody has to answer", name, "which?")
    assert kind(after(TaskActive.of(T), TaskAskResponded.of(T), settling=settling)) is None


def test_an_ask_that_settings_approve_changes_nothing() -> None:
    """IPC spec 9.2."""
    assert kind(after(*STARTED, ask("tool", 5), TaskAskResponded.of(T), TaskInteractive.of(T))) is None


def test_output_of_a_command_is_no_question() -> None:
    """IPC spec 7.1: non-blocking; it may come at any time, also late."""
    settling = after(*STARTED, ask("command_output", 20), *RESULT, ask("command_output", 21))
    assert kind(settling) == "presented"


def test_who_comes_late_hears_that_somebody_is_waited_for() -> None:
    """IPC spec section 11: the ask has been missed."""
    outcome = after(TaskIdle.of(T)).outcome("presented")
    assert outcome == Outcome("needs_input", T, "somebody has to answer")


def test_a_cancelled_task_comes_back_and_waits() -> None:
    """IPC spec 9.2, `CancelTask`, and 9.3: words before the resume ask are lost."""
    settling = after(*STARTED, TaskAborted.of(T), TaskCreated.of(T), TaskFocused.of(T))
    assert (kind(settling), settling.deadline, settling.takes_words) == (None, None, False)
    after(ask("resume_task", 20), settling=settling)
    assert (kind(settling), settling.takes_words) == ("needs_input", True)
    assert kind(after(TaskResumable.of(T), TaskActive.of(T), TaskStarted.of(T), settling=settling)) is None


def test_an_aborted_task_that_does_not_come_back_is_over() -> None:
    """IPC spec Q15."""
    settling = after(*STARTED, TaskAborted.of(T))
    assert (kind(settling), settling.deadline) == (None, ABORT_GRACE)
    settling.pass_time(ABORT_GRACE)
    assert settling.outcome("presented") == Outcome("aborted", T, "the task was aborted")


def test_a_replaced_task_is_over_and_says_why() -> None:
    """IPC spec 9.2 and Q15: another task was started."""
    settling = after(*STARTED, TaskUnfocused.of(T), TaskAborted.of(T), TaskCreated.of(X), TaskStarted.of(X))
    assert settling.lineage == [T]
    settling.hear(TaskIdle.of(X), ABORT_GRACE)
    assert settling.outcome("presented") == Outcome("aborted", T, "another task took its place")


def test_a_task_that_is_opened_while_it_is_open_is_not_over() -> None:
    """IPC spec 9.2, `ResumeTask` of the current task: the abort follows the creation."""
    settling = after(*STARTED, TaskCreated.of(T), TaskAborted.of(T), TaskFocused.of(T), ask("resume_task", 20))
    settling.pass_time(ABORT_GRACE)
    assert kind(settling) == "needs_input"


def test_a_presented_result_outlives_its_task() -> None:
    """Our rule: whatever becomes of the task, the result was there."""
    settling = after(*STARTED, *RESULT, TaskAborted.of(T))
    settling.pass_time(ABORT_GRACE)
    assert [kind(settling, until) for until in UNTILS] == ["presented", "presented", "aborted"]
    lost = after(*STARTED, *RESULT)
    lost.lose("gone")
    assert [kind(lost, until) for until in UNTILS] == ["presented", "presented", "disconnected"]


def test_a_sub_task_works_for_its_parent_until_it_returns() -> None:
    """IPC spec 9.2, delegation: no event names the two together."""
    settling = after(*STARTED, *DELEGATED)
    assert (settling.lineage, settling.deadline, settling.takes_words) == ([T, C], None, True)
    assert kind(after(ask("completion_result", 6, who=C), settling=settling)) is None
    assert kind(after(*RETURNED, settling=settling)) is None
    assert (settling.lineage, settling.deadline) == ([T], None)
    assert kind(after(*RESULT, settling=settling)) == "presented"


def test_sub_tasks_have_sub_tasks() -> None:
    """IPC spec 9.2."""
    further: list[TaskEvent] = [
        ask("tool", 6, who=C, text=NEW_TASK),
        TaskAborted.of(C),
        TaskCreated.of(D),
        TaskFocused.of(D),
    ]
    settling = after(*STARTED, *DELEGATED, *further)
    assert settling.lineage == [T, C, D]
    after(TaskAborted.of(D), TaskCreated.of(C), TaskFocused.of(C), TaskActive.of(C), settling=settling)
    assert settling.lineage == [T, C]


def test_a_sub_task_that_asks_is_named() -> None:
    """IPC spec R-15; the answer goes to whoever is in front."""
    settling = after(*STARTED, *DELEGATED, ask("followup", 7, who=C), TaskInteractive.of(C))
    assert settling.outcome("presented") == Outcome("needs_input", C, "somebody has to answer", "followup", "")


def test_a_sub_task_that_is_aborted_for_good_ends_its_parent() -> None:
    """IPC spec Q15."""
    settling = after(*STARTED, *DELEGATED, TaskAborted.of(C))
    settling.pass_time(ABORT_GRACE)
    assert kind(settling) == "aborted"


def test_a_delegation_that_was_denied_adopts_nobody() -> None:
    """IPC spec Q15: the parent went on before it was replaced."""
    denied: list[TaskEvent] = [ask("tool", 5, text=NEW_TASK), TaskAskResponded.of(T), say("api_req_started", 6)]
    assert after(*STARTED, *denied, TaskAborted.of(T), TaskCreated.of(X)).lineage == [T]


@pytest.mark.parametrize(
    "text", ["", "newTask", '{"tool":"readFile","path":"\\"newTask\\""}', "[" * 20_000, '"newTask"']
)
def test_only_a_tool_that_makes_a_task_delegates(text: str) -> None:
    """IPC spec Q15; the text is a peer's."""
    asked = ask("tool", 5, text=text + '"newTask"' if text.startswith("[") else text)
    assert after(*STARTED, asked, TaskAborted.of(T), TaskCreated.of(X)).lineage == [T]


@pytest.mark.parametrize("told", [TaskSpawned.of(T, C), TaskDelegated.of(T, C)])
@pytest.mark.parametrize(
    "returned",
    [
        completed(C, is_subtask=True),
        TaskDelegationCompleted.of(T, C, "done"),
        TaskDelegationResumed.of(T, C),
        TaskUnpaused.of(T),
    ],
)
def test_hosts_that_name_parent_and_child_are_believed(told: TaskEvent, returned: TaskEvent) -> None:
    """IPC spec 6, KD-011: older hosts and Kilo Code."""
    settling = after(*STARTED, told, TaskPaused.of(T), TaskAborted.of(T))
    assert (settling.lineage, settling.deadline) == ([T, C], None)
    after(returned, settling=settling)
    assert (settling.lineage, kind(settling)) == ([T], None)


def test_a_family_does_not_grow_without_end() -> None:
    """Our rule: a hostile host costs no memory."""
    settling = Settling(T)
    for number in range(2 * MAX_FAMILY):
        settling.hear(TaskSpawned.of(settling.lineage[-1], TaskId(str(number))), 0.0)
    assert len(settling.lineage) == MAX_FAMILY


def test_a_lost_connection_ends_what_runs() -> None:
    """IPC spec R-15."""
    settling = after(*STARTED)
    settling.lose("the peer closed the connection")
    assert settling.outcome("presented") == Outcome("disconnected", T, "the peer closed the connection")


def test_the_result_does_not_show_in_the_repr() -> None:
    """IPC spec R-18."""
    assert "All done." not in repr(after(*STARTED, *RESULT).outcome("presented"))


Notice: TypeAlias = (
    TaskCreated
    | TaskStarted
    | TaskAborted
    | TaskFocused
    | TaskUnfocused
    | TaskActive
    | TaskInteractive
    | TaskResumable
    | TaskIdle
    | TaskPaused
    | TaskUnpaused
    | TaskAskResponded
)


def notice(kind: type[Notice], who: TaskId) -> Notice:
    return kind.of(who)


IDS = st.sampled_from([T, C, D, X])
TIMES = st.integers(0, 20)
NOTICES: st.SearchStrategy[type[Notice]] = st.sampled_from(get_args(Notice))
EVENTS: st.SearchStrategy[TaskEvent] = st.one_of(
    st.builds(notice, NOTICES, IDS),
    st.builds(TaskSpawned.of, IDS, IDS),
    st.builds(TaskDelegated.of, IDS, IDS),
    st.builds(TaskDelegationResumed.of, IDS, IDS),
    st.builds(completed, IDS),
    st.builds(
        ask, st.sampled_from([*CLINE_ASKS, *FAILURES]), TIMES, who=IDS, text=st.sampled_from(["", NEW_TASK, "x"])
    ),
    st.builds(say, st.sampled_from(["api_req_started", "completion_result"]), TIMES, who=IDS),
)
STORIES = st.lists(st.tuples(EVENTS, st.floats(0, 6)), max_size=40)


def judgement(settling: Settling) -> tuple[object, ...]:
    outcomes = [settling.outcome(until) for until in UNTILS]
    return (*outcomes, tuple(settling.lineage), settling.deadline, settling.takes_words)


@given(story=STORIES)
def test_what_has_ended_has_ended_whatever_comes(story: list[tuple[TaskEvent, float]]) -> None:
    """Terminal states are final, in any order of events."""
    settling, now, ended = Settling(T), 0.0, None
    for event, seconds in story:
        now += seconds
        settling.hear(event, now)
        accepted = settling.outcome("accepted")
        if accepted is not None and accepted.kind != "needs_input":
            outcomes = [settling.outcome(until) for until in UNTILS]
            if ended is None:
                ended = [None if o is None else o.kind for o in outcomes], accepted
                assert None not in ended[0]
            assert ([None if o is None else o.kind for o in outcomes], accepted) == ended


@given(story=STORIES)
def test_no_event_is_needed_twice_and_none_hurts_twice(story: list[tuple[TaskEvent, float]]) -> None:
    """Hosts say some things several times (IPC spec 9.2)."""
    once, twice, now = Settling(T), Settling(T), 0.0
    for event, seconds in story:
        now += seconds
        once.hear(event, now)
        twice.hear(event, now)
        twice.hear(event, now)
        assert judgement(once) == judgement(twice)


@given(story=STORIES)
def test_a_lineage_is_a_line_from_the_task_on(story: list[tuple[TaskEvent, float]]) -> None:
    settling = after(*(event for event, _ in story))
    assert settling.lineage[0] == T
    assert len(set(settling.lineage)) == len(settling.lineage)


def about(event: TaskEvent) -> Iterable[object]:
    return (getattr(event, name, None) for name in ("task_id", "parent_task_id", "child_task_id"))


@given(story=STORIES)
def test_the_events_of_strangers_do_not_matter(story: list[tuple[TaskEvent, float]]) -> None:
    """All clients hear about all tasks (IPC spec section 9). A new task may turn out to be a child, though."""
    everything, ours, now = Settling(T), Settling(T), 0.0
    for event, seconds in story:
        now += seconds
        is_strange = set(about(event)) <= {None, X}
        if is_strange and isinstance(event, TaskCreated):
            continue
        everything.hear(event, now)
        if is_strange and X not in ours.lineage:
            ours.pass_time(now)
        else:
            ours.hear(event, now)
        assert judgement(everything) == judgement(ours)


@given(story=STORIES, until=st.sampled_from(UNTILS))
def test_every_wait_ends_with_the_connection(story: list[tuple[TaskEvent, float]], until: Until) -> None:
    settling = after(*(event for event, _ in story))
    settling.lose("gone")
    assert settling.outcome(until) is not None
