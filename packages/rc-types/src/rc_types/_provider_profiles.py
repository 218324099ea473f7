"""One model per provider, and one for none. Source: types spec 3.22 and C5."""

from typing import Literal

from rc_types._base import Absent, WireModel
from rc_types._provider_common import ApiModelFields, CommonFields
from rc_types._provider_fields import (
    AnthropicFields,
    BasetenFields,
    BedrockFields,
    DeepSeekFields,
    FakeAiFields,
    FireworksFields,
    GeminiCliFields,
    GeminiFields,
    LiteLlmFields,
    LmStudioFields,
    MinimaxFields,
    MistralFields,
    MoonshotFields,
    OllamaFields,
    OpenAiFields,
    OpenAiNativeFields,
    OpenRouterFields,
    PoeFields,
    QwenCodeFields,
    RequestyFields,
    RooFields,
    SambaNovaFields,
    UnboundFields,
    VercelAiGatewayFields,
    VertexFields,
    VsCodeLmFields,
    XaiFields,
    ZaiFields,
)


class AnthropicSettings(CommonFields, AnthropicFields, ApiModelFields):
    """A profile of the provider `anthropic`."""

    api_provider: Literal["anthropic"]


class OpenRouterSettings(CommonFields, OpenRouterFields):
    """A profile of the provider `openrouter`."""

    api_provider: Literal["openrouter"]


class BedrockSettings(CommonFields, BedrockFields, ApiModelFields):
    """A profile of the provider `bedrock`."""

    api_provider: Literal["bedrock"]


class VertexSettings(CommonFields, VertexFields, ApiModelFields):
    """A profile of the provider `vertex`."""

    api_provider: Literal["vertex"]


class OpenAiSettings(CommonFields, OpenAiFields):
    """A profile of the provider `openai`."""

    api_provider: Literal["openai"]


class OllamaSettings(CommonFields, OllamaFields):
    """A profile of the provider `ollama`."""

    api_provider: Literal["ollama"]


class VsCodeLmSettings(CommonFields, VsCodeLmFields):
    """A profile of the provider `vscode-lm`."""

    api_provider: Literal["vscode-lm"]


class LmStudioSettings(CommonFields, LmStudioFields):
    """A profile of the provider `lmstudio`."""

    api_provider: Literal["lmstudio"]


class GeminiSettings(CommonFields, GeminiFields, ApiModelFields):
    """A profile of the provider `gemini`."""

    api_provider: Literal["gemini"]


class GeminiCliSettings(CommonFields, GeminiCliFields, ApiModelFields):
    """A profile of the provider `gemini-cli`."""

    api_provider: Literal["gemini-cli"]


class OpenAiCodexSettings(CommonFields, ApiModelFields):
    """A profile of the provider `openai-codex`."""

    api_provider: Literal["openai-codex"]


class OpenAiNativeSettings(CommonFields, OpenAiNativeFields, ApiModelFields):
    """A profile of the provider `openai-native`."""

    api_provider: Literal["openai-native"]


class MistralSettings(CommonFields, MistralFields, ApiModelFields):
    """A profile of the provider `mistral`."""

    api_provider: Literal["mistral"]


class DeepSeekSettings(CommonFields, DeepSeekFields, ApiModelFields):
    """A profile of the provider `deepseek`."""

    api_provider: Literal["deepseek"]


class PoeSettings(CommonFields, PoeFields, ApiModelFields):
    """A profile of the provider `poe`."""

    api_provider: Literal["poe"]


class MoonshotSettings(CommonFields, MoonshotFields, ApiModelFields):
    """A profile of the provider `moonshot`."""

    api_provider: Literal["moonshot"]


class MinimaxSettings(CommonFields, MinimaxFields, ApiModelFields):
    """A profile of the provider `minimax`."""

    api_provider: Literal["minimax"]


class RequestySettings(CommonFields, RequestyFields):
    """A profile of the provider `requesty`."""

    api_provider: Literal["requesty"]


class UnboundSettings(CommonFields, UnboundFields):
    """A profile of the provider `unbound`."""

    api_provider: Literal["unbound"]


class FakeAiSettings(CommonFields, FakeAiFields):
    """A profile of the provider `fake-ai`."""

    api_provider: Literal["fake-ai"]


class XaiSettings(CommonFields, XaiFields, ApiModelFields):
    """A profile of the provider `xai`."""

    api_provider: Literal["xai"]


class BasetenSettings(CommonFields, BasetenFields, ApiModelFields):
    """A profile of the provider `baseten`."""

    api_provider: Literal["baseten"]


class LiteLlmSettings(CommonFields, LiteLlmFields):
    """A profile of the provider `litellm`."""

    api_provider: Literal["litellm"]


class SambaNovaSettings(CommonFields, SambaNovaFields, ApiModelFields):
    """A profile of the provider `sambanova`."""

    api_provider: Literal["sambanova"]


class ZaiSettings(CommonFields, ZaiFields, ApiModelFields):
    """A profile of the provider `zai`."""

    api_provider: Literal["zai"]


class FireworksSettings(CommonFields, FireworksFields, ApiModelFields):
    """A profile of the provider `fireworks`."""

    api_provider: Literal["fireworks"]


class QwenCodeSettings(CommonFields, QwenCodeFields, ApiModelFields):
    """A profile of the provider `qwen-code`."""

    api_provider: Literal["qwen-code"]


class RooSettings(CommonFields, RooFields, ApiModelFields):
    """A profile of the provider `roo`."""

    api_provider: Literal["roo"]


class VercelAiGatewaySettings(CommonFields, VercelAiGatewayFields):
    """A profile of the provider `vercel-ai-gateway`."""

    api_provider: Literal["vercel-ai-gateway"]


class UntaggedSettings(WireModel):
    """Settings that name no provider; nothing of them is kept."""

    api_provider: Absent = None
