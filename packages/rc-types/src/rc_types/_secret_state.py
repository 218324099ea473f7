"""The settings that upstream keeps in secret storage. Source: types spec 3.13."""

from rc_types._base import Secret, WireModel


class SecretState(WireModel):
    """Contents of the secret storage; `SECRET_STATE_KEYS` and `GLOBAL_SECRET_KEYS` have the names."""

    api_key: Secret = None
    open_router_api_key: Secret = None
    aws_access_key: Secret = None
    aws_api_key: Secret = None
    aws_secret_key: Secret = None
    aws_session_token: Secret = None
    open_ai_api_key: Secret = None
    ollama_api_key: Secret = None
    gemini_api_key: Secret = None
    open_ai_native_api_key: Secret = None
    deep_seek_api_key: Secret = None
    moonshot_api_key: Secret = None
    mistral_api_key: Secret = None
    minimax_api_key: Secret = None
    requesty_api_key: Secret = None
    unbound_api_key: Secret = None
    xai_api_key: Secret = None
    litellm_api_key: Secret = None
    code_index_open_ai_key: Secret = None
    code_index_qdrant_api_key: Secret = None
    codebase_index_open_ai_compatible_api_key: Secret = None
    codebase_index_gemini_api_key: Secret = None
    codebase_index_mistral_api_key: Secret = None
    codebase_index_vercel_ai_gateway_api_key: Secret = None
    codebase_index_open_router_api_key: Secret = None
    samba_nova_api_key: Secret = None
    zai_api_key: Secret = None
    fireworks_api_key: Secret = None
    vercel_ai_gateway_api_key: Secret = None
    baseten_api_key: Secret = None
    open_router_image_api_key: Secret = None
