"""Settings of the assistant for a run: checked as the assistant checks them, stored without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rc_evals._errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def load_settings(path: Path) -> dict[str, Any]:
    """Return what a settings file holds, secrets left out.

    Raises:
        UsageError: no such file, or not settings of the assistant.
    """
    from rc_types import InvalidWireError
    from rc_types.global_settings import RooCodeSettings, is_secret_state_key

    try:
        settings = RooCodeSettings.from_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"settings file {path} cannot be read: {error.strerror}") from error
    except InvalidWireError as error:
        raise UsageError(f"settings file {path}: {error}") from error
    return {key: value for key, value in settings.to_wire().items() if not is_secret_state_key(key)}
