"""How names are spelled here and on the wire."""

import re


def to_camel(name: str) -> str:
    """Return the wire spelling: `open_ai_r1_format` becomes `openAiR1Format`, `vertex_1m_context` `vertex1MContext`."""
    first, *rest = name.split("_")
    return first + "".join(_capitalised(part) for part in rest)


def _capitalised(part: str) -> str:
    digits = len(part) - len(part.lstrip("0123456789"))
    return part[:digits] + part[digits : digits + 1].upper() + part[digits + 1 :]


def to_snake(name: str) -> str:
    """Return the Python spelling: `modelIdKeys` becomes `model_id_keys`, `lMStudioModels` `l_mstudio_models`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
