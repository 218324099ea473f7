"""The question that a `followup` ask carries as JSON text, and the answers it suggests. Source: types spec 3.11."""

from typing import TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Array


class SuggestionItem(WireModel):
    """An answer that the user may pick."""

    answer: str
    mode: Omittable[str] = None
    """Slug of the mode to switch to when this answer is picked."""


class FollowUpData(WireModel):
    """A question to the user."""

    question: Omittable[str] = None
    suggest: Omittable[Array[SuggestionItem]] = None


FollowUpDataType: TypeAlias = FollowUpData
"""Upstream's second name of the same shape."""
