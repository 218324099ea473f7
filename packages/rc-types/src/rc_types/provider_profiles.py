"""One model per provider, tagged by `api_provider`; upstream filters a profile through these before it stores it.

The providers are Roo Code's. Source: types spec 3.22, C5 and C6.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Self, TypeAlias

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, PydanticCustomError, SchemaSerializer, core_schema

from rc_types._codec import WireCodec
from rc_types._later import TaggedBy
from rc_types._provider_profiles import (
    AnthropicSettings,
    BasetenSettings,
    BedrockSettings,
    DeepSeekSettings,
    FakeAiSettings,
    FireworksSettings,
    GeminiCliSettings,
    GeminiSettings,
    LiteLlmSettings,
    LmStudioSettings,
    MinimaxSettings,
    MistralSettings,
    MoonshotSettings,
    OllamaSettings,
    OpenAiCodexSettings,
    OpenAiNativeSettings,
    OpenAiSettings,
    OpenRouterSettings,
    PoeSettings,
    QwenCodeSettings,
    RequestySettings,
    RooSettings,
    SambaNovaSettings,
    UnboundSettings,
    UntaggedSettings,
    VercelAiGatewaySettings,
    VertexSettings,
    VsCodeLmSettings,
    XaiSettings,
    ZaiSettings,
)

__all__ = [
    "AnthropicSettings",
    "BasetenSettings",
    "BedrockSettings",
    "DeepSeekSettings",
    "DiscriminatedProviderSettings",
    "DiscriminatedProviderSettingsWithId",
    "FakeAiSettings",
    "FireworksSettings",
    "GeminiCliSettings",
    "GeminiSettings",
    "LiteLlmSettings",
    "LmStudioSettings",
    "MinimaxSettings",
    "MistralSettings",
    "MoonshotSettings",
    "OllamaSettings",
    "OpenAiCodexSettings",
    "OpenAiNativeSettings",
    "OpenAiSettings",
    "OpenRouterSettings",
    "PoeSettings",
    "QwenCodeSettings",
    "RequestySettings",
    "RooSettings",
    "SambaNovaSettings",
    "TaggedSettings",
    "UnboundSettings",
    "UntaggedSettings",
    "VercelAiGatewaySettings",
    "VertexSettings",
    "VsCodeLmSettings",
    "XaiSettings",
    "ZaiSettings",
    "discriminated_provider_settings",
]

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
    TaggedBy("api_provider"),
]
"""The settings of one provider."""

DiscriminatedProviderSettings: TypeAlias = Annotated[
    TaggedSettings | UntaggedSettings, Field(union_mode="left_to_right")
]
"""The settings of one provider, or of none."""

discriminated_provider_settings: Final[WireCodec[DiscriminatedProviderSettings]] = WireCodec(
    DiscriminatedProviderSettings, "DiscriminatedProviderSettings"
)
"""Keeps what belongs to the provider that `apiProvider` names, and drops the settings of all others."""


@dataclass(frozen=True, slots=True)
class DiscriminatedProviderSettingsWithId:
    """The settings of one provider together with the id that they are stored under; one object on the wire.

    Upstream checks the same object against both parts and merges what each keeps (types spec C6).
    """

    settings: DiscriminatedProviderSettings
    id: str | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        settings = handler.generate_schema(DiscriminatedProviderSettings)
        return core_schema.no_info_wrap_validator_function(cls._join, settings)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"allOf": [handler(schema), {"type": "object", "properties": {"id": {"type": "string"}}}]}

    @classmethod
    def _join(cls, value: Any, check: ValidatorFunctionWrapHandler) -> Self:
        if isinstance(value, cls):
            return value
        settings = check(value)
        profile_id = value.get("id", "")
        if not isinstance(profile_id, str):
            raise PydanticCustomError("wire_id", "must have a string as its id")
        return cls(settings, profile_id if "id" in value else None)

    def to_wire(self) -> dict[str, Any]:
        """Return both as one object of plain JSON data."""
        return self.settings.to_wire() | ({} if self.id is None else {"id": self.id})

    __pydantic_serializer__: ClassVar[SchemaSerializer] = SchemaSerializer(
        core_schema.any_schema(serialization=core_schema.plain_serializer_function_ser_schema(to_wire))
    )
    """Found by pydantic wherever it meets an instance."""
