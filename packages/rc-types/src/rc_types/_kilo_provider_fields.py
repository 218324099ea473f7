"""Provider settings that only Kilo Code has; every other product ignores them. Source: Kilo differences 5.5.

Roo Code had the first three of `KiloProviderFields` up to 3.41 as well.
"""

from typing import Final, Literal, TypeAlias

from rc_types._base import KiloOnly, KiloSecret, Omittable, WireModel
from rc_types._js_number import CoercedNumber
from rc_types._scalars import Array, Number
from rc_types.model import ModelInfo

KiloProfileType: TypeAlias = Literal["chat", "autocomplete"]
"""What a profile is for; `chat` when absent."""

_DataCollection: TypeAlias = Literal["allow", "deny"]
_Sort: TypeAlias = Literal["price", "throughput", "latency"]


class ProfileLimits(WireModel):
    """How much a profile may be used before the next one takes over."""

    tokens_per_minute: Omittable[CoercedNumber] = None
    tokens_per_hour: Omittable[CoercedNumber] = None
    tokens_per_day: Omittable[CoercedNumber] = None
    requests_per_minute: Omittable[CoercedNumber] = None
    requests_per_hour: Omittable[CoercedNumber] = None
    requests_per_day: Omittable[CoercedNumber] = None


class QuotaProfile(WireModel):
    """One of the profiles between which the provider `virtual-quota-fallback` chooses."""

    profile_name: Omittable[str] = None
    profile_id: Omittable[str] = None
    profile_limits: Omittable[ProfileLimits] = None


class KiloProviderFields(WireModel):
    """What Kilo Code adds to the flat settings of all providers."""

    diff_enabled: KiloOnly[bool] = None
    fuzzy_match_threshold: KiloOnly[Number] = None
    tool_protocol: KiloOnly[Literal["xml", "native"]] = None
    profile_type: KiloOnly[KiloProfileType] = None
    rate_limit_after: KiloOnly[bool] = None

    anthropic_deployment_name: KiloOnly[str] = None

    open_router_provider_data_collection: KiloOnly[_DataCollection] = None
    open_router_provider_sort: KiloOnly[_Sort] = None
    open_router_zdr: KiloOnly[bool] = None

    kilocode_token: KiloSecret = None
    kilocode_organization_id: KiloOnly[str] = None
    kilocode_model: KiloOnly[str] = None
    kilocode_tester_warnings_disabled_until: KiloOnly[Number] = None
    """Unix milliseconds."""

    glama_model_id: KiloOnly[str] = None
    glama_api_key: KiloSecret = None

    nano_gpt_api_key: KiloSecret = None
    nano_gpt_model_id: KiloOnly[str] = None
    nano_gpt_model_list: KiloOnly[Literal["all", "personalized", "subscription"]] = None

    zenmux_api_key: KiloSecret = None
    zenmux_model_id: KiloOnly[str] = None
    zenmux_base_url: KiloOnly[str] = None
    zenmux_specific_provider: KiloOnly[str] = None
    zenmux_use_middle_out_transform: KiloOnly[bool] = None
    zenmux_provider_data_collection: KiloOnly[_DataCollection] = None
    zenmux_provider_sort: KiloOnly[_Sort] = None
    zenmux_zdr: KiloOnly[bool] = None

    open_ai_legacy_format: KiloOnly[bool] = None

    ovh_cloud_ai_endpoints_api_key: KiloSecret = None
    ovh_cloud_ai_endpoints_model_id: KiloOnly[str] = None
    ovh_cloud_ai_endpoints_base_url: KiloOnly[str] = None

    poe_model_id: KiloOnly[str] = None

    apertis_api_key: KiloSecret = None
    apertis_model_id: KiloOnly[str] = None
    apertis_base_url: KiloOnly[str] = None
    apertis_instructions: KiloOnly[str] = None
    apertis_reasoning_effort: KiloOnly[Literal["low", "medium", "high"]] = None
    apertis_reasoning_summary: KiloOnly[Literal["auto", "concise", "detailed"]] = None

    synthetic_api_key: KiloSecret = None

    inception_labs_base_url: KiloOnly[str] = None
    inception_labs_api_key: KiloSecret = None
    inception_labs_model_id: KiloOnly[str] = None

    aihubmix_api_key: KiloSecret = None
    aihubmix_base_url: KiloOnly[str] = None
    aihubmix_model_id: KiloOnly[str] = None
    aihubmix_model_info: KiloOnly[ModelInfo] = None

    corethink_api_key: KiloSecret = None

    sap_ai_core_service_key: KiloSecret = None
    sap_ai_core_resource_group: KiloOnly[str] = None
    sap_ai_core_use_orchestration: KiloOnly[bool] = None
    sap_ai_core_model_id: KiloOnly[str] = None
    sap_ai_core_deployment_id: KiloOnly[str] = None
    sap_ai_core_custom_model_info: KiloOnly[ModelInfo] = None

    profiles: KiloOnly[Array[QuotaProfile]] = None


KILO_SECRET_KEYS: Final = (
    "glamaApiKey",
    "kilocodeToken",
    "syntheticApiKey",
    "ovhCloudAiEndpointsApiKey",
    "inceptionLabsApiKey",
    "sapAiCoreServiceKey",
    "codebaseIndexVoyageApiKey",
    "corethinkApiKey",
    "kiloCodeImageApiKey",
    "poeApiKey",
    "zenmuxApiKey",
    "nanoGptApiKey",
    "apertisApiKey",
    "aihubmixApiKey",
    "morphApiKey",
)
"""What Kilo Code's lists of secrets add to Roo Code's, and the last six, which they forget (KD-031)."""
