"""What is known about a language model: limits, abilities, prices. Source: types spec 3.21, IPC spec 7.5."""

from typing import Annotated, Final, Literal, TypeAlias, TypeGuard, get_args

from rc_types._base import KiloOnly, Nullish, Omittable, WireModel
from rc_types._flavors import KILO_ONLY, Vocabulary
from rc_types._provider_names import DynamicProvider, LocalProvider
from rc_types._scalars import Array, FailFast, Number, Record

ReasoningEffort: TypeAlias = Literal["low", "medium", "high"]
"""How much a model thinks before it answers: the levels that every model with levels has."""
ReasoningEffortWithMinimal: TypeAlias = Literal["low", "medium", "high", "minimal"]
"""The same, and the level below."""
ReasoningEffortExtended: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
"""Every level that some model has; `none` asks the model not to think."""
ReasoningEffortSetting: TypeAlias = Literal["disable", "none", "minimal", "low", "medium", "high", "xhigh"]
"""What a user may choose; `disable` switches reasoning off although the model could."""
VerbosityLevel: TypeAlias = Literal["low", "medium", "high"]
"""How long a model's answers are."""
ServiceTier: TypeAlias = Literal["default", "flex", "priority"]
"""How a provider schedules and charges a request."""
ModelParameter: TypeAlias = Literal["max_tokens", "temperature", "reasoning", "include_reasoning"]
"""A parameter of requests that not every model takes."""

AnyVerbosityLevel: TypeAlias = Annotated[VerbosityLevel | str, Vocabulary("verbosityLevels")]
"""A level of any product."""

REASONING_EFFORTS: Final[tuple[ReasoningEffort, ...]] = get_args(ReasoningEffort)
REASONING_EFFORTS_EXTENDED: Final[tuple[ReasoningEffortExtended, ...]] = get_args(ReasoningEffortExtended)
REASONING_EFFORT_SETTING_VALUES: Final[tuple[ReasoningEffortSetting, ...]] = get_args(ReasoningEffortSetting)
VERBOSITY_LEVELS: Final[tuple[VerbosityLevel, ...]] = get_args(VerbosityLevel)
SERVICE_TIERS: Final[tuple[ServiceTier, ...]] = get_args(ServiceTier)
MODEL_PARAMETERS: Final[tuple[ModelParameter, ...]] = get_args(ModelParameter)


def is_model_parameter(name: str) -> TypeGuard[ModelParameter]:
    """Return whether a request parameter is one that models declare support for."""
    return name in MODEL_PARAMETERS


class LongContextPricing(WireModel):
    """Multipliers of the prices once a request is longer than the threshold."""

    threshold_tokens: Number
    input_price_multiplier: Omittable[Number] = None
    output_price_multiplier: Omittable[Number] = None
    cache_writes_price_multiplier: Omittable[Number] = None
    cache_reads_price_multiplier: Omittable[Number] = None
    applies_to_service_tiers: Omittable[Array[ServiceTier]] = None


class ModelTier(WireModel):
    """Prices of one service tier, or of requests up to one context window."""

    name: Omittable[ServiceTier] = None
    context_window: Number
    input_price: Omittable[Number] = None
    output_price: Omittable[Number] = None
    cache_writes_price: Omittable[Number] = None
    cache_reads_price: Omittable[Number] = None


class ModelInfo(WireModel):
    """One model; windows and limits in tokens, prices in US dollars per million tokens."""

    max_tokens: Nullish[Number] = None
    max_thinking_tokens: Nullish[Number] = None
    context_window: Number
    supports_images: Omittable[bool] = None
    supports_prompt_cache: bool
    prompt_cache_retention: Omittable[Literal["in_memory", "24h"]] = None
    supports_verbosity: Omittable[bool | Annotated[Array[AnyVerbosityLevel], KILO_ONLY]] = None
    """Kilo Code lists the levels that the model knows."""
    supports_reasoning_budget: Omittable[bool] = None
    supports_reasoning_binary: Omittable[bool] = None
    supports_temperature: Omittable[bool] = None
    default_temperature: Omittable[Number] = None
    required_reasoning_budget: Omittable[bool] = None
    supports_reasoning_effort: Omittable[bool | Array[ReasoningEffortSetting]] = None
    required_reasoning_effort: Omittable[bool] = None
    preserve_reasoning: Omittable[bool] = None
    supported_parameters: Omittable[Array[ModelParameter]] = None
    input_price: Omittable[Number] = None
    output_price: Omittable[Number] = None
    cache_writes_price: Omittable[Number] = None
    cache_reads_price: Omittable[Number] = None
    long_context_pricing: Omittable[LongContextPricing] = None
    description: Omittable[str] = None
    reasoning_effort: Omittable[ReasoningEffortExtended] = None
    min_tokens_per_cache_point: Omittable[Number] = None
    max_cache_points: Omittable[Number] = None
    cachable_fields: Omittable[Array[str]] = None
    deprecated: Omittable[bool] = None
    is_stealth_model: Omittable[bool] = None
    is_free: Omittable[bool] = None
    excluded_tools: Omittable[Array[str]] = None
    included_tools: Omittable[Array[str]] = None
    tiers: Omittable[Array[ModelTier]] = None
    supports_computer_use: KiloOnly[bool] = None
    supports_adaptive_thinking: KiloOnly[bool] = None
    supports_native_tools: KiloOnly[bool] = None
    default_tool_protocol: KiloOnly[Literal["xml", "native"]] = None
    banner: KiloOnly[str] = None
    display_name: Annotated[Nullish[str], KILO_ONLY] = None
    preferred_index: Annotated[Nullish[Number], KILO_ONLY] = None
    supported_api_types: KiloOnly[Array[str]] = None
    api_type: KiloOnly[str] = None


ModelRecord: TypeAlias = Record[ModelInfo]
"""Model id to what is known about the model."""

RouterModels: TypeAlias = Annotated[dict[DynamicProvider | LocalProvider, ModelRecord], FailFast()]
"""The models of every provider whose list is fetched."""
