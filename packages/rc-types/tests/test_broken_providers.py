"""The rules of the ports notice each way to break them.

A provider that is broken on purpose is told by the rules that it breaks: the one that is about it must be among them.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest
from rc_types.cloud import CloudUserInfo, OrganizationAllowList, OrganizationSettings
from rc_types.events import AnyTaskEvent
from rc_types.global_settings import RooCodeSettings
from rc_types.ipc import CancelTask, TaskCommand
from rc_types.ports import (
    LinkedTask,
    SecretStore,
    StateStore,
    TaskGoal,
    TaskLink,
    TaskOutcome,
    TelemetryPropertiesProvider,
    Unsubscribe,
)
from rc_types.telemetry import TelemetryEvent, TelemetryEventName, TelemetryProperties
from rc_types.testing import contracts
from rc_types.testing.contracts import ClientUnderTest, HostUnderTest, LinkUnderTest, Opens, Rule
from rc_types.testing.memory import (
    MemoryAssistant,
    MemorySecretStore,
    MemorySettingsService,
    MemoryStateStore,
    MemoryTelemetryHost,
    RecordingEventSink,
    RecordingTelemetryClient,
)

T = TypeVar("T")

SETTINGS = OrganizationSettings.from_wire(
    {"version": 1, "defaultSettings": {}, "allowList": {"allowAll": False, "providers": {}}}
)


def again(thing: T) -> Opens[T]:
    """Open the same thing every time, as what is in memory wants it."""
    return lambda: nullcontext(thing)


@asynccontextmanager
async def link_in_memory(dress: Callable[[TaskLink], TaskLink]) -> AsyncGenerator[LinkUnderTest]:
    assistant = MemoryAssistant()
    yield LinkUnderTest(dress(assistant.link), assistant)
    await assistant.link.aclose()


@asynccontextmanager
async def recording(kind: type[RecordingTelemetryClient]) -> AsyncGenerator[ClientUnderTest]:
    client = kind()

    async def delivered() -> list[str]:
        return [event.event for event in client.events]

    yield ClientUnderTest(client, delivered)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is broken on purpose need not be waited for as long as what works."""
    monkeypatch.setattr("rc_types.testing.contracts._rules.PATIENCE", 0.1)


async def broken(rules: tuple[Rule[T], ...], opens: Opens[T]) -> set[str]:
    """Return the names of the rules that are broken; whatever else is raised fails the test."""
    return await broken_afresh(rules, lambda: opens)


async def broken_afresh(rules: tuple[Rule[T], ...], fresh: Callable[[], Opens[T]]) -> set[str]:
    """The same for what keeps its data: each rule gets one of its own."""
    found: set[str] = set()
    for rule in rules:
        try:
            await rule(fresh())
        except contracts.ContractError:
            found.add(rule.__name__)
    return found


class LinkInDisguise:
    """A link that behaves until a subclass makes it misbehave."""

    def __init__(self, link: TaskLink) -> None:
        self._link = link

    async def send(self, command: TaskCommand, /) -> None:
        await self._link.send(command)

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._link.events()

    async def start(self, text: str, settings: RooCodeSettings | None = None, /) -> LinkedTask:
        return self.dressed(await self._link.start(text, settings))

    async def attach(self) -> LinkedTask:
        return self.dressed(await self._link.attach())

    async def aclose(self) -> None:
        await self._link.aclose()

    def dressed(self, task: LinkedTask) -> LinkedTask:
        return task


class LateListener(LinkInDisguise):
    async def _events(self) -> AsyncGenerator[AnyTaskEvent]:
        async for event in self._link.events():  # an async generator begins with the first anext
            yield event

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._events()


class OneReaderForAll(LinkInDisguise):
    def __init__(self, link: TaskLink) -> None:
        super().__init__(link)
        self._only = link.events()

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._only


