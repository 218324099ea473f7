"""What messages of the assistant to its user interface are made of. Source: types spec 3.31."""

from typing import Literal, TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._provider_fields import VsCodeLmModelSelector
from rc_types._scalars import Number
from rc_types.events import CommandInfo

Command: TypeAlias = CommandInfo
"""A slash command; the same as in the event `commandsResponse`."""

LanguageModelChatSelector: TypeAlias = VsCodeLmModelSelector
"""One of the editor's language models; the same as in the provider settings."""


class FileContent(WireModel):
    """A file that was asked for."""

    path: str
    content: str | None
    """`null` when it could not be read; then `error` says why."""
    error: Omittable[str] = None


class CheckpointWarning(WireModel):
    """Checkpoints are slow to start, or were given up."""

    type: Literal["WAIT_TIMEOUT", "INIT_TIMEOUT"]
    timeout: Number
    """Seconds."""


class OpenedTab(WireModel):
    """A tab of the editor."""

    label: str
    is_active: bool
    path: Omittable[str] = None


class FileSearchResult(WireModel):
    """A file or folder that matches."""

    path: str
    type: Literal["file", "folder"]
    label: Omittable[str] = None


class CommandSearchResult(WireModel):
    """A slash command that matches."""

    name: str
    description: Omittable[str] = None
    argument_hint: Omittable[str] = None
    source: Literal["global", "project", "built-in"]


class AggregatedCosts(WireModel):
    """What a task and its children cost, in US dollars."""

    total_cost: Number
    own_cost: Number
    children_cost: Number
