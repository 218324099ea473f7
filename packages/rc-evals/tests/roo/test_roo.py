"""The agent `roo`: what it says to a host, what it makes of what it hears, and how it ends."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from rc_evals import EndReason, InfrastructureError
from rc_evals.agents.following import Following
from rc_evals.agents.host_settings import UNATTENDED, configuration
from rc_evals.redaction import Redaction
from rc_types.events import (
    AnyTaskEvent,
    Message,
    TaskAborted,
    TaskCompleted,
    TaskIdle,
    TaskStarted,
    TaskTokenUsageUpdated,
)
from rc_types.ipc import CancelTask, CloseTask, TaskCommand
from rc_types.message import TokenUsage
from rc_types.tool import ToolAttempts

from .scene import HOST, TASK, FullStage, Scene, UndyingStage, asking, make_scene, saying, with_command

USAGE = TokenUsage(total_tokens_in=100, total_tokens_out=20, total_cost=0.5, context_tokens=120)
TOOLS = {"read_file": ToolAttempts(attempts=2, failures=1)}


@pytest.fixture(autouse=True)
def _hosts_without_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host of these tests does nothing when it is asked to close."""
    monkeypatch.setattr("rc_evals.agents.driving.CLOSE_SECONDS", 0.05)
    monkeypatch.setattr("rc_evals.agents.roo.AFTERWORD_SECONDS", 0.2)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = make_scene(tmp_path)
    yield scene
    if scene.working is not None and not scene.working.done():
        scene.working.cancel()
        await asyncio.wait({scene.working})


async def test_the_task_is_started_with_the_prompt_and_the_settings_of_evaluations(scene: Scene) -> None:
    """Spec 7.3, 9.3."""
    command = await scene.start()
    assert command.data.text == scene.stage.exercise.prompt
    assert command.data.configuration.to_wire() == dict(UNATTENDED)
    await scene.present()
    await scene.end()


async def test_the_link_goes_to_the_socket_in_the_channel_and_to_its_owner(scene: Scene) -> None:
    """Spec 24.4: 107 bytes are all that a path of a socket may have, however deep the data folder lies."""
    await scene.start()
    await scene.present()
    await scene.end()
    ((address, uid),) = scene.linked
    assert len(address) < 107
    assert uid == os.getuid()


async def test_a_presented_result_is_the_end_and_the_host_is_asked_to_close(scene: Scene) -> None:
    """Spec 9.8 for hosts from 3.51 on, 7.6."""
    await scene.start()
    await scene.present()
    closing = await scene.hear(CloseTask)
    assert closing.data == TASK
    end = await scene.end()
    assert (end.reason, end.error) == (EndReason.COMPLETED, "")


async def test_an_accepted_result_is_the_end_too(scene: Scene) -> None:
    """Spec 9.8 for hosts before 3.51."""
    await scene.start()
    await scene.tell(TaskCompleted.of(TASK, USAGE, TOOLS))
    assert (await scene.end()).reason is EndReason.COMPLETED
    assert isinstance(scene.stage.events[-1], TaskCompleted)


async def test_what_the_host_says_is_handed_on_as_it_comes_and_whole(scene: Scene) -> None:
    """Spec 9.4: usage counts while the task works; unfinished messages only repeat themselves."""
    await scene.start()
    await scene.tell(
        saying("text", partial=True),
        saying("text"),
        TaskTokenUsageUpdated.of(TASK, USAGE, TOOLS),
    )
    await scene.stage.told(3)
    await scene.present()
    end = await scene.end()
    told = [type(event) for event in scene.stage.events]
    assert told == [TaskStarted, Message, TaskTokenUsageUpdated, Message, TaskIdle]
    assert end.worked_ms is not None


async def test_usage_right_behind_the_result_is_not_missed(scene: Scene) -> None:
    """Spec 9.8: after the result the last usage may still come."""
    await scene.start()
    await scene.tell(asking("completion_result"), TaskTokenUsageUpdated.of(TASK, USAGE, TOOLS), TaskIdle.of(TASK))
    await scene.end()
    assert any(isinstance(event, TaskTokenUsageUpdated) for event in scene.stage.events)


@pytest.mark.parametrize(
    ("ask", "reason", "evidence"),
    [
        ("api_req_failed", EndReason.AGENT_ERROR, "the request to the model failed: 402 no money"),
        ("mistake_limit_reached", EndReason.NEEDS_INPUT, "the host asks mistake_limit_reached"),
        ("auto_approval_max_req_reached", EndReason.LIMIT, "used up"),
    ],
)
async def test_a_question_that_nobody_answers_ends_the_attempt_early(
    scene: Scene, ask: str, reason: EndReason, evidence: str
) -> None:
    """Spec 9.8, last paragraph."""
    await scene.start()
    await scene.tell(asking(ask, "402 no money"))
    end = await scene.end()
    assert end.reason is reason
    assert evidence in end.error


