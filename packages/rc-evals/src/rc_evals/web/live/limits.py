"""How long the phases of attempts may last."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rc_evals._errors import UsageError
from rc_evals.languages.registry import load_languages
from rc_evals.planning import agent_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.home import Home
    from rc_evals.languages.model import Language


class PhaseLimits:
    """The limits of one run. Reads the language files when it is asked first.

    Args:
        home: the data folder.
        timeout_seconds: what the run allows an agent.
    """

    def __init__(self, home: Home, timeout_seconds: float) -> None:
        self._home, self._timeout_seconds = home, timeout_seconds

    def seconds(self, phase: str, language: str) -> float | None:
        """Return the limit of a phase; None for one that is over soon anyway, or a language that is gone."""
        known = self._languages.get(language)
        if known is None:
            return self._timeout_seconds if phase == "running" else None
        if phase == "running":
            return agent_seconds(self._timeout_seconds, known)
        return known.test_seconds * len(known.commands) if phase == "testing" else None

    @cached_property
    def _languages(self) -> Mapping[str, Language]:
        try:
            return load_languages(self._home.languages)
        except (UsageError, OSError):  # damaged meanwhile, which is not for onlookers to complain about
            return {}
