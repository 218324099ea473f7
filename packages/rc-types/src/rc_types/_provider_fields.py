"""The settings of each provider; `rc_types.provider_settings` puts them together. Source: types spec 3.22."""

from typing import Annotated, Literal

from pydantic import Field

from rc_types._base import Nullish, Omittable, Secret, WireModel, spelled
from rc_types._provider_names import MinimaxBaseUrl, MoonshotBaseUrl, ZaiApiLine
from rc_types._scalars import Json, JsonNumber, Number, Record
from rc_types.model import ModelInfo, ServiceTier


class VsCodeLmModelSelector(WireModel):
    """Which of the editor's language models to use."""

    vendor: Omittable[str] = None
    family: Omittable[str] = None
    version: Omittable[str] = None
    id: Omittable[str] = None


class AnthropicFields(WireModel):
    """Settings of the provider `anthropic`."""

    api_key: Secret = None
    anthropic_base_url: Omittable[str] = None
    anthropic_use_auth_token: Omittable[bool] = None
    anthropic_beta_1m_context: Omittable[bool] = None


class OpenRouterFields(WireModel):
    """Settings of the provider `openrouter`."""

    open_router_api_key: Secret = None
    open_router_model_id: Omittable[str] = None
    open_router_base_url: Omittable[str] = None
    open_router_specific_provider: Omittable[str] = None


class BedrockFields(WireModel):
    """Settings of the provider `bedrock`."""

    aws_access_key: Secret = None
    aws_secret_key: Secret = None
    aws_session_token: Secret = None
    aws_region: Omittable[str] = None
    aws_use_cross_region_inference: Omittable[bool] = None
    aws_use_global_inference: Omittable[bool] = None
    aws_use_prompt_cache: Omittable[bool] = None
    aws_profile: Omittable[str] = None
    aws_use_profile: Omittable[bool] = None
    aws_api_key: Secret = None
    aws_use_api_key: Omittable[bool] = None
    aws_custom_arn: Omittable[str] = None
    aws_model_context_window: Omittable[Number] = None
    aws_bedrock_endpoint_enabled: Omittable[bool] = None
    aws_bedrock_endpoint: Omittable[str] = None
    aws_bedrock_1m_context: Omittable[bool] = None
    aws_bedrock_service_tier: Omittable[Literal["STANDARD", "FLEX", "PRIORITY"]] = None


class VertexFields(WireModel):
    """Settings of the provider `vertex`."""

    vertex_key_file: Omittable[str] = None
    vertex_json_credentials: Secret = None
    vertex_project_id: Omittable[str] = None
    vertex_region: Omittable[str] = None
    vertex_1m_context: Omittable[bool] = None


class OpenAiFields(WireModel):
    """Settings of the provider `openai`."""

    open_ai_base_url: Omittable[str] = None
    open_ai_api_key: Secret = None
    open_ai_r1_format_enabled: Omittable[bool] = None
    open_ai_model_id: Omittable[str] = None
    open_ai_custom_model_info: Nullish[ModelInfo] = None
    open_ai_use_azure: Omittable[bool] = None
    azure_api_version: Omittable[str] = None
    open_ai_streaming_enabled: Omittable[bool] = None
    open_ai_host_header: Omittable[str] = None
    open_ai_headers: Annotated[Omittable[Record[str]], Field(repr=False)] = None


class OllamaFields(WireModel):
    """Settings of the provider `ollama`."""

    ollama_model_id: Omittable[str] = None
    ollama_base_url: Omittable[str] = None
    ollama_api_key: Secret = None
    ollama_num_ctx: Omittable[Annotated[int, JsonNumber(whole=True, ge=128)]] = None


class VsCodeLmFields(WireModel):
    """Settings of the provider `vscode-lm`."""

    vs_code_lm_model_selector: Omittable[VsCodeLmModelSelector] = None


class LmStudioFields(WireModel):
    """Settings of the provider `lmstudio`."""

    lm_studio_model_id: Omittable[str] = None
    lm_studio_base_url: Omittable[str] = None
    lm_studio_draft_model_id: Omittable[str] = None
    lm_studio_speculative_decoding_enabled: Omittable[bool] = None


class GeminiFields(WireModel):
    """Settings of the provider `gemini`."""

    gemini_api_key: Secret = None
    google_gemini_base_url: Omittable[str] = None


class GeminiCliFields(WireModel):
    """Settings of the provider `gemini-cli`."""

    gemini_cli_oauth_path: Annotated[Omittable[str], spelled("geminiCliOAuthPath")] = None
    gemini_cli_project_id: Omittable[str] = None


class OpenAiNativeFields(WireModel):
    """Settings of the provider `openai-native`."""

    open_ai_native_api_key: Secret = None
    open_ai_native_base_url: Omittable[str] = None
    open_ai_native_service_tier: Omittable[ServiceTier] = None


class MistralFields(WireModel):
    """Settings of the provider `mistral`."""

    mistral_api_key: Secret = None
    mistral_codestral_url: Omittable[str] = None


class DeepSeekFields(WireModel):
    """Settings of the provider `deepseek`."""

    deep_seek_base_url: Omittable[str] = None
    deep_seek_api_key: Secret = None


class PoeFields(WireModel):
    """Settings of the provider `poe`."""

    poe_api_key: Secret = None
    poe_base_url: Omittable[str] = None


class MoonshotFields(WireModel):
    """Settings of the provider `moonshot`."""

    moonshot_base_url: Omittable[MoonshotBaseUrl] = None
    moonshot_api_key: Secret = None


class MinimaxFields(WireModel):
    """Settings of the provider `minimax`."""

    minimax_base_url: Omittable[MinimaxBaseUrl] = None
    minimax_api_key: Secret = None


class RequestyFields(WireModel):
    """Settings of the provider `requesty`."""

    requesty_base_url: Omittable[str] = None
    requesty_api_key: Secret = None
    requesty_model_id: Omittable[str] = None


class UnboundFields(WireModel):
    """Settings of the provider `unbound`."""

    unbound_api_key: Secret = None
    unbound_model_id: Omittable[str] = None


class FakeAiFields(WireModel):
    """Settings of the provider `fake-ai`."""

    fake_ai: Json = None


class XaiFields(WireModel):
    """Settings of the provider `xai`."""

    xai_api_key: Secret = None


class BasetenFields(WireModel):
    """Settings of the provider `baseten`."""

    baseten_api_key: Secret = None


class LiteLlmFields(WireModel):
    """Settings of the provider `litellm`."""

    litellm_base_url: Omittable[str] = None
    litellm_api_key: Secret = None
    litellm_model_id: Omittable[str] = None
    litellm_use_prompt_cache: Omittable[bool] = None


class SambaNovaFields(WireModel):
    """Settings of the provider `sambanova`."""

    samba_nova_api_key: Secret = None


class ZaiFields(WireModel):
    """Settings of the provider `zai`."""

    zai_api_key: Secret = None
    zai_api_line: Omittable[ZaiApiLine] = None


class FireworksFields(WireModel):
    """Settings of the provider `fireworks`."""

    fireworks_api_key: Secret = None


class QwenCodeFields(WireModel):
    """Settings of the provider `qwen-code`."""

    qwen_code_oauth_path: Omittable[str] = None


class RooFields(WireModel):
    """Settings of the provider `roo`."""

    roo_api_key: Secret = None


class VercelAiGatewayFields(WireModel):
    """Settings of the provider `vercel-ai-gateway`."""

    vercel_ai_gateway_api_key: Secret = None
    vercel_ai_gateway_model_id: Omittable[str] = None
