"""The default model of Poe, which upstream takes from a third party's package. Source: types spec 3.35, quirk 18."""

from rc_types._base import Omittable, WireModel
from rc_types._scalars import Number
from rc_types.providers._files import read_file


class PoeDefaultModelInfo(WireModel):
    """What is known about the model; limits in tokens, prices in US dollars per million tokens."""

    max_tokens: Number
    context_window: Number
    supports_images: bool
    supports_prompt_cache: bool
    input_price: Number
    output_price: Number
    cache_reads_price: Omittable[Number] = None
    cache_writes_price: Omittable[Number] = None


def get_poe_default_model_info(model_id: str | None = None) -> PoeDefaultModelInfo:
    """Return what is known about Poe's default model.

    Args:
        model_id: The default model's id, or None for the same.

    Raises:
        KeyError: Nothing is known here about the model; Poe lists its models itself.
    """
    content = read_file("poe")
    if model_id not in {None, content["defaultModelId"]}:
        raise KeyError(f"nothing ships about Poe's model {model_id!r}, only about {content['defaultModelId']!r}")
    return PoeDefaultModelInfo.from_wire(content["defaultModelInfo"])
