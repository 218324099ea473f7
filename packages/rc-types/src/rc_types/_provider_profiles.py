"""One model per provider, tagged by `api_provider`; upstream filters a profile through these before it stores it.

Source: types spec 3.22 and C5.
"""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from rc_types import _provider_fields as fields
from rc_types._base import Absent, WireModel
from rc_types._codec import WireCodec


class AnthropicSettings(fields.CommonFields, fields.AnthropicFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `anthropic`."""

    api_provider: Literal["anthropic"]


class OpenRouterSettings(fields.CommonFields, fields.OpenRouterFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `openrouter`."""

    api_provider: Literal["openrouter"]


class BedrockSettings(fields.CommonFields, fields.BedrockFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `bedrock`."""

    api_provider: Literal["bedrock"]


class VertexSettings(fields.CommonFields, fields.VertexFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `vertex`."""

    api_provider: Literal["vertex"]


class OpenAiSettings(fields.CommonFields, fields.OpenAiFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `openai`."""

    api_provider: Literal["openai"]


class OllamaSettings(fields.CommonFields, fields.OllamaFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `ollama`."""

    api_provider: Literal["ollama"]


class VsCodeLmSettings(fields.CommonFields, fields.VsCodeLmFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `vscode-lm`."""

    api_provider: Literal["vscode-lm"]


class LmStudioSettings(fields.CommonFields, fields.LmStudioFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `lmstudio`."""

    api_provider: Literal["lmstudio"]


class GeminiSettings(fields.CommonFields, fields.GeminiFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `gemini`."""

    api_provider: Literal["gemini"]


class GeminiCliSettings(fields.CommonFields, fields.GeminiCliFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `gemini-cli`."""

    api_provider: Literal["gemini-cli"]


class OpenAiCodexSettings(fields.CommonFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `openai-codex`."""

    api_provider: Literal["openai-codex"]


class OpenAiNativeSettings(fields.CommonFields, fields.OpenAiNativeFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `openai-native`."""

    api_provider: Literal["openai-native"]


class MistralSettings(fields.CommonFields, fields.MistralFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `mistral`."""

    api_provider: Literal["mistral"]


class DeepSeekSettings(fields.CommonFields, fields.DeepSeekFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `deepseek`."""

    api_provider: Literal["deepseek"]


class PoeSettings(fields.CommonFields, fields.PoeFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `poe`."""

    api_provider: Literal["poe"]


class MoonshotSettings(fields.CommonFields, fields.MoonshotFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `moonshot`."""

    api_provider: Literal["moonshot"]


class MinimaxSettings(fields.CommonFields, fields.MinimaxFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `minimax`."""

    api_provider: Literal["minimax"]


class RequestySettings(fields.CommonFields, fields.RequestyFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `requesty`."""

    api_provider: Literal["requesty"]


class UnboundSettings(fields.CommonFields, fields.UnboundFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `unbound`."""

    api_provider: Literal["unbound"]


class FakeAiSettings(fields.CommonFields, fields.FakeAiFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `fake-ai`."""

    api_provider: Literal["fake-ai"]


class XaiSettings(fields.CommonFields, fields.XaiFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `xai`."""

    api_provider: Literal["xai"]


class BasetenSettings(fields.CommonFields, fields.BasetenFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `baseten`."""

    api_provider: Literal["baseten"]


class LiteLlmSettings(fields.CommonFields, fields.LiteLlmFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `litellm`."""

    api_provider: Literal["litellm"]


class SambaNovaSettings(fields.CommonFields, fields.SambaNovaFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `sambanova`."""

    api_provider: Literal["sambanova"]


class ZaiSettings(fields.CommonFields, fields.ZaiFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `zai`."""

    api_provider: Literal["zai"]


class FireworksSettings(fields.CommonFields, fields.FireworksFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `fireworks`."""

    api_provider: Literal["fireworks"]


class QwenCodeSettings(fields.CommonFields, fields.QwenCodeFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `qwen-code`."""

    api_provider: Literal["qwen-code"]


class RooSettings(fields.CommonFields, fields.RooFields, fields.ApiModelFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `roo`."""

    api_provider: Literal["roo"]


class VercelAiGatewaySettings(fields.CommonFields, fields.VercelAiGatewayFields, fields.TaggedFields, frozen=True):
    """A profile of the provider `vercel-ai-gateway`."""

    api_provider: Literal["vercel-ai-gateway"]


class UntaggedSettings(WireModel, frozen=True):
    """Settings that name no provider; nothing of them is kept."""

    api_provider: Absent = None


TaggedSettings: TypeAlias = Annotated[
    AnthropicSettings
    | OpenRouterSettings
    | BedrockSettings
    | VertexSettings
    | OpenAiSettings
    | OllamaSettings
    | VsCodeLmSettings
    | LmStudioSettings
    | GeminiSettings
    | GeminiCliSettings
    | OpenAiCodexSettings
    | OpenAiNativeSettings
    | MistralSettings
    | DeepSeekSettings
    | PoeSettings
    | MoonshotSettings
    | MinimaxSettings
    | RequestySettings
    | UnboundSettings
    | FakeAiSettings
    | XaiSettings
    | BasetenSettings
    | LiteLlmSettings
    | SambaNovaSettings
    | ZaiSettings
    | FireworksSettings
    | QwenCodeSettings
    | RooSettings
    | VercelAiGatewaySettings,
    Field(discriminator="api_provider"),
]

DiscriminatedProviderSettings: TypeAlias = Annotated[TaggedSettings | UntaggedSettings, Field(union_mode="left_to_right")]
"""The settings of one provider, or of none."""

discriminated_provider_settings: Final[WireCodec[DiscriminatedProviderSettings]] = WireCodec(
    DiscriminatedProviderSettings, "DiscriminatedProviderSettings"
)
"""Keeps what belongs to the provider that `apiProvider` names, and drops the settings of all others."""
