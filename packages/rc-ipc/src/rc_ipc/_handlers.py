"""One function for each command, with its own types; together they are a host's handler. Source: IPC spec R-15."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast, overload

from rc_types.events import CommandsResponse, ModelsResponse, ModesResponse
from rc_types.ipc import GetCommands, GetModels, GetModes, ResumeTask, StartNewTask

from rc_ipc._errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rc_types.events import CommandInfo, ModeInfo
    from rc_types.ipc import (
        CancelTask,
        ClientId,
        CloseTask,
        DeleteQueuedMessage,
        SendMessage,
        TaskCommand,
    )
    from rc_types.model import ModelInfo
    from rc_types.task import TaskId

    from rc_ipc._wire import Answer

    Silent: TypeAlias = CancelTask | CloseTask | DeleteQueuedMessage | SendMessage
    """Commands that nobody answers."""
    S = TypeVar("S", bound=Silent)

C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Handling(Protocol[C_contra, R_co]):
    """What a host does with commands of one kind."""

    def __call__(self, command: C_contra, client_id: ClientId, /) -> Awaitable[R_co]:
        """Act on the command; return what that kind of command is answered with."""
        ...


class Handlers:
    """A handler for `serve`, made of one function for each command.

    host = Handlers()

    @host.on(GetModes)
    async def modes(_command: GetModes, _client_id: ClientId) -> list[ModeInfo]:
        return [ModeInfo(slug="code", name="Code")]

    A query's function returns what was asked for; that of `StartNewTask` or `ResumeTask`, the id of the task if there
    is one; all others, nothing. A command without a function is refused: its client is told so over ZeroMQ, and gets an
    empty answer to a query on the socket.
    """

    def __init__(self) -> None:
        self._functions: dict[type[TaskCommand], Handling[Any, Any]] = {}

    @overload
    def on(
        self, kind: type[GetCommands], /
    ) -> Callable[[Handling[GetCommands, list[CommandInfo]]], Handling[GetCommands, list[CommandInfo]]]: ...
    @overload
    def on(
        self, kind: type[GetModes], /
    ) -> Callable[[Handling[GetModes, list[ModeInfo]]], Handling[GetModes, list[ModeInfo]]]: ...
    @overload
    def on(
        self, kind: type[GetModels], /
    ) -> Callable[[Handling[GetModels, dict[str, ModelInfo]]], Handling[GetModels, dict[str, ModelInfo]]]: ...
    @overload
    def on(
        self, kind: type[StartNewTask], /
    ) -> Callable[[Handling[StartNewTask, TaskId | None]], Handling[StartNewTask, TaskId | None]]: ...
    @overload
    def on(
        self, kind: type[ResumeTask], /
    ) -> Callable[[Handling[ResumeTask, TaskId | None]], Handling[ResumeTask, TaskId | None]]: ...
    @overload
    def on(self, kind: type[S], /) -> Callable[[Handling[S, None]], Handling[S, None]]: ...
    def on(self, kind: type[Any], /) -> Callable[[Handling[Any, Any]], Handling[Any, Any]]:
        """Let the decorated function handle commands of this kind; ValueError if there is one already."""

        def register(function: Handling[Any, Any]) -> Handling[Any, Any]:
            if self._functions.setdefault(kind, function) is not function:
                raise ValueError(f"{kind.__name__} has a handler already")
            return function

        return register

    async def __call__(self, command: TaskCommand, client_id: ClientId, /) -> Answer:
        """Hand the command to its function and make an answer of what that returns."""
        function = self._functions.get(type(command))
        if function is None:
            raise RemoteError("unknown_command", f"{command.command_name} has no handler in this host")
        found = await function(command, client_id)
        match command:
            case GetCommands():
                return CommandsResponse.of(found)
            case GetModes():
                return ModesResponse.of(found)
            case GetModels():
                return ModelsResponse.of(found)
            case _:
                return cast("TaskId | None", found)
