"""What is known about models that turn text into vectors. Source: types spec 3.8."""

from typing import Annotated, TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._scalars import FailFast, Number, Record
from rc_types.codebase_index import EmbedderProvider

__all__ = ["EmbedderProvider", "EmbeddingModelProfile", "EmbeddingModelProfiles"]


class EmbeddingModelProfile(WireModel):
    """One model."""

    dimension: Number
    score_threshold: Omittable[Number] = None
    """Least similarity, from 0 to 1, of what counts as found."""
    query_prefix: Omittable[str] = None
    """What this model wants in front of every query."""


EmbeddingModelProfiles: TypeAlias = Annotated[dict[EmbedderProvider, Record[EmbeddingModelProfile]], FailFast()]
"""Profiles by provider, then by model id; providers may be missing."""
