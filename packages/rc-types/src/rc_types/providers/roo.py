"""What Roo Code's own router answers when it is asked for its models. Source: types spec 3.35."""

from typing import Annotated, Literal

from rc_types._base import Omittable, WireModel, spelled
from rc_types._scalars import Array, JsonRecord, Number, Record


class RooPricing(WireModel):
    """Prices of one model; decimal numbers as texts, in US dollars per token."""

    input: str
    output: str
    input_cache_read: Annotated[Omittable[str], spelled("input_cache_read")] = None
    input_cache_write: Annotated[Omittable[str], spelled("input_cache_write")] = None


class RooModel(WireModel):
    """One model of the router.

    Both kinds of settings override members of the model's `ModelInfo`. A client takes the entry of `versioned_settings`
    (keys are versions `x.y.z`) with the highest version that is not above its own; if there is none or it is empty, it
    takes `settings`.
    """

    id: str
    object: Literal["model"]
    created: Number
    owned_by: Annotated[str, spelled("owned_by")]
    name: str
    description: str
    context_window: Annotated[Number, spelled("context_window")]
    max_tokens: Annotated[Number, spelled("max_tokens")]
    type: Literal["language"]
    tags: Omittable[Array[str]] = None
    pricing: RooPricing
    deprecated: Omittable[bool] = None
    default_temperature: Annotated[Omittable[Number], spelled("default_temperature")] = None
    settings: Omittable[JsonRecord] = None
    versioned_settings: Omittable[Record[JsonRecord]] = None


class RooModelsResponse(WireModel):
    """The router's whole list."""

    object: Literal["list"]
    data: Array[RooModel]
