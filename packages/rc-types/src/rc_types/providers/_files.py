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

Free texts about models are left out. The files are loaded by what loads the code, the import system, so that they may
lie wherever the code does. Source: types spec 3.22 and 3.35.
"""

import json
import math
from functools import cache
from pkgutil import get_data
from typing import Any, Final, cast

from rc_types._provider_names import PROVIDER_NAMES

MAINLAND: Final = "zai-mainland"
"""What Z.ai offers in mainland China; `zai` is what it offers elsewhere."""

CATALOGUE_NAMES: Final = tuple(sorted({*PROVIDER_NAMES, MAINLAND} - {"fake-ai", "gemini-cli", "openai"}))
"""What `catalogue` can be asked for, sorted; the other providers have no models, or such as the user describes."""


@cache
def read_file(name: str) -> dict[str, Any]:
    """Return the content of a file, and what it says by leaving something out; the caller does not change it.

    Raises:
        KeyError: There is no such file.
    """
    if name not in CATALOGUE_NAMES:
        raise KeyError(f"no models ship for a provider {name!r}; they do for {', '.join(CATALOGUE_NAMES)}")
    content = cast("dict[str, Any]", json.loads(cast("bytes", get_data("rc_types.providers", f"data/{name}.json"))))
    for model in content["models"].values():
        for tier in model.get("tiers", ()):
            tier.setdefault("contextWindow", math.inf)
    if content["defaultModelId"] in content["models"]:
        content["defaultModelInfo"] = content["models"][content["defaultModelId"]]
    return content