async def test_a_task_that_is_aborted_is_an_error_of_the_agent(scene: Scene) -> None:
    """Spec 7.5."""
    await scene.start()
    await scene.tell(TaskAborted.of(TASK))
    end = await scene.end()
    assert (end.reason, end.error) == (EndReason.AGENT_ERROR, "the task was aborted")


async def test_trouble_with_the_models_api_is_evidence(scene: Scene) -> None:
    """Spec 9.7: the host's own rate limit is no trouble, and a success needs no evidence."""
    await scene.start()
    await scene.tell(
        saying("api_req_retry_delayed", ts=1),
        saying("api_req_retried", ts=2),
        saying("api_req_rate_limit_wait", ts=3),
        asking("api_req_failed"),
    )
    assert (await scene.end()).error.endswith("; the model's API was unstable (2 retries)")


async def test_when_its_time_is_up_the_task_is_cancelled(scene: Scene) -> None:
    """Spec 7.5: CancelTask, then the host is ended."""
    scene.stage.seconds = 1.0
    await scene.start()
    await scene.hear(CancelTask)
    await scene.tell(TaskTokenUsageUpdated.of(TASK, USAGE, TOOLS), TaskAborted.of(TASK))
    end = await scene.end()
    assert (end.reason, end.error) == (EndReason.TIMEOUT, "the agent was not done after 1 s")
    assert any(isinstance(event, TaskTokenUsageUpdated) for event in scene.stage.events), "usage up to the end counts"
    assert end.worked_ms is None, "it had all of its time"


async def test_taking_leave_is_no_part_of_the_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is there in time is there in time, however long its host takes to close."""
    scene.stage.seconds = 1.0
    monkeypatch.setattr("rc_evals.agents.driving.CLOSE_SECONDS", 1.5)
    await scene.start()
    await scene.present()
    assert (await scene.end()).reason is EndReason.COMPLETED


async def test_a_task_that_does_not_stop_is_left(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spec 24.6: cancel grace."""
    monkeypatch.setattr("rc_evals.agents.driving.CANCEL_SECONDS", 0.05)
    scene.stage.seconds = 1.0
    await scene.start()
    assert (await scene.end()).reason is EndReason.TIMEOUT


async def test_a_host_that_breaks_the_connection_off_is_an_error_of_the_agent(scene: Scene) -> None:
    """Spec 7.5."""
    await scene.start()
    await scene.assistant.vanish()
    end = await scene.end()
    assert (end.reason, end.error) == (EndReason.AGENT_ERROR, "the host closed its connection before the task was done")


@pytest.mark.parametrize("command", ["sh -c 'exit 3'", "sh -c 'exit 3' {prompt_file}"])
async def test_a_host_that_does_not_start_tells_its_exit_code(scene: Scene, command: str) -> None:
    """Spec 24.9: typed outcomes, each with its evidence."""
    with_command(scene, command)
    end = await scene.end()
    assert (end.reason, end.exit_code) == (EndReason.AGENT_ERROR, 3)
    assert end.error == "the host exited with 3 before the task was done"
    assert scene.linked == []


async def test_a_host_without_a_socket_is_told_where_it_belongs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spec 24.6: connecting has a limit of its own."""
    monkeypatch.setattr("rc_evals.agents.driving.START_SECONDS", 0.1)
    with_command(scene, "sleep 60")
    end = await scene.end()
    assert end.reason is EndReason.AGENT_ERROR
    assert "ROO_CODE_IPC_SOCKET_PATH" in end.error


@pytest.mark.parametrize("obstacle", ["mkdir {socket}", "ln -s /nowhere {socket}", "touch {socket}"])
async def test_what_is_no_socket_is_not_connected_to(
    scene: Scene, obstacle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Security posture: a host must not lead us anywhere else."""
    monkeypatch.setattr("rc_evals.agents.driving.START_SECONDS", 0.3)
    with_command(scene, f"sh -c '{obstacle}; sleep 60'")
    assert (await scene.end()).reason is EndReason.AGENT_ERROR
    assert scene.linked == []


