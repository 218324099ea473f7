"""Tasks of the past, as the assistant lists them. Source: types spec 3.14."""

from typing import Literal

from rc_types._base import KiloOnly, Omittable, WireModel
from rc_types._scalars import Array, Number


class HistoryItem(WireModel):
    """Summary of one task."""

    id: str
    root_task_id: Omittable[str] = None
    parent_task_id: Omittable[str] = None
    number: Number
    """Sequence number of the task in its session."""
    ts: Number
    """Unix milliseconds."""
    task: str
    """What the user asked for."""
    tokens_in: Number
    tokens_out: Number
    cache_writes: Omittable[Number] = None
    cache_reads: Omittable[Number] = None
    total_cost: Number
    """US dollars."""
    size: Omittable[Number] = None
    """Bytes that the task takes on disk."""
    workspace: Omittable[str] = None
    mode: Omittable[str] = None
    api_config_name: Omittable[str] = None
    status: Omittable[Literal["active", "completed", "delegated"]] = None
    """Progress of the delegation to a child task."""
    delegated_to_id: Omittable[str] = None
    child_ids: Omittable[Array[str]] = None
    awaiting_child_id: Omittable[str] = None
    """The child that a delegated task waits for."""
    completed_by_child_id: Omittable[str] = None
    completion_result_summary: Omittable[str] = None
    is_favorited: KiloOnly[bool] = None
    tool_protocol: KiloOnly[Literal["xml", "native"]] = None
    """How the task's model called tools; Roo Code had it up to 3.41 too."""
