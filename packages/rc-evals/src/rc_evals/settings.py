"""Settings of the assistant for a run: checked as the assistant checks them, stored without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rc_evals._errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_USER: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/@]*@", re.IGNORECASE)


def load_settings(path: Path, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Return what a settings file holds, secrets left out; `say` is told which.

    Raises:
        UsageError: no such file, or not settings of the assistant.
    """
    from rc_types import InvalidWireError
    from rc_types.global_settings import SENSITIVE_KEYS, RooCodeSettings

    try:
        content = path.read_bytes()
        settings = RooCodeSettings.from_json(content).to_wire()
    except OSError as error:
        raise UsageError(f"settings file {path} cannot be read: {error.strerror}") from error
    except InvalidWireError as error:
        raise UsageError(f"settings file {path}: {error}") from error
    if not settings and content.strip() != b"{}":
        raise UsageError(
            f"settings file {path} holds no setting of the assistant; of an export, give the globalSettings"
        )
    if secrets := sorted(SENSITIVE_KEYS & settings.keys()):
        say(
            f"settings file {path}: {', '.join(secrets)} left out, since settings are stored with the run; "
            f"an agent that takes keys is given them by --agent-arg keys={path}"
        )
    return {key: _without_user(value) for key, value in settings.items() if key not in SENSITIVE_KEYS}


def _without_user(value: Any) -> Any:
    """Take `user:password@` out of a value that is a web address."""
    return _USER.sub(r"\1", value) if isinstance(value, str) else value
