"""Providers of language models and what they offer: limits, abilities, prices, defaults. Source: types spec 3.35.

    from rc_types.providers import catalogue, model_info

    catalogue("anthropic").models["claude-sonnet-4-5"].input_price  # US dollars per million tokens
    model_info("gemini", "a-model-of-tomorrow")  # None

The data ship with the package, one file per provider, and are read when they are first asked for. They are what
upstream knew in April 2026.
"""

from rc_types.providers._catalogue import Catalogue, catalogue, get_provider_default_model_id, model_info
from rc_types.providers._constants import constant, constant_names
from rc_types.providers._files import CATALOGUE_NAMES
from rc_types.providers._names import (
    AnthropicModelId,
    BasetenModelId,
    BedrockModelId,
    BedrockServiceTier,
    DeepSeekModelId,
    FireworksModelId,
    GeminiModelId,
    InternationalZAiModelId,
    MainlandZAiModelId,
    MinimaxModelId,
    MistralModelId,
    MoonshotModelId,
    OpenAiCodexModelId,
    OpenAiNativeModelId,
    QwenCodeModelId,
    SambaNovaModelId,
    VertexModelId,
    VscodeLlmModelId,
    XAIModelId,
)
from rc_types.providers.openai_codex_rate_limits import (
    OpenAiCodexCredits,
    OpenAiCodexRateLimitInfo,
    OpenAiCodexRateLimitWindow,
)
from rc_types.providers.poe import PoeDefaultModelInfo, get_poe_default_model_info
from rc_types.providers.roo import RooModel, RooModelsResponse, RooPricing

__all__ = [
    "CATALOGUE_NAMES",
    "AnthropicModelId",
    "BasetenModelId",
    "BedrockModelId",
    "BedrockServiceTier",
    "Catalogue",
    "DeepSeekModelId",
    "FireworksModelId",
    "GeminiModelId",
    "InternationalZAiModelId",
    "MainlandZAiModelId",
    "MinimaxModelId",
    "MistralModelId",
    "MoonshotModelId",
    "OpenAiCodexCredits",
    "OpenAiCodexModelId",
    "OpenAiCodexRateLimitInfo",
    "OpenAiCodexRateLimitWindow",
    "OpenAiNativeModelId",
    "PoeDefaultModelInfo",
    "QwenCodeModelId",
    "RooModel",
    "RooModelsResponse",
    "RooPricing",
    "SambaNovaModelId",
    "VertexModelId",
    "VscodeLlmModelId",
    "XAIModelId",
    "catalogue",
    "constant",
    "constant_names",
    "get_poe_default_model_info",
    "get_provider_default_model_id",
    "model_info",
]