async def test_a_host_that_begins_by_itself_is_only_followed(scene: Scene) -> None:
    """Spec 8: a start command would start a second task."""
    with_command(scene, f"{HOST} {{prompt_file}}")
    scene.begin()
    async with asyncio.timeout(10):
        await scene.opened.wait()
    await asyncio.sleep(0)  # the link is attached to as soon as it is open
    await scene.present()
    await scene.hear(CloseTask)
    end = await scene.end()
    assert end.reason is EndReason.COMPLETED
    assert scene.agent.facts.settings_used is False


async def test_a_host_that_begins_by_itself_is_done_when_it_exits_with_0(scene: Scene) -> None:
    """Spec 8, end decision: the host exits right after completion, and the event may be lost."""
    with_command(scene, "sh -c 'exit 0' {prompt_file}")
    end = await scene.end()
    assert (end.reason, end.exit_code) == (EndReason.COMPLETED, 0)


async def test_who_is_cancelled_leaves_no_host_behind(scene: Scene) -> None:
    """Spec 24.13."""
    await scene.start()
    assert scene.working is not None
    scene.working.cancel()
    await asyncio.wait({scene.working})
    with pytest.raises(ProcessLookupError):
        os.kill(int((scene.stage.workspace / "pid").read_text()), 0)


async def test_who_is_cancelled_twice_leaves_no_host_behind_either(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec 24.13: a second Ctrl-C comes while the link is still being closed."""
    closing, closed = asyncio.Event(), asyncio.Event()

    async def close_slowly() -> None:
        closing.set()
        await closed.wait()

    monkeypatch.setattr(scene.assistant.link, "aclose", close_slowly)
    await scene.start()
    assert scene.working is not None
    scene.working.cancel()
    await closing.wait()
    scene.working.cancel()
    await asyncio.sleep(0)  # it is delivered
    closed.set()
    await asyncio.wait({scene.working})
    assert scene.working.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int((scene.stage.workspace / "pid").read_text()), 0)


async def test_a_host_that_no_longer_listens_does_not_spoil_its_result(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 7: what was reached in time stays reached."""
    await scene.start()
    is_asked = asyncio.Event()

    async def stuck(_command: TaskCommand, /) -> None:
        is_asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(scene.assistant.link, "send", stuck)
    await scene.present()
    assert (await scene.end()).reason is EndReason.COMPLETED
    assert is_asked.is_set()


async def test_what_cannot_be_kept_is_the_platforms_fault(scene: Scene) -> None:
    """Spec 24.9: another attempt may do better; no event is lost without a word."""
    scene.stage = FullStage(scene.stage.exercise, scene.stage.workspace)
    await scene.start()
    await scene.present()
    with pytest.raises(OSError, match="No space left"):
        await scene.end()


async def test_a_host_that_cannot_be_ended_is_the_platforms_fault(scene: Scene) -> None:
    """Spec 24.9: whatever its task came to."""
    scene.stage = UndyingStage(scene.stage.exercise, scene.stage.workspace)
    await scene.start()
    await scene.present()
    with pytest.raises(InfrastructureError, match="do not die"):
        await scene.end()


async def test_events_that_break_off_early_are_evidence(scene: Scene) -> None:
    """Law 7: a reader that a provider gives up on has missed something."""

    async def events() -> AsyncIterator[AnyTaskEvent]:
        yield TaskStarted.of(TASK)
        raise RuntimeError("too many wait to be read")

    following = Following(scene.stage)
    following.begin(events())
    await following.end(within=5)
    assert following.broken_off == "the events broke off: too many wait to be read"
    assert scene.stage.events == [TaskStarted.of(TASK)]


async def test_a_provider_that_fails_is_told_in_one_line(scene: Scene) -> None:
    """Our rule: the port leaves its errors to its provider, whatever they are."""

    def refuse(_address: str, /, *, uid: int | None = None) -> NoReturn:
        raise RuntimeError("the listener belongs to user 7")

    scene.agent = replace(scene.agent, open_link=refuse)
    end = await scene.end()
    assert (end.reason, end.error) == (
        EndReason.AGENT_ERROR,
        "cannot connect to the host: the listener belongs to user 7",
    )


async def test_keys_are_not_shown_with_the_agent(scene: Scene) -> None:
    """Law 8: whoever prints an agent, or a traceback does, prints no key."""
    key = "sk-marmalade-9f8e7d"
    agent = replace(
        scene.agent,
        settings=configuration({}, {"apiKey": key}, {}),
        environment={"A": f"{key}-a"},
        redaction=Redaction((key,)),
    )
    assert agent.settings.api_key == key
    assert key not in repr(agent)
