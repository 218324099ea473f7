"""Models that draw pictures. Source: types spec 3.15."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from rc_types._base import Omittable, WireModel
from rc_types._flavors import Vocabulary

ImageGenerationProvider: TypeAlias = Literal["openrouter", "roo"]
"""Who runs a model."""

AnyImageGenerationProvider: TypeAlias = Annotated[ImageGenerationProvider | str, Vocabulary("imageGenerationProviders")]
"""Who runs a model of any product."""

ImageGenerationApiMethod: TypeAlias = Literal["chat_completions", "images_api"]
"""How a model is asked."""


class ImageGenerationModel(WireModel):
    """One model at one provider."""

    value: str
    """Id of the model; only together with the provider it is unique."""
    label: str
    provider: ImageGenerationProvider
    api_method: Omittable[ImageGenerationApiMethod] = None
    """Absent for `chat_completions`."""


IMAGE_GENERATION_MODELS: Final[tuple[Mapping[str, str], ...]] = (
    {"value": "google/gemini-2.5-flash-image", "label": "Gemini 2.5 Flash Image", "provider": "openrouter"},
    {"value": "google/gemini-3-pro-image-preview", "label": "Gemini 3 Pro Image Preview", "provider": "openrouter"},
    {"value": "openai/gpt-5-image", "label": "GPT-5 Image", "provider": "openrouter"},
    {"value": "openai/gpt-5-image-mini", "label": "GPT-5 Image Mini", "provider": "openrouter"},
    {"value": "black-forest-labs/flux.2-flex", "label": "Black Forest Labs FLUX.2 Flex", "provider": "openrouter"},
    {"value": "black-forest-labs/flux.2-pro", "label": "Black Forest Labs FLUX.2 Pro", "provider": "openrouter"},
    {"value": "google/gemini-2.5-flash-image", "label": "Gemini 2.5 Flash Image", "provider": "roo"},
    {"value": "google/gemini-3-pro-image", "label": "Gemini 3 Pro Image", "provider": "roo"},
    {
        "value": "bfl/flux-2-pro:free",
        "label": "Black Forest Labs FLUX.2 Pro (Free)",
        "provider": "roo",
        "apiMethod": "images_api",
    },
)
"""The models that a user may choose from, as wire data for `ImageGenerationModel.from_wire`."""

IMAGE_GENERATION_MODEL_IDS: Final = tuple(model["value"] for model in IMAGE_GENERATION_MODELS)
"""Their ids in the same order; one of them is at both providers, hence there twice."""


def get_image_generation_provider(
    explicit_provider: ImageGenerationProvider | None, has_existing_model: bool
) -> ImageGenerationProvider:
    """Return who shall draw.

    Args:
        explicit_provider: The user's choice, which always wins.
        has_existing_model: Whether a model was chosen before there were two providers.
    """
    if explicit_provider is not None:
        return explicit_provider
    return "openrouter" if has_existing_model else "roo"
