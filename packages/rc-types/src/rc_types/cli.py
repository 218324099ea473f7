"""Line protocol of the stand-alone command line: commands on its input, events on its output. Source: types spec 3.2.

Each line is one JSON document: `to_json` writes one, without the line feed. Lines of the output that do not begin with
`{` are not protocol.
"""

from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias, get_args

from pydantic import ConfigDict, Field

from rc_types._base import Omittable, WireModel, given, spelled, tag_of
from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._scalars import Array, Json, JsonRecord, Number
from rc_types._task_commands import Settings
from rc_types._texts import NonEmpty, SessionId
from rc_types.task import TaskId

RooCliCommandName: TypeAlias = Literal["start", "message", "cancel", "ping", "shutdown"]
"""What a client may ask."""

RooCliOutputFormat: TypeAlias = Literal["text", "json", "stream-json"]
"""How the program answers: prose, one `RooCliFinalOutput`, or a `RooCliStreamEvent` per line."""

RooCliEventType: TypeAlias = Literal[
    "system", "control", "queue", "assistant", "user", "tool_use", "tool_result", "thinking", "error", "result"
]
"""What an event is about."""

RooCliControlSubtype: TypeAlias = Literal["ack", "done", "error"]
"""Where a command is in its life."""

ROO_CLI_COMMAND_NAMES: Final[tuple[RooCliCommandName, ...]] = get_args(RooCliCommandName)
ROO_CLI_OUTPUT_FORMATS: Final[tuple[RooCliOutputFormat, ...]] = get_args(RooCliOutputFormat)
ROO_CLI_EVENT_TYPES: Final[tuple[RooCliEventType, ...]] = get_args(RooCliEventType)
ROO_CLI_CONTROL_SUBTYPES: Final[tuple[RooCliControlSubtype, ...]] = get_args(RooCliControlSubtype)


class _Command(WireModel):
    command: Any
    request_id: NonEmpty
    """Chosen by the client; every control event about the command repeats it."""


class RooCliCommandBase(_Command):
    """What all commands have in common."""

    command: RooCliCommandName


class RooCliStartCommand(_Command):
    """Begin a task; refused while another one is active."""

    command: Literal["start"]
    prompt: str
    task_id: Omittable[SessionId] = None
    """Id that the task shall have; drawn by the program when absent."""
    images: Omittable[Array[str]] = None
    """Data URIs."""
    configuration: Omittable[Settings] = None

    @classmethod
    def of(
        cls,
        request_id: str,
        prompt: str,
        *,
        task_id: TaskId | None = None,
        images: list[str] | None = None,
        configuration: Settings | None = None,
    ) -> Self:
        """Ask for a task with this text.

        Args:
            request_id: Repeated by the answers.
            prompt: What to do; today's program insists on some text.
            task_id: A UUID for the task, if it shall not be drawn.
            images: Data URIs that belong to the prompt.
            configuration: Settings of this task.
        """
        more = given(task_id=task_id, images=images, configuration=configuration)
        return cls(command="start", request_id=request_id, prompt=prompt, **more)


class RooCliMessageCommand(_Command):
    """Say something to the active task: it answers the open question, or else waits in the queue."""

    command: Literal["message"]
    prompt: str
    images: Omittable[Array[str]] = None
    """Data URIs."""

    @classmethod
    def of(cls, request_id: str, prompt: str, *, images: list[str] | None = None) -> Self:
        """Say this, with these images (data URIs)."""
        return cls(command="message", request_id=request_id, prompt=prompt, **given(images=images))


class _BareCommand(_Command):
    @classmethod
    def of(cls, request_id: str) -> Self:
        """Give the command."""
        return cls(command=tag_of(cls, "command"), request_id=request_id)


class RooCliCancelCommand(_BareCommand):
    """Stop the active task, if there is one."""

    command: Literal["cancel"]


class RooCliPingCommand(_BareCommand):
    """Ask for a sign of life."""

    command: Literal["ping"]


