"""A host made of one function for each command."""

import pytest
from rc_ipc import Handlers, RemoteError
from rc_types.events import CommandInfo, ModeInfo
from rc_types.ipc import ClientId, GetCommands, GetModels, GetModes, ResumeTask, SendMessage, StartNewTask
from rc_types.model import ModelInfo
from rc_types.task import TaskId

from .places import Place

MODEL = ModelInfo(context_window=1000, supports_prompt_cache=False)


def small_host() -> tuple[Handlers, list[str | None]]:
    host, heard = Handlers(), list[str | None]()

    @host.on(GetModes)
    async def modes(_command: GetModes, _client_id: ClientId) -> list[ModeInfo]:
        return [ModeInfo(slug="code", name="Code")]

    @host.on(GetModels)
    async def models(_command: GetModels, _client_id: ClientId) -> dict[str, ModelInfo]:
        return {"m": MODEL}

    @host.on(GetCommands)
    async def commands(_command: GetCommands, _client_id: ClientId) -> list[CommandInfo]:
        return [CommandInfo(name="init", source="built-in")]

    @host.on(SendMessage)
    async def hear(command: SendMessage, _client_id: ClientId) -> None:
        heard.append(command.data.text)

    return host, heard


async def test_each_command_reaches_its_function_and_a_query_what_it_returns(place: Place) -> None:
    """IPC spec R-15: a query's function returns the list or the mapping, and the asking client gets it."""
    host, heard = small_host()
    async with place.pair(host) as (client, _server), place.connect() as other:
        overheard = other.events()
        await client.send(SendMessage.of("hello"))
        assert [mode.slug for mode in await client.modes()] == ["code"]
        assert [command.name for command in await client.commands()] == ["init"]
        assert await client.models() == {"m": MODEL}
        assert heard == ["hello"]
        overheard.close()
        assert [event async for event in overheard] == []


async def test_a_command_without_a_function_is_refused_where_that_can_be_said(place: Place) -> None:
    """IPC spec 15.2, `unknown_command`; on the socket, a failed query looks like an empty one (section 10)."""
    async with place.pair(Handlers()) as (client, _server):
        if place.has_errors:
            with pytest.raises(RemoteError, match="unknown_command"):
                await client.modes()
        else:
            assert await client.modes() == []


async def test_the_id_of_a_task_that_was_opened_is_the_answer() -> None:
    """IPC spec 15.2, RESULT; without a carrier, since only ZeroMQ has a word for it."""
    host = Handlers()

    @host.on(StartNewTask)
    async def start(_command: StartNewTask, _client_id: ClientId) -> TaskId | None:
        return TaskId("t-1")

    @host.on(ResumeTask)
    async def resume(command: ResumeTask, _client_id: ClientId) -> TaskId | None:
        return command.data

    assert await host(StartNewTask.of("x"), ClientId("c")) == "t-1"
    assert await host(ResumeTask.of(TaskId("t-2")), ClientId("c")) == "t-2"


def test_a_command_has_one_function() -> None:
    """Our rule: a second one would silently take the place of the first."""
    host, _ = small_host()

    async def again(_command: SendMessage, _client_id: ClientId) -> None:
        return None

    with pytest.raises(ValueError, match="SendMessage has a handler already"):
        host.on(SendMessage)(again)
