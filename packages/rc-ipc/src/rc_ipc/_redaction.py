"""What of a message may be shown: everything but settings that are, or sound like, secrets. Source: IPC spec R-18."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from rc_types.global_settings import SENSITIVE_KEYS

REDACTED: Final = "[redacted]"
"""Stands where a setting was that may be a secret."""

_LOOKS_SECRET: Final = re.compile("key|token|secret|password|credential|header", re.IGNORECASE)


def redacted(message: Any) -> Any:
    """Return JSON data with the secrets of every `configuration` in it left out."""
    if not isinstance(message, dict):
        return message
    return {
        key: _settings_shown(member) if key == "configuration" else redacted(member)
        for key, member in cast("dict[str, Any]", message).items()
    }


def _settings_shown(settings: Any) -> Any:
    if not isinstance(settings, dict):
        return REDACTED
    named = cast("dict[str, Any]", settings)
    return {key: REDACTED if _is_secret(key, setting) else setting for key, setting in named.items()}


def _is_secret(key: str, value: object) -> bool:
    """Whether to leave it out; a setting that we have never heard of is, if its name sounds so."""
    return key in SENSITIVE_KEYS or (isinstance(value, str | dict) and _LOOKS_SECRET.search(key) is not None)
