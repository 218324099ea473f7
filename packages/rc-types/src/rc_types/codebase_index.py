"""Settings of the semantic search over a workspace. Source: types spec 3.4."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from rc_types._base import KiloOnly, KiloSecret, Omittable, Secret, WireModel, spelled
from rc_types._flavors import Vocabulary
from rc_types._scalars import JsonNumber, Number, Record

EmbedderProvider: TypeAlias = Literal[
    "openai", "ollama", "openai-compatible", "gemini", "mistral", "vercel-ai-gateway", "bedrock", "openrouter"
]
"""Who turns text into vectors."""

AnyEmbedderProvider: TypeAlias = Annotated[EmbedderProvider | str, Vocabulary("embedderProviders")]
"""An embedding provider of any product."""

CODEBASE_INDEX_DEFAULTS: Final[Mapping[str, int | float]] = {
    "MIN_SEARCH_RESULTS": 10,
    "MAX_SEARCH_RESULTS": 200,
    "DEFAULT_SEARCH_RESULTS": 50,
    "SEARCH_RESULTS_STEP": 10,
    "MIN_SEARCH_SCORE": 0,
    "MAX_SEARCH_SCORE": 1,
    "DEFAULT_SEARCH_MIN_SCORE": 0.4,
    "SEARCH_SCORE_STEP": 0.05,
}
"""Bounds, steps and defaults of the search settings."""


class CodebaseIndexConfig(WireModel):
    """How the workspace is indexed and searched."""

    codebase_index_enabled: Omittable[bool] = None
    codebase_index_qdrant_url: Omittable[str] = None
    codebase_index_embedder_provider: Omittable[AnyEmbedderProvider] = None
    codebase_index_embedder_base_url: Omittable[str] = None
    codebase_index_embedder_model_id: Omittable[str] = None
    codebase_index_embedder_model_dimension: Omittable[Number] = None
    codebase_index_search_min_score: Omittable[Annotated[int | float, JsonNumber(ge=0, le=1)]] = None
    codebase_index_search_max_results: Omittable[Annotated[int | float, JsonNumber(ge=10, le=200)]] = None
    codebase_index_open_ai_compatible_base_url: Omittable[str] = None
    codebase_index_open_ai_compatible_model_dimension: Omittable[Number] = None
    codebase_index_bedrock_region: Omittable[str] = None
    codebase_index_bedrock_profile: Omittable[str] = None
    codebase_index_open_router_specific_provider: Omittable[str] = None
    codebase_index_vector_store_provider: KiloOnly[Literal["lancedb", "qdrant"]] = None
    codebase_index_lancedb_vector_store_directory: KiloOnly[str] = None
    codebase_index_embedding_batch_size: KiloOnly[Annotated[int | float, JsonNumber(ge=10, le=200)]] = None
    codebase_index_scanner_max_batch_retries: KiloOnly[Annotated[int | float, JsonNumber(ge=1, le=10)]] = None


class EmbeddingModel(WireModel):
    """What is known about one embedding model."""

    dimension: Number


class CodebaseIndexModels(WireModel):
    """Embedding models by provider, then by model id."""

    openai: Omittable[Record[EmbeddingModel]] = None
    ollama: Omittable[Record[EmbeddingModel]] = None
    openai_compatible: Annotated[Omittable[Record[EmbeddingModel]], spelled("openai-compatible")] = None
    gemini: Omittable[Record[EmbeddingModel]] = None
    mistral: Omittable[Record[EmbeddingModel]] = None
    vercel_ai_gateway: Annotated[Omittable[Record[EmbeddingModel]], spelled("vercel-ai-gateway")] = None
    openrouter: Omittable[Record[EmbeddingModel]] = None
    bedrock: Omittable[Record[EmbeddingModel]] = None
    voyage: KiloOnly[Record[EmbeddingModel]] = None


class CodebaseIndexProvider(WireModel):
    """Access to the embedding providers; part of the flat provider settings."""

    code_index_open_ai_key: Secret = None
    code_index_qdrant_api_key: Secret = None
    codebase_index_open_ai_compatible_base_url: Omittable[str] = None
    codebase_index_open_ai_compatible_api_key: Secret = None
    codebase_index_open_ai_compatible_model_dimension: Omittable[Number] = None
    codebase_index_gemini_api_key: Secret = None
    codebase_index_mistral_api_key: Secret = None
    codebase_index_vercel_ai_gateway_api_key: Secret = None
    codebase_index_open_router_api_key: Secret = None
    codebase_index_voyage_api_key: KiloSecret = None
