"""The to-do list that a task keeps. Source: types spec 3.24."""

from typing import Literal, TypeAlias

from rc_types._base import WireModel

TodoStatus: TypeAlias = Literal["pending", "in_progress", "completed"]
"""How far an entry of the list is."""


class TodoItem(WireModel):
    """One entry of the list."""

    id: str
    content: str
    status: TodoStatus
