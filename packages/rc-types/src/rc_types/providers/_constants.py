"""Upstream's constants about providers and their models, by upstream name. Source: types spec 3.22 and 3.35."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from rc_types._provider_names import is_provider_name
from rc_types.providers._files import CATALOGUE_NAMES, read_file


def constant_names() -> tuple[str, ...]:
    """Return the names that `constant` knows, sorted. Reads the data of every provider."""
    return tuple(sorted(_constants()))


def constant(name: str) -> Any:
    """Return a constant by its upstream name, such as `geminiModels` or `BEDROCK_REGIONS`.

    The value is plain JSON data as it is upstream, apart from two things that JSON lacks: a set is a frozenset, and
    the context window of an open-ended tier of prices is `math.inf`. Every caller gets the same object: do not change
    it.

    Raises:
        KeyError: There is no such constant.
    """
    return _constants()[name]


@cache
def _constants() -> Mapping[str, Any]:
    found: dict[str, Any] = {"MODELS_BY_PROVIDER": _models_by_provider()}
    for content in map(read_file, CATALOGUE_NAMES):
        found |= content.get("constants", {})
        found |= {name: frozenset(values) for name, values in content.get("sets", {}).items()}
        found |= {name: content[key] for name, key in content["exports"].items()}
    return MappingProxyType(found)


def _models_by_provider() -> dict[str, dict[str, Any]]:
    """Return what a settings page offers: the label and the model ids of each provider."""
    contents = {name: read_file(name) for name in CATALOGUE_NAMES if is_provider_name(name)}
    return {
        name: {"id": name, "label": content["label"], "models": list(content["models"])}
        for name, content in contents.items()
    }
