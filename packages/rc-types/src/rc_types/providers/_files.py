"""Reads the data: one JSON file per provider in `data/`, read when it is first asked for.

A file holds, in upstream's own spelling:

| key                | meaning                                                                           |
|--------------------|-----------------------------------------------------------------------------------|
| `label`            | what people call the provider                                                     |
| `defaultModelId`   | the model to begin with                                                           |
| `defaultModelInfo` | what is known about that model, where `models` has no entry for it                |
| `models`           | model id to `ModelInfo`; a tier of prices without `contextWindow` is open-ended   |
| `constants`        | what else the upstream module exports, by upstream name                           |
| `sets`             | the same, for lists without an order                                              |
| `exports`          | upstream names of the members above, such as `"geminiModels": "models"`           |

Free texts about models are left out. Source: types spec 3.22 and 3.35.
"""

import json
import math
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

_PACKAGE: Final = "rc_types.providers"
_SUFFIX: Final = ".json"


@cache
def file_names() -> tuple[str, ...]:
    """Return the names that `read_file` knows, sorted."""
    entries = files(_PACKAGE).joinpath("data").iterdir()
    return tuple(sorted(entry.name.removesuffix(_SUFFIX) for entry in entries if entry.name.endswith(_SUFFIX)))


@cache
def read_file(name: str) -> dict[str, Any]:
    """Return the content of a file, and what it says by leaving something out; the caller does not change it.

    Raises:
        KeyError: There is no such file.
    """
    if name not in file_names():
        raise KeyError(f"no models ship for a provider {name!r}; they do for {', '.join(file_names())}")
    text = files(_PACKAGE).joinpath("data", name + _SUFFIX).read_text(encoding="utf-8")
    content = cast("dict[str, Any]", json.loads(text))
    for model in content["models"].values():
        for tier in model.get("tiers", ()):
            tier.setdefault("contextWindow", math.inf)
    if content["defaultModelId"] in content["models"]:
        content["defaultModelInfo"] = content["models"][content["defaultModelId"]]
    return content