class Softener(LinkInDisguise):
    async def _events(self, events: AsyncIterator[AnyTaskEvent]) -> AsyncGenerator[AnyTaskEvent]:
        try:
            async for event in events:
                yield event
        except ConnectionError:
            return

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._events(self._link.events())


class Swallower(LinkInDisguise):
    async def send(self, command: TaskCommand, /) -> None:
        try:
            await self._link.send(command)
        except ConnectionError:
            return


class Deaf(LinkInDisguise):
    async def send(self, command: TaskCommand, /) -> None:
        return


class Shuffler(LinkInDisguise):
    def __init__(self, link: TaskLink) -> None:
        super().__init__(link)
        self._held: TaskCommand | None = None

    async def send(self, command: TaskCommand, /) -> None:
        if self._held is None:
            self._held = command
            return
        await self._link.send(command)
        await self._link.send(self._held)
        self._held = None


class Repeater(LinkInDisguise):
    async def send(self, command: TaskCommand, /) -> None:
        await self._link.send(command)
        await self._link.send(command)


class ClosedOnce(LinkInDisguise):
    closed = False

    async def aclose(self) -> None:
        if self.closed:
            raise RuntimeError("already closed")
        self.closed = True


class NeverEnding(LinkInDisguise):
    async def aclose(self) -> None:
        return


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        (LateListener, "events_are_listened_to_from_the_call_on"),
        (OneReaderForAll, "every_reader_gets_every_event"),
        (Softener, "a_broken_link_is_not_a_closed_one"),
        (Swallower, "a_closed_link_refuses_commands"),
        (Deaf, "commands_arrive_in_order"),
        (Shuffler, "commands_arrive_in_order"),
        (Repeater, "commands_sent_at_once_arrive_once_each"),
        (ClosedOnce, "closing_again_is_fine"),
        (NeverEnding, "closing_ends_the_readers"),
    ],
)
async def test_a_broken_link_is_found_out(link: Callable[[TaskLink], TaskLink], rule: str) -> None:
    assert rule in await broken(contracts.TASK_LINK, partial(link_in_memory, link))


class TaskInDisguise:
    """A task that behaves until a subclass makes it misbehave."""

    def __init__(self, task: LinkedTask, link: TaskLink) -> None:
        self._task, self._link = task, link
        self.task_id = task.task_id

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._task.events()

    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        return await self._task.wait(goal)

    async def cancel(self) -> None:
        await self._task.cancel()


class Forgetful(TaskInDisguise):
    """Its readers begin with their call."""

    def __init__(self, task: LinkedTask, link: TaskLink) -> None:
        super().__init__(task, link)
        task.events()


class Talkative(TaskInDisguise):
    def __init__(self, task: LinkedTask, link: TaskLink) -> None:
        super().__init__(task, link)
        self._all = link.events()

    def events(self) -> AsyncIterator[AnyTaskEvent]:
        return self._all


class BelievesInAcceptance(TaskInDisguise):
    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        return await self._task.wait("accepted" if goal == "presented" else goal)


class TakesPresentedForAccepted(TaskInDisguise):
    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        return await self._task.wait("presented")


class WaitsForAnswers(TaskInDisguise):
    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        outcome = await self._task.wait(goal)
        if outcome.kind == "needs_input":
            await asyncio.Event().wait()
        return outcome


class CancelsOnTrust(TaskInDisguise):
    async def cancel(self) -> None:
        await self._link.send(CancelTask.of(self.task_id))


class RaisesWhenLost(TaskInDisguise):
    async def wait(self, goal: TaskGoal, /) -> TaskOutcome:
        outcome = await self._task.wait(goal)
        if outcome.kind == "disconnected":
            raise ConnectionResetError
        return outcome


class AttachesLate(LinkInDisguise):
    async def attach(self) -> LinkedTask:
        await anext(self._link.events())
        return await self._link.attach()


