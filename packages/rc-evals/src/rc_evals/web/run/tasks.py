"""The tasks of a run, narrowed down and sorted as an address says, and the choices that narrow them down further."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, Field, StringConstraints

from rc_evals.outcomes import Outcome
from rc_evals.store import queries, task_list
from rc_evals.store.task_list import OPEN, PHASES, TaskFilter
from rc_evals.web.rendering import with_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rc_evals.store.paging import Page
    from rc_evals.store.reader import Reader

Word = Annotated[str, StringConstraints(max_length=200)]

_MOST_WORDS: Final = 50
"""Languages, or verdicts, that an address may name."""

MOST_LANGUAGES: Final = 30
"""Languages that are offered: suites of strangers may have any number."""

_LONGEST_NAME: Final = 64
"""Characters of a language that is offered."""


class Wanted(BaseModel):
    """What the query of an address says about a list of tasks. What is empty fits every task."""

    language: Annotated[list[Word], Field(max_length=_MOST_WORDS)] = Field(default_factory=list)
    verdict: Annotated[list[Word], Field(max_length=_MOST_WORDS)] = Field(default_factory=list)
    """Verdicts, `open` for none yet, or what is done now: queued, leased, preparing, running, testing."""
    reason: Word = ""
    """Why a task has not passed."""
    q: Word = ""
    """Part of `language/exercise`."""
    sort: Word = ""
    """A column, with a hyphen before it for the largest first; else the order of the run."""
    after: Annotated[str, StringConstraints(max_length=1_000)] = ""
    """Where the page begins, as the page before it said; else the first page."""

    def page(self, reader: Reader, run_id: int) -> Page:
        """Return the page of tasks.

        Raises:
            UsageError: no such verdict, column or position.
        """
        wanted = TaskFilter(
            languages=[*filter(None, self.language)],
            standings=[*filter(None, self.verdict)],
            reason=self.reason or None,
            text=self.q.strip(),
        )
        return task_list.tasks(reader, run_id, wanted, sort=self.sort or "id", after=self.after or None)

    @property
    def query(self) -> dict[str, object]:
        """The query of an address that wants this."""
        return {name: value for name, value in self if value}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a list can be narrowed down to."""

    key: str
    """Names it within the page, so that the focus stays on it."""
    kind: str
    label: str
    count: int
    chosen: bool
    address: str
    """Leads to the list with the choice made, or given up where it is made."""


def view(reader: Reader, run: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return what the template shows.

    Raises:
        UsageError: as `Wanted.page`.
    """
    page = wanted.page(reader, run["id"])
    per_language = queries.tally(reader, run["id"])
    phases = task_list.phases(reader, run["id"]) if run["done"] < run["total"] else {}
    return {
        "wanted": wanted,
        "page": page,
        "verdicts": [*_verdicts(per_language, phases, wanted)],
        "languages": [*_languages(per_language, wanted)] if len(per_language) > 1 else [],
        "without_reason": with_query(wanted.query, reason=""),
    }


def of_language(run_id: int, language: str) -> str:
    """Return the address of the tasks of a language; empty for one whose name is too long for an address."""
    return f"/runs/{run_id}{with_query({}, language=language)}" if len(language) <= _LONGEST_NAME else ""


def _verdicts(
    per_language: Mapping[str, Mapping[str | None, int]], phases: Mapping[str, int], wanted: Wanted
) -> Iterator[Choice]:
    """Yield what can be asked for, as the chosen languages have it; of what goes on the whole run's."""
    shown = [counts for language, counts in per_language.items() if not wanted.language or language in wanted.language]
    for name in (*Outcome, None):
        count = sum(counts.get(name, 0) for counts in shown)
        label = OPEN if name is None else name.value
        if count or label in wanted.verdict:
            yield _choice("verdict", label, count, wanted)
    for phase in PHASES:
        if phases.get(phase) or phase in wanted.verdict:
            yield _choice("verdict", phase, phases.get(phase, 0), wanted)


def _languages(per_language: Mapping[str, Mapping[str | None, int]], wanted: Wanted) -> Iterator[Choice]:
    """Yield the languages, each with its tasks of the chosen verdicts."""
    for language, counts in islice(per_language.items(), MOST_LANGUAGES):
        count = sum(
            tasks for verdict, tasks in counts.items() if not wanted.verdict or (verdict or OPEN) in wanted.verdict
        )
        if len(language) <= _LONGEST_NAME:
            yield _choice("language", language, count, wanted)


def _choice(name: str, label: str, count: int, wanted: Wanted) -> Choice:
    made: list[str] = getattr(wanted, name)
    chosen = label in made
    then = [each for each in made if each != label] if chosen else [*made, label]
    kind = f"verdict {label}" if name == "verdict" else name
    return Choice(
        f"{name}-{label}", kind, label.replace("_", " "), count, chosen, with_query(wanted.query, **{name: then})
    )
