"""What some messages of the user interface carry as their payload. Source: types spec 3.31."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array, Json, JsonRecord, Number
from rc_types.marketplace import MarketplaceItem


class CheckpointDiffPayload(WireModel):
    """Show what changed since a checkpoint. Upstream calls the schema `checkoutDiffPayloadSchema`."""

    ts: Omittable[Number] = None
    """The message that the checkpoint belongs to."""
    previous_commit_hash: Omittable[str] = None
    commit_hash: str
    mode: Literal["full", "checkpoint", "from-init", "to-current"]


class CheckpointRestorePayload(WireModel):
    """Go back to a checkpoint. Upstream calls the schema `checkoutRestorePayloadSchema`."""

    ts: Number
    """The message that the checkpoint belongs to."""
    commit_hash: str
    mode: Literal["preview", "restore"]
    """`restore` takes back the chat as well, `preview` only the files."""


class IndexingStatusPayload(WireModel):
    """What the code index does."""

    state: Literal["Standby", "Indexing", "Indexed", "Error", "Stopping"]
    message: str


class IndexClearedPayload(WireModel):
    """Whether the code index was emptied."""

    success: bool
    error: Omittable[str] = None


class InstallMarketplaceItemWithParametersPayload(WireModel):
    """Install an item of the marketplace with the user's values for its parameters."""

    item: MarketplaceItem
    parameters: JsonRecord


class UpdateTodoListPayload(WireModel):
    """Replace the to-do list of the current task."""

    todos: Array[Json]


class EditQueuedMessagePayload(WireModel):
    """Change a message that waits in the queue."""

    id: str
    text: str
    images: Omittable[Array[str]] = None


WebViewMessagePayload: TypeAlias = Annotated[
    CheckpointDiffPayload
    | CheckpointRestorePayload
    | IndexingStatusPayload
    | IndexClearedPayload
    | InstallMarketplaceItemWithParametersPayload
    | UpdateTodoListPayload
    | EditQueuedMessagePayload,
    Field(union_mode="left_to_right"),
]
"""The payload of a `WebviewMessage`; nothing tags it, the first that fits it is."""
