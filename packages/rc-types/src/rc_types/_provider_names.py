"""Names of the providers, the groups they form, and which of their services are meant. Source: types spec 3.22."""

from typing import Annotated, Final, Literal, TypeAlias, TypeGuard, get_args

from rc_types._flavors import Vocabulary

DynamicProvider: TypeAlias = Literal["openrouter", "vercel-ai-gateway", "litellm", "requesty", "roo", "unbound", "poe"]
"""Its list of models is fetched from a remote service."""
LocalProvider: TypeAlias = Literal["ollama", "lmstudio"]
"""Its list of models is fetched from this machine."""
InternalProvider: TypeAlias = Literal["vscode-lm"]
"""Its list of models comes from the editor."""
CustomProvider: TypeAlias = Literal["openai"]
"""Configured freely."""
FauxProvider: TypeAlias = Literal["fake-ai"]
"""Does no inference at all."""
StaticProvider: TypeAlias = Literal[
    "anthropic",
    "bedrock",
    "baseten",
    "deepseek",
    "fireworks",
    "gemini",
    "gemini-cli",
    "mistral",
    "moonshot",
    "minimax",
    "openai-codex",
    "openai-native",
    "qwen-code",
    "roo",
    "sambanova",
    "vertex",
    "xai",
    "zai",
]
"""Its list of models ships with the assistant; `roo` is dynamic as well."""

ProviderName: TypeAlias = Literal[
    DynamicProvider, LocalProvider, InternalProvider, CustomProvider, FauxProvider, StaticProvider
]
"""Any provider that is still offered."""
RetiredProviderName: TypeAlias = Literal[
    "cerebras",
    "chutes",
    "deepinfra",
    "doubao",
    "featherless",
    "groq",
    "huggingface",
    "io-intelligence",
]
"""No longer offered, but still found in stored profiles."""
ProviderNameWithRetired: TypeAlias = Literal[ProviderName, RetiredProviderName]
"""Any provider that a stored profile may name."""
TypicalProvider: TypeAlias = Literal[DynamicProvider, LocalProvider, StaticProvider]
"""A provider whose models are neither the editor's nor the user's own, and which really infers."""
AnyProvider: TypeAlias = Annotated[ProviderName | str, Vocabulary("providerNames")]
"""A provider of any product."""
AnyProviderWithRetired: TypeAlias = Annotated[ProviderNameWithRetired | str, Vocabulary("providerNames")]
"""A provider of any product, also one that is no longer offered."""
ZaiApiLine: TypeAlias = Literal["international_coding", "china_coding", "international_api", "china_api"]
"""Which of Z.ai's services is meant; they have addresses and models of their own."""
MoonshotBaseUrl: TypeAlias = Annotated[
    Literal["https://api.moonshot.ai/v1", "https://api.moonshot.cn/v1"] | str, Vocabulary("moonshotBaseUrls")
]
"""Where Moonshot answers, outside of mainland China and inside."""
MinimaxBaseUrl: TypeAlias = Annotated[
    Literal["https://api.minimax.io/v1", "https://api.minimaxi.com/v1"] | str, Vocabulary("minimaxBaseUrls")
]
"""Where MiniMax answers, outside of mainland China and inside."""

DYNAMIC_PROVIDERS: Final[tuple[DynamicProvider, ...]] = get_args(DynamicProvider)
LOCAL_PROVIDERS: Final[tuple[LocalProvider, ...]] = get_args(LocalProvider)
INTERNAL_PROVIDERS: Final[tuple[InternalProvider, ...]] = get_args(InternalProvider)
CUSTOM_PROVIDERS: Final[tuple[CustomProvider, ...]] = get_args(CustomProvider)
FAUX_PROVIDERS: Final[tuple[FauxProvider, ...]] = get_args(FauxProvider)
RETIRED_PROVIDER_NAMES: Final[tuple[RetiredProviderName, ...]] = get_args(RetiredProviderName)

PROVIDER_NAMES: Final[tuple[ProviderName, ...]] = (
    *DYNAMIC_PROVIDERS,
    *LOCAL_PROVIDERS,
    *INTERNAL_PROVIDERS,
    *CUSTOM_PROVIDERS,
    *FAUX_PROVIDERS,
    *get_args(StaticProvider),
)
"""Upstream's list, in its order; `roo` is in it twice."""

ANTHROPIC_STYLE_PROVIDERS: Final[tuple[ProviderName, ...]] = ("anthropic", "bedrock", "minimax")
"""Providers that speak Anthropic's protocol whatever the model."""


def is_dynamic_provider(name: str) -> TypeGuard[DynamicProvider]:
    """Return whether the provider's list of models is fetched from a remote service."""
    return name in DYNAMIC_PROVIDERS


def is_local_provider(name: str) -> TypeGuard[LocalProvider]:
    """Return whether the provider's list of models is fetched from this machine."""
    return name in LOCAL_PROVIDERS


def is_internal_provider(name: str) -> TypeGuard[InternalProvider]:
    """Return whether the provider's models belong to the editor."""
    return name in INTERNAL_PROVIDERS


def is_custom_provider(name: str) -> TypeGuard[CustomProvider]:
    """Return whether the provider is configured freely."""
    return name in CUSTOM_PROVIDERS


def is_faux_provider(name: str) -> TypeGuard[FauxProvider]:
    """Return whether the provider does no inference."""
    return name in FAUX_PROVIDERS


def is_provider_name(name: object) -> TypeGuard[ProviderName]:
    """Return whether the value, of whatever type, names a provider that is still offered."""
    return isinstance(name, str) and name in PROVIDER_NAMES


def is_retired_provider(name: str) -> TypeGuard[RetiredProviderName]:
    """Return whether the provider is no longer offered."""
    return name in RETIRED_PROVIDER_NAMES


def is_typical_provider(name: object) -> TypeGuard[TypicalProvider]:
    """Return whether the value names a provider that is neither internal, custom nor faux."""
    if not is_provider_name(name):
        return False
    return not (is_internal_provider(name) or is_custom_provider(name) or is_faux_provider(name))
