"""Settings that all or most providers share. Source: types spec 3.22."""

from rc_types._base import Nullish, Omittable, WireModel
from rc_types._provider_names import AnyProviderWithRetired
from rc_types._scalars import NonNegative, Number
from rc_types.model import AnyVerbosityLevel, ReasoningEffortSetting


class ProviderChoice(WireModel):
    """Which provider is meant."""

    api_provider: Omittable[AnyProviderWithRetired] = None


class CommonFields(WireModel):
    """Settings that make sense with every provider."""

    include_max_tokens: Omittable[bool] = None
    todo_list_enabled: Omittable[bool] = None
    model_temperature: Nullish[Number] = None
    rate_limit_seconds: Omittable[Number] = None
    consecutive_mistake_limit: Omittable[NonNegative] = None
    enable_reasoning_effort: Omittable[bool] = None
    reasoning_effort: Omittable[ReasoningEffortSetting] = None
    model_max_tokens: Omittable[Number] = None
    model_max_thinking_tokens: Omittable[Number] = None
    verbosity: Omittable[AnyVerbosityLevel] = None


class ApiModelFields(WireModel):
    """The model of most providers."""

    api_model_id: Omittable[str] = None