@pytest.mark.parametrize(
    ("disguise", "rule"),
    [
        (Forgetful, "a_task_is_started_and_its_first_reader_begins_with_it"),
        (Talkative, "readers_of_a_task_hear_of_no_other"),
        (BelievesInAcceptance, "a_result_is_presented_before_it_is_accepted"),
        (TakesPresentedForAccepted, "a_result_is_presented_before_it_is_accepted"),
        (WaitsForAnswers, "a_question_ends_the_wait"),
        (CancelsOnTrust, "a_cancelled_task_is_confirmed"),
        (RaisesWhenLost, "a_lost_link_is_an_outcome_of_its_tasks"),
    ],
)
async def test_a_broken_task_is_found_out(disguise: Callable[[LinkedTask, TaskLink], LinkedTask], rule: str) -> None:
    class Disguise(LinkInDisguise):
        def dressed(self, task: LinkedTask) -> LinkedTask:
            return disguise(task, self._link)

    assert rule in await broken(contracts.LINKED_TASK, partial(link_in_memory, Disguise))


async def test_a_link_that_attaches_late_is_found_out() -> None:
    found = await broken(contracts.LINKED_TASK, partial(link_in_memory, AttachesLate))
    assert found == {"a_task_that_began_by_itself_is_attached_to"}


class LosesUpdates(MemoryStateStore):
    """Reads everything, thinks, writes everything."""

    async def update(self, key: str, value: Any, /) -> None:
        before = dict(self._texts)
        await asyncio.sleep(0)
        self._texts = before
        await super().update(key, value)


class LastOneFinishingWins(MemoryStateStore):
    async def update(self, key: str, value: Any, /) -> None:
        for _ in range(len(str(value)) // 1000):
            await asyncio.sleep(0)
        await super().update(key, value)


class SharesValues(MemoryStateStore):
    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Any] = {}

    async def update(self, key: str, value: Any, /) -> None:
        await super().update(key, value)
        self._values[key] = value

    def get(self, key: str, default: Any = None, /) -> Any:
        return self._values.get(key, default) if key in self._texts else default


class TakesAnything(MemoryStateStore):
    async def update(self, key: str, value: Any, /) -> None:
        await super().update(key, json.loads(json.dumps(value, default=str)))


class TakesFalseForAbsent(MemoryStateStore):
    def get(self, key: str, default: Any = None, /) -> Any:
        return super().get(key) or default


class KnowsOneDefault(MemoryStateStore):
    def get(self, key: str, default: Any = None, /) -> Any:
        return super().get(key)


class KeepsNone(MemoryStateStore):
    async def update(self, key: str, value: Any, /) -> None:
        self._texts[key] = json.dumps(value, allow_nan=False)


@pytest.mark.parametrize(
    ("store", "rule"),
    [
        (LosesUpdates, "updates_at_once_lose_no_key"),
        (LastOneFinishingWins, "the_later_of_two_updates_wins"),
        (SharesValues, "values_are_not_shared"),
        (TakesAnything, "what_is_not_json_is_refused"),
        (TakesFalseForAbsent, "what_was_written_is_read"),
        (KnowsOneDefault, "a_key_that_is_not_there_reads_as_the_default"),
        (KeepsNone, "none_removes_a_key"),
    ],
)
async def test_a_broken_state_store_is_found_out(store: Callable[[], StateStore], rule: str) -> None:
    assert rule in await broken_afresh(contracts.STATE_STORE, lambda: again(store()))


async def test_a_broken_state_store_that_forgets_is_found_out() -> None:
    """Opened again, it is empty."""
    found = await broken(contracts.STATE_STORE, lambda: nullcontext(MemoryStateStore()))
    assert found >= {"what_was_written_survives", "updates_at_once_lose_no_key"}


class Silent(MemorySecretStore):
    def on_did_change(self, listener: Callable[[str], None], /) -> Unsubscribe:
        return lambda: None


