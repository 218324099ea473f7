"""The models of each provider, with their limits, abilities and prices. Source: types spec 3.35."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from rc_types.model import ModelInfo
from rc_types.providers._files import CATALOGUE_NAMES, MAINLAND, read_file

_OTHER_DEFAULTS: Final[Mapping[str, str]] = {"openai": "", "ollama": "", "lmstudio": "", "openai-native": "gpt-4o"}
"""Where upstream's function does not answer with the default of the provider's own module."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known about the models of one provider without asking it."""

    label: str
    """What people call the provider."""
    default_model_id: str
    """The model to begin with."""
    default_model_info: ModelInfo | None
    """What is known about that model; None if only the provider's own service knows."""
    models: Mapping[str, ModelInfo]
    """Model id to what is known about it, in upstream's order; empty where the models are the service's to list."""


@cache
def catalogue(provider: str) -> Catalogue:
    """Return the models of a provider; they are read once.

    Where upstream leaves a tier of prices open-ended, it ends at the model's own context window here: no request is
    longer, and infinity, which upstream has there, must not reach the wire (types spec 4, quirk 6).

    Args:
        provider: Its name as in `apiProvider`. `zai` has Z.ai's international models, `zai-mainland` those that it
            offers in mainland China.

    Raises:
        KeyError: Nothing ships for this provider, because its models are the user's to describe (`openai`) or because
            there is no such provider.
    """
    content = read_file(provider)
    models = {model_id: _read_model(model) for model_id, model in content["models"].items()}
    default = content["defaultModelId"]
    described = content.get("defaultModelInfo")
    return Catalogue(
        label=content["label"],
        default_model_id=default,
        default_model_info=models.get(default) or (_read_model(described) if described else None),
        models=MappingProxyType(models),
    )


def model_info(provider: str, model_id: str) -> ModelInfo | None:
    """Return limits, abilities and prices of a model, or None if nothing is known about it here.

    A provider that nothing ships for is no error: whoever meters a foreign model has to live without its price.

    Args:
        provider: As for `catalogue`.
        model_id: The provider's own name of the model, exactly.
    """
    if provider not in CATALOGUE_NAMES:
        return None
    known = catalogue(provider)
    return known.default_model_info if model_id == known.default_model_id else known.models.get(model_id)


def get_provider_default_model_id(provider: str, *, is_china: bool = False) -> str:
    """Return the model that upstream takes when the user has chosen none.

    This is the default of the provider's catalogue, except that `openai`, `ollama` and `lmstudio` have none (the
    answer is empty), that `openai-native` starts with another model than its catalogue says (types spec 4, quirk 10),
    and that everybody without a catalogue is treated as `anthropic`.

    Args:
        provider: Any name, even of a provider that is retired or unknown.
        is_china: Whether the user talks to the provider in mainland China; only `zai` has other models there.
    """
    if provider in _OTHER_DEFAULTS:
        return _OTHER_DEFAULTS[provider]
    name = MAINLAND if provider == "zai" and is_china else provider
    default: str = read_file(name if name in CATALOGUE_NAMES else "anthropic")["defaultModelId"]
    return default


def _read_model(model: Mapping[str, Any]) -> ModelInfo:
    if "tiers" not in model:
        return ModelInfo.from_wire(model)
    end = {"contextWindow": model["contextWindow"]}
    tiers = [tier | end if tier["contextWindow"] == math.inf else tier for tier in model["tiers"]]
    return ModelInfo.from_wire({**model, "tiers": tiers})
