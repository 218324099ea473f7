"""The fields of the form for a new run: what was typed, what can be chosen, and what is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from pydantic import ValidationError

from rc_evals import repeating
from rc_evals._errors import (
    AgentUnavailableError,
    BrokenSuiteError,
    EvalsError,
    UnknownAgentError,
    UnknownLanguageError,
    UnknownSuiteError,
    UsageError,
)
from rc_evals.capacity import capacity
from rc_evals.settings import checked_settings, model_of
from rc_evals.suites.registry import BUNDLED, open_suite
from rc_evals.suites.selection import select
from rc_evals.web.new_run import NewRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import FormData

    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

LISTED: Final = 100
"""Exercises shown to choose from, beside those that are chosen; a search finds the others."""

TOP: Final = ""
"""The field of errors that belong to none."""

_FIELDS: Final[tuple[tuple[type[EvalsError], str], ...]] = (
    (UnknownSuiteError, "suite"),
    (BrokenSuiteError, "suite"),
    (UnknownLanguageError, "languages"),
    (UnknownAgentError, "agent"),
    (AgentUnavailableError, "agent"),
)
_SEPARATORS: Final = re.compile(r"[,\s]+")


@dataclass(slots=True, kw_only=True)
class Fields:
    """What stands in the form: as it was typed, right or wrong."""

    suite: str = BUNDLED
    languages: list[str] = field(default_factory=list[str])
    exercises: list[str] = field(default_factory=list[str])
    """The ticked ones."""
    patterns: str = ""
    search: str = ""
    agent: str = ""
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    """By `agent.argument`: those of agents that are not chosen stay in their fields."""
    model: str = ""
    iterations: str = "1"
    concurrency: str = field(default_factory=lambda: str(capacity().attempts))
    timeout: str = "5"
    sandbox: str = "auto"
    settings: str = ""
    """JSON text."""
    name: str = ""

    @classmethod
    def typed(cls, form: FormData) -> Self:
        """Return what was sent."""
        sent = {key: value for key, value in form.items() if isinstance(value, str)}
        plain = {"suite", "patterns", "search", "agent", "model", "settings", "name", "sandbox"}
        numbers = {"iterations", "concurrency", "timeout"}
        return cls(
            languages=[str(value) for value in form.getlist("languages")],
            exercises=list(dict.fromkeys(str(value) for value in form.getlist("exercises"))),
            arguments={key: value for key, value in sent.items() if "." in key},
            **{key: sent[key] for key in plain | numbers if key in sent},
        )

    @classmethod
    def of_run(cls, home: Home, reader: Reader, run_id: int) -> Self:
        """Return what makes a run like this one.

        Raises:
            UnknownRunError: no such run.
        """
        request = repeating.again(reader, run_id)
        languages, exercises = _briefly(home, request.suite, request.exercises)
        return cls(
            suite=request.suite,
            languages=languages,
            exercises=exercises,
            agent=request.agent,
            arguments={f"{request.agent}.{key}": value for key, value in request.agent_args.items()},
            model=model_of(request.settings, request.agent_args) or "",
            iterations=str(request.iterations),
            concurrency=str(request.concurrency),
            timeout=str(-int(-request.timeout_minutes // 1)),
            sandbox=request.sandbox,
            settings="" if request.settings is None else json.dumps(request.settings, indent=2, ensure_ascii=False),
            name=request.name or "",
        )

    def take_settings(self, content: bytes, source: str, notes: list[str]) -> dict[str, Any]:
        """Put settings into their field, secrets left out; `notes` get which.

        Raises:
            UsageError: they are not settings of the assistant.
        """
        settings = checked_settings(content, source, say=notes.append)
        self.settings = json.dumps(settings, indent=2, ensure_ascii=False)
        return settings

    def new_run(self, settings: dict[str, Any] | None) -> NewRun:
        """Return what is asked for.

        Raises:
            ValidationError: some of it cannot be.
        """
        prefix = f"{self.agent}."
        return NewRun.model_validate(
            {
                "suite": self.suite,
                "agent": self.agent,
                "agent_args": {
                    key.removeprefix(prefix): value.strip()
                    for key, value in self.arguments.items()
                    if key.startswith(prefix) and value.strip()
                },
                "languages": self.languages,
                "exercises": self.wanted,
                "model": self.model.strip() or None,
                "iterations": self.iterations,
                "concurrency": self.concurrency,
                "timeout": self.timeout,
                "sandbox": self.sandbox,
                "settings": settings,
                "name": self.name.strip() or None,
            }
        )

    @property
    def wanted(self) -> list[str]:
        """Which exercises: the ticked ones, and those that a pattern fits."""
        return [*self.exercises, *filter(None, _SEPARATORS.split(self.patterns))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the chosen suite offers, and how much of it is chosen."""

    languages: dict[str, int]
    """How many exercises there are in each."""
    listed: Sequence[str]
    """Ids of exercises to choose from: the ticked ones, then those that the search finds."""
    more: int
    """Exercises that the search finds as well, but for which there is no room."""
    chosen: int
    problem: str = ""
    """Why nothing can be chosen so."""
    field: str = "exercises"
    """Where the problem is."""


def choice(home: Home, fields: Fields) -> Choice:
    """Look at the suite that is chosen in the form."""
    try:
        suite = open_suite(fields.suite, home=home)
        entries = suite.entries()
    except UsageError as error:
        return Choice(languages={}, listed=fields.exercises, more=0, chosen=0, problem=str(error), field="suite")
    languages: dict[str, int] = {}
    for entry in entries:
        languages[entry.language] = languages.get(entry.language, 0) + 1
    search, ticked = fields.search.strip().lower(), set(fields.exercises)
    found = [
        entry.id
        for entry in entries
        if search in entry.id.lower()
        and (not fields.languages or entry.language in fields.languages)
        and entry.id not in ticked
    ]
    listed = [*fields.exercises, *found[:LISTED]]
    try:
        chosen = len(select(suite, fields.languages, fields.wanted))
    except UsageError as error:
        problem = str(error)
        where = field_of(error) if isinstance(error, UnknownLanguageError) else "exercises"
        return Choice(
            languages=languages, listed=listed, more=len(found[LISTED:]), chosen=0, problem=problem, field=where
        )
    return Choice(languages=languages, listed=listed, more=len(found[LISTED:]), chosen=chosen)


def _briefly(home: Home, suite: str, exercises: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return languages and exercises that choose these exercises: none where they are all that there are."""
    try:
        entries = open_suite(suite, home=home).entries()
    except UsageError:
        return [], list(exercises)
    languages = sorted({exercise.partition("/")[0] for exercise in exercises})
    if set(exercises) != {entry.id for entry in entries if entry.language in languages}:
        return [], list(exercises)
    return ([] if len(exercises) == len(entries) else languages), []


def field_of(error: EvalsError) -> str:
    """Return the field that an error is about."""
    return next((name for kind, name in _FIELDS if isinstance(error, kind)), TOP)


def wrong_fields(error: ValidationError) -> dict[str, str]:
    """Return what is wrong with which field."""
    wrong: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(each["loc"][0]) if each["loc"] else TOP
        wrong.setdefault("agent" if name == "agent_args" else name, each["msg"])
    return wrong
