"""Members of things that come from elsewhere: exceptions of any library, or decoded JSON."""

import re
from collections.abc import Mapping
from typing import Final, cast

MISSING: Final = object()
"""What `member` returns for a member that is not there."""


def member(of: object, name: str) -> object:
    """Return a member of a mapping by its wire name; of any other object also by its Python name."""
    if isinstance(of, Mapping):
        return cast("Mapping[object, object]", of).get(name, MISSING)
    return getattr(of, _python_name(name), getattr(of, name, MISSING))


def _python_name(wire_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", wire_name).lower()
