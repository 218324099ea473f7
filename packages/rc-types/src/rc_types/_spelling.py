"""How names of members are spelled on the wire."""


def to_camel(name: str) -> str:
    """Return the wire spelling: `open_ai_r1_format` becomes `openAiR1Format`, `vertex_1m_context` `vertex1MContext`."""
    first, *rest = name.split("_")
    return first + "".join(_capitalised(part) for part in rest)


def _capitalised(part: str) -> str:
    digits = len(part) - len(part.lstrip("0123456789"))
    return part[:digits] + part[digits : digits + 1].upper() + part[digits + 1 :]
