"""Names and settings of the model providers, flat as they are stored and sent. Source: types spec 3.22.

`rc_types.provider_profiles` has the settings of one provider at a time.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from rc_types import _provider_fields as fields
from rc_types._base import KiloOnly, Omittable, WireModel, wire_names
from rc_types._kilo_provider_fields import KiloProfileType, KiloProviderFields
from rc_types._provider_common import ApiModelFields, CommonFields, ProviderChoice
from rc_types._provider_names import (
    ANTHROPIC_STYLE_PROVIDERS,
    CUSTOM_PROVIDERS,
    DYNAMIC_PROVIDERS,
    FAUX_PROVIDERS,
    INTERNAL_PROVIDERS,
    LOCAL_PROVIDERS,
    PROVIDER_NAMES,
    RETIRED_PROVIDER_NAMES,
    AnyProvider,
    AnyProviderWithRetired,
    CustomProvider,
    DynamicProvider,
    FauxProvider,
    InternalProvider,
    LocalProvider,
    ProviderName,
    ProviderNameWithRetired,
    RetiredProviderName,
    StaticProvider,
    TypicalProvider,
    ZaiApiLine,
    is_custom_provider,
    is_dynamic_provider,
    is_faux_provider,
    is_internal_provider,
    is_local_provider,
    is_provider_name,
    is_retired_provider,
    is_typical_provider,
)
from rc_types.codebase_index import CodebaseIndexProvider

__all__ = [
    "ANTHROPIC_STYLE_PROVIDERS",
    "CUSTOM_PROVIDERS",
    "DEFAULT_CONSECUTIVE_MISTAKE_LIMIT",
    "DYNAMIC_PROVIDERS",
    "FAUX_PROVIDERS",
    "INTERNAL_PROVIDERS",
    "LOCAL_PROVIDERS",
    "MODEL_ID_KEYS",
    "MODEL_ID_KEYS_BY_PROVIDER",
    "PROVIDER_NAMES",
    "PROVIDER_SETTINGS_KEYS",
    "RETIRED_PROVIDER_NAMES",
    "AnyProvider",
    "AnyProviderWithRetired",
    "CustomProvider",
    "DynamicProvider",
    "FauxProvider",
    "InternalProvider",
    "LocalProvider",
    "ModelIdKey",
    "ProviderName",
    "ProviderNameWithRetired",
    "ProviderSettings",
    "ProviderSettingsEntry",
    "ProviderSettingsWithId",
    "RetiredProviderName",
    "StaticProvider",
    "TypicalProvider",
    "ZaiApiLine",
    "get_api_protocol",
    "get_model_id",
    "is_custom_provider",
    "is_dynamic_provider",
    "is_faux_provider",
    "is_internal_provider",
    "is_local_provider",
    "is_provider_name",
    "is_retired_provider",
    "is_typical_provider",
]

DEFAULT_CONSECUTIVE_MISTAKE_LIMIT: Final = 3
"""Mistakes in a row after which the assistant asks its user."""


class ProviderSettingsEntry(WireModel):
    """A stored profile, as lists show it."""

    id: str
    name: str
    api_provider: Omittable[AnyProviderWithRetired] = None
    model_id: Omittable[str] = None
    profile_type: KiloOnly[KiloProfileType] = None


class ProviderSettings(
    KiloProviderFields,
    CommonFields,
    CodebaseIndexProvider,
    fields.VercelAiGatewayFields,
    fields.RooFields,
    fields.QwenCodeFields,
    fields.FireworksFields,
    fields.ZaiFields,
    fields.SambaNovaFields,
    fields.LiteLlmFields,
    fields.BasetenFields,
    fields.XaiFields,
    fields.FakeAiFields,
    fields.UnboundFields,
    fields.RequestyFields,
    fields.MinimaxFields,
    fields.MoonshotFields,
    fields.PoeFields,
    fields.DeepSeekFields,
    fields.MistralFields,
    fields.OpenAiNativeFields,
    fields.GeminiCliFields,
    fields.GeminiFields,
    fields.LmStudioFields,
    fields.VsCodeLmFields,
    fields.OllamaFields,
    fields.OpenAiFields,
    fields.VertexFields,
    fields.BedrockFields,
    fields.OpenRouterFields,
    fields.AnthropicFields,
    ApiModelFields,
    ProviderChoice,
):
    """The settings of all providers in one flat object, as profiles are stored and sent.

    The bases stand in reverse order of their keys on the wire, which is how Python collects them.
    """


class ProviderSettingsWithId(ProviderSettings):
    """A profile with the id that it is stored under."""

    id: Omittable[str] = None


_COMMON_KEYS: Final = wire_names(CommonFields)

PROVIDER_SETTINGS_KEYS: Final = (
    "apiProvider",
    *_COMMON_KEYS,
    *(key for key in wire_names(ProviderSettings)[1:] if key not in _COMMON_KEYS),
)
"""Wire names of the provider settings, in upstream's order."""

ModelIdKey: TypeAlias = Literal[
    "apiModelId",
    "openRouterModelId",
    "openAiModelId",
    "ollamaModelId",
    "lmStudioModelId",
    "lmStudioDraftModelId",
    "requestyModelId",
    "unboundModelId",
    "litellmModelId",
    "vercelAiGatewayModelId",
]
"""A setting that may hold the id of the model."""

MODEL_ID_KEYS: Final[tuple[ModelIdKey, ...]] = get_args(ModelIdKey)

MODEL_ID_KEYS_BY_PROVIDER: Final[Mapping[TypicalProvider, ModelIdKey]] = {
    "anthropic": "apiModelId",
    "openrouter": "openRouterModelId",
    "bedrock": "apiModelId",
    "vertex": "apiModelId",
    "openai-codex": "apiModelId",
    "openai-native": "openAiModelId",
    "ollama": "ollamaModelId",
    "lmstudio": "lmStudioModelId",
    "gemini": "apiModelId",
    "gemini-cli": "apiModelId",
    "mistral": "apiModelId",
    "moonshot": "apiModelId",
    "minimax": "apiModelId",
    "deepseek": "apiModelId",
    "poe": "apiModelId",
    "qwen-code": "apiModelId",
    "requesty": "requestyModelId",
    "unbound": "unboundModelId",
    "xai": "apiModelId",
    "baseten": "apiModelId",
    "litellm": "litellmModelId",
    "sambanova": "apiModelId",
    "zai": "apiModelId",
    "fireworks": "apiModelId",
    "roo": "apiModelId",
    "vercel-ai-gateway": "vercelAiGatewayModelId",
}
"""Which setting holds the model id. `openai-native` points to a setting of another provider, as it does upstream."""


def get_model_id(settings: ProviderSettings) -> str | None:
    """Return the first model id that is set, whatever the provider, or None.

    The provider plays no role upstream either, so that a left-over `api_model_id` wins over every other.
    """
    members = settings.to_wire()
    return next((members[key] for key in MODEL_ID_KEYS if members.get(key)), None)


def get_api_protocol(provider: str | None, model_id: str | None = None) -> Literal["anthropic", "openai"]:
    """Return the protocol in which a provider is talked to about a model; `openai` when in doubt."""
    model = (model_id or "").lower()
    anthropic = (
        provider in ANTHROPIC_STYLE_PROVIDERS
        or (provider == "vertex" and "claude" in model)
        or (provider in {"vercel-ai-gateway", "roo"} and model.startswith("anthropic/"))
    )
    return "anthropic" if anthropic else "openai"