class RooCliShutdownCommand(_BareCommand):
    """Cancel the active task, if there is one, and end the program."""

    command: Literal["shutdown"]


RooCliInputCommand: TypeAlias = Annotated[
    RooCliStartCommand | RooCliMessageCommand | RooCliCancelCommand | RooCliPingCommand | RooCliShutdownCommand,
    TaggedBy("command"),
]
"""Any line of the program's input; one that is none of these ends the program with an error."""

roo_cli_input_command: Final[WireCodec[RooCliInputCommand]] = WireCodec(RooCliInputCommand, "RooCliInputCommand")
"""Reads and writes any command; raises `InvalidWireError` for anything else."""


class RooCliQueueItem(WireModel):
    """A message that waits until the task can take it."""

    id: NonEmpty
    text: Omittable[str] = None
    """Today's program cuts it after 180 characters."""
    image_count: Omittable[Number] = None
    timestamp: Omittable[Number] = None
    """Unix milliseconds."""


class RooCliToolUse(WireModel):
    """A tool that the model called; commands go by the name `execute_command`."""

    name: str
    input: Omittable[JsonRecord] = None


class RooCliToolResult(WireModel):
    """What a tool answered."""

    name: str
    output: Omittable[str] = None
    """Only what is new since the last event about the same call."""
    error: Omittable[str] = None
    exit_code: Omittable[Number] = None
    """Comes with the last event of a command; a command that ran out of time has none."""


class RooCliCost(WireModel):
    """What model calls cost: US dollars and tokens. In a `result` event of the latest call, not of the whole task."""

    total_cost: Omittable[Number] = None
    input_tokens: Omittable[Number] = None
    output_tokens: Omittable[Number] = None
    cache_writes: Omittable[Number] = None
    cache_reads: Omittable[Number] = None


class _Event(WireModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Json] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]  # tells pydantic what an extra is

    type: Any
    subtype: Any
    request_id: Any
    command: Omittable[RooCliCommandName] = None
    task_id: Omittable[TaskId] = None
    code: Omittable[str] = None
    """Outcome of a command, such as `task_completed` or `no_active_task`."""
    content: Omittable[str] = None
    """Text of the event: only what is new, but the whole when `done`. Output of commands is never repeated."""
    success: Omittable[bool] = None
    id: Omittable[Number] = None
    """Creation time of the chat message in milliseconds; the same in all events about one message."""
    done: Omittable[bool] = None
    """True for the last event about its message or command."""
    queue_depth: Omittable[Number] = None
    queue: Omittable[Array[RooCliQueueItem]] = None
    schema_version: Omittable[Number] = None
    protocol: Omittable[str] = None
    capabilities: Omittable[Array[str]] = None
    tool_use: Annotated[Omittable[RooCliToolUse], spelled("tool_use")] = None
    tool_result: Annotated[Omittable[RooCliToolResult], spelled("tool_result")] = None
    cost: Omittable[RooCliCost] = None


class RooCliStreamEvent(_Event):
    """Any line of the program's output.

    Members that are not declared are kept and written again; `model_extra` holds them under their wire names.
    """

    type: Omittable[RooCliEventType] = None
    subtype: Omittable[str] = None
    """Finer kind; for a `system` event `init`, which is the first line and invites commands."""
    request_id: Omittable[str] = None
    """The command that led to the event."""


class RooCliControlEvent(_Event):
    """An event about the life of a command; written, it is a `RooCliStreamEvent` too. It keeps unknown members."""

    type: Literal["control"]
    subtype: RooCliControlSubtype
    request_id: NonEmpty


class RooCliFinalOutput(WireModel):
    """All that the program prints with the output format `json`."""

    type: Literal["result"]
    success: bool
    content: Omittable[str] = None
    cost: Omittable[RooCliCost] = None
    events: Array[RooCliStreamEvent]
    """What would have been the stream, without partial events and without the result."""
