"""Settings of the assistant for a run: checked as the assistant checks them, stored without secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rc_evals._errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_USER: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/@]*@", re.IGNORECASE)


_MODEL_KEYS: Final = (
    "apiModelId", "openRouterModelId", "openAiModelId", "ollamaModelId", "lmStudioModelId", "lmStudioDraftModelId",
    "requestyModelId", "unboundModelId", "litellmModelId", "vercelAiGatewayModelId",
)  # fmt: skip
"""Settings that name the model, the first one that is not empty counts. Source: spec 15.3."""


def model_of(settings: Mapping[str, Any] | None, agent_args: Mapping[str, str]) -> str | None:
    """Return the model that a run is about: as its settings say, else the agent's argument `model`, else None."""
    named = [(settings or {}).get(key) for key in _MODEL_KEYS]
    return next((name for name in (*named, agent_args.get("model")) if isinstance(name, str) and name), None)


def load_settings(path: Path, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Return what a settings file holds, secrets left out; `say` is told which.

    Raises:
        UsageError: no such file, or not settings of the assistant.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"settings file {path} cannot be read: {error.strerror}") from error
    return checked_settings(content, f"settings file {path}", say=say)


def checked_settings(content: bytes, source: str, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Return the settings in a JSON document, secrets left out; `say` is told which.

    Args:
        content: the document.
        source: what to call it.
        say: is given sentences for people.

    Raises:
        UsageError: they are not settings of the assistant.
    """
    from rc_types import InvalidWireError
    from rc_types.global_settings import SENSITIVE_KEYS, RooCodeSettings

    try:
        settings = RooCodeSettings.from_json(content).to_wire()
    except InvalidWireError as error:
        raise UsageError(f"{source}: {error}") from error
    if not settings and content.strip() != b"{}":
        raise UsageError(f"{source} holds no setting of the assistant; of an export, give the globalSettings")
    if secrets := sorted(SENSITIVE_KEYS & settings.keys()):
        say(
            f"{source}: {', '.join(secrets)} left out, since settings are stored with the run; "
            "an agent that takes keys is given the file by its argument `keys`"
        )
    return {key: _without_user(value) for key, value in settings.items() if key not in SENSITIVE_KEYS}


def with_model(settings: Mapping[str, Any] | None, model: str) -> dict[str, Any]:
    """Return settings that say which model: in the one setting that its provider reads, and in no other."""
    from rc_types.global_settings import EVALS_SETTINGS
    from rc_types.provider_settings import MODEL_ID_KEYS_BY_PROVIDER

    provider = (settings or {}).get("apiProvider", EVALS_SETTINGS["apiProvider"])
    kept = {key: value for key, value in (settings or {}).items() if key not in _MODEL_KEYS}
    return {**kept, MODEL_ID_KEYS_BY_PROVIDER.get(provider, "apiModelId"): model}


def _without_user(value: Any) -> Any:
    """Take `user:password@` out of a value that is a web address."""
    return _USER.sub(r"\1", value) if isinstance(value, str) else value


class Difference(NamedTuple):
    """A setting that a run has otherwise than runs without settings; values as JSON, None where there is none."""

    setting: str
    default: str | None
    custom: str | None


def differences(settings: Mapping[str, Any]) -> list[Difference]:
    """Return what settings change, sorted by name, experiments one by one (spec 15.3). Empty values are all the same.

    Args:
        settings: of a run, without secrets.
    """
    from rc_evals.agents.host_settings import UNATTENDED

    default, custom = _flat(UNATTENDED), _flat(settings)
    return [
        Difference(name, _shown(default.get(name)), _shown(custom[name]))
        for name in sorted(custom)
        if custom[name] != default.get(name) and not (_is_empty(custom[name]) and _is_empty(default.get(name)))
    ]


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    experiments: Mapping[str, Any] = settings.get("experiments") or {}
    flat = {f"experiments.{name}": value for name, value in experiments.items()}
    return flat | {name: value for name, value in settings.items() if name != "experiments"}


def _is_empty(value: object) -> bool:
    return value in (None, "", [], {})


def _shown(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