class TellsAtOnce(MemorySecretStore):
    """Calls the listeners itself, before anything is stored."""

    def __init__(self) -> None:
        super().__init__()
        self._told: list[Callable[[str], None]] = []

    def on_did_change(self, listener: Callable[[str], None], /) -> Unsubscribe:
        self._told.append(listener)
        return lambda: self._told.remove(listener)

    async def store(self, key: str, value: str, /) -> None:
        for listener in self._told:
            listener(key)
        await super().store(key, value)


class TellsForEver(MemorySecretStore):
    def on_did_change(self, listener: Callable[[str], None], /) -> Unsubscribe:
        super().on_did_change(listener)
        return lambda: None


class FailsOnUnknown(MemorySecretStore):
    async def delete(self, key: str, /) -> None:
        if await self.get(key) is None:
            raise KeyError(key)
        await super().delete(key)


class ForgetsEmptySecrets(MemorySecretStore):
    async def get(self, key: str, /) -> str | None:
        return await super().get(key) or None


class ShowsSecrets(MemorySecretStore):
    def __repr__(self) -> str:
        return f"ShowsSecrets({self._secrets})"


@pytest.mark.parametrize(
    ("store", "rule"),
    [
        (Silent, "every_change_is_announced_by_its_key"),
        (TellsAtOnce, "nobody_is_told_from_inside_a_call"),
        (TellsAtOnce, "a_listener_that_raises_harms_nobody"),
        (TellsAtOnce, "a_listener_can_leave"),
        (TellsForEver, "a_listener_can_leave"),
        (FailsOnUnknown, "what_was_deleted_is_gone"),
        (ForgetsEmptySecrets, "what_was_stored_is_read"),
        (ShowsSecrets, "a_store_does_not_show_its_secrets"),
    ],
)
async def test_a_broken_secret_store_is_found_out(store: Callable[[], SecretStore], rule: str) -> None:
    assert rule in await broken_afresh(contracts.SECRET_STORE, lambda: again(store()))


async def test_a_broken_secret_store_that_knows_only_itself_is_found_out() -> None:
    """What another store on the same data does has to be noticed."""
    found = await broken(contracts.SECRET_STORE, lambda: nullcontext(MemorySecretStore()))
    assert found >= {"changes_by_others_are_announced", "secrets_stored_at_once_are_all_kept"}


class RaisesOutOfCapture(RecordingTelemetryClient):
    async def capture(self, event: TelemetryEvent, /) -> None:
        json.dumps(event.to_wire())
        await super().capture(event)


class IgnoresNo(RecordingTelemetryClient):
    def is_telemetry_enabled(self) -> bool:
        return self._on or bool(self.events)

    def update_telemetry_state(self, is_opted_in: bool, /) -> None:
        self._on = self._on or is_opted_in


class SaysNoAndSendsAllTheSame(RecordingTelemetryClient):
    async def capture(self, event: TelemetryEvent, /) -> None:
        self.events.append(event)


class AddsToTheEvent(RecordingTelemetryClient):
    async def capture(self, event: TelemetryEvent, /) -> None:
        await super().capture(event)
        if event.properties is not None:
            event.properties["distinctId"] = "1"


class HoldsTheProvider(RecordingTelemetryClient):
    def set_provider(self, provider: TelemetryPropertiesProvider, /) -> None:
        super().set_provider(provider)
        self.held = provider


class NeedsTheProvider(RecordingTelemetryClient):
    async def _common_properties(self) -> dict[str, Any]:
        provider = self._provider() if self._provider is not None else None
        return {} if provider is None else (await provider.get_telemetry_properties()).to_wire()


class DropsAtShutdown(RecordingTelemetryClient):
    async def shutdown(self) -> None:
        del self.events[-1:]
        await super().shutdown()


class ShutsDownOnce(RecordingTelemetryClient):
    async def shutdown(self) -> None:
        if self._shut_down:
            raise RuntimeError("already shut down")
        await super().shutdown()


