"""What of a message may be shown: everything but settings that are, or sound like, secrets. Source: IPC spec R-18."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from rc_types.global_settings import SENSITIVE_KEYS

REDACTED: Final = "[redacted]"
"""Stands where a setting was that may be a secret."""

_LOOKS_SECRET: Final = re.compile("key|token|secret|password|credential|header", re.IGNORECASE)


def redacted(message: Any) -> Any:
    """Return JSON data with the secrets of every `configuration` in it left out; ValueError if nested too deeply."""
    try:
        return _without_secrets(message)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: _settings_shown(member) if key == "configuration" else _without_secrets(member)
        for key, member in cast("dict[str, Any]", value).items()
    }


def _settings_shown(configuration: Any) -> Any:
    return _setting_shown(configuration) if isinstance(configuration, dict) else REDACTED


def _setting_shown(setting: Any) -> Any:
    """Return a setting; of one that holds others, such as a profile, what may be shown of each."""
    if isinstance(setting, list):
        return [_setting_shown(each) for each in cast("list[object]", setting)]
    if not isinstance(setting, dict):
        return setting
    named = cast("dict[str, Any]", setting)
    return {key: REDACTED if _is_secret(key, each) else _setting_shown(each) for key, each in named.items()}


def _is_secret(key: str, value: object) -> bool:
    """Whether to leave it out; a setting that we have never heard of is, if its name sounds so."""
    return key in SENSITIVE_KEYS or (isinstance(value, str | dict | list) and _LOOKS_SECRET.search(key) is not None)