class NeverShutsDown(RecordingTelemetryClient):
    async def shutdown(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("client", "rule"),
    [
        (RaisesOutOfCapture, "capturing_never_raises"),
        (IgnoresNo, "nothing_leaves_after_a_no"),
        (SaysNoAndSendsAllTheSame, "nothing_leaves_after_a_no"),
        (AddsToTheEvent, "an_event_is_not_changed"),
        (HoldsTheProvider, "a_properties_provider_is_not_kept_alive"),
        (NeedsTheProvider, "a_failing_properties_provider_loses_no_event"),
        (DropsAtShutdown, "agreed_events_arrive_by_shutdown"),
        (ShutsDownOnce, "shutting_down_again_is_fine"),
        (NeverShutsDown, "shutting_down_again_is_fine"),
    ],
)
async def test_a_broken_telemetry_client_is_found_out(client: type[RecordingTelemetryClient], rule: str) -> None:
    assert rule in await broken(contracts.TELEMETRY_CLIENT, partial(recording, client))


class Serialiser(RecordingEventSink):
    def capture_event(self, name: TelemetryEventName, properties: Mapping[str, object] | None = None, /) -> None:
        json.dumps(properties)


class OfOneThread(RecordingEventSink):
    def capture_event(self, name: TelemetryEventName, properties: Mapping[str, object] | None = None, /) -> None:
        asyncio.get_running_loop()


async def test_a_broken_event_sink_is_found_out() -> None:
    assert "reporting_never_raises" in await broken(contracts.EVENT_SINK, again(Serialiser()))
    assert await broken(contracts.EVENT_SINK, again(OfOneThread())) == {"any_thread_may_report"}


async def test_a_broken_telemetry_host_is_found_out() -> None:
    """It has another identity each time, or says nothing."""

    @asynccontextmanager
    async def another_machine() -> AsyncGenerator[HostUnderTest]:
        host = MemoryTelemetryHost(str(next(numbers)))
        yield HostUnderTest(host, host.set_level)

    async def say_nothing(_level: str) -> None:
        return

    numbers = iter(range(100))
    assert await broken(contracts.TELEMETRY_HOST, another_machine) == {"the_machine_keeps_its_id"}
    quiet = again(HostUnderTest(MemoryTelemetryHost(), say_nothing))
    assert await broken(contracts.TELEMETRY_HOST, quiet) == {"a_change_of_level_is_announced"}


@dataclass
class Leaky:
    """Nobody is signed in, and the token of the last session is there for all to see."""

    token: str | None = "ey.token"

    def is_authenticated(self) -> bool:
        return False

    def get_session_token(self) -> str | None:
        return self.token

    def get_user_info(self) -> CloudUserInfo | None:
        return None


class Generous(MemorySettingsService):
    def get_allow_list(self) -> OrganizationAllowList:
        return OrganizationAllowList(allow_all=True, providers={})


class Fickle(MemorySettingsService):
    def is_task_sync_enabled(self) -> bool:
        self.task_sync = not self.task_sync
        return self.task_sync


async def test_a_broken_account_is_found_out() -> None:
    assert await broken(contracts.AUTH_SERVICE, again(Leaky())) == {rule.__name__ for rule in contracts.AUTH_SERVICE}
    found = await broken(contracts.SETTINGS_SERVICE, again(Generous(SETTINGS)))
    assert found == {"what_is_allowed_is_what_the_settings_say"}
    assert await broken(contracts.SETTINGS_SERVICE, again(Fickle())) == {"asking_again_gives_the_same_answers"}


class Failing:
    async def get_telemetry_properties(self) -> TelemetryProperties:
        raise RuntimeError("no git here")


async def test_a_broken_properties_provider_is_found_out() -> None:
    found = await broken(contracts.TELEMETRY_PROPERTIES_PROVIDER, again(Failing()))
    assert found == {"the_properties_are_what_the_wire_takes"}
