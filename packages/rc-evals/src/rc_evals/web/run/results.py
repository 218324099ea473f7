"""How a run did: per language, over time, and how what its tasks took is spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rc_evals.foreign import one_line
from rc_evals.formats import counted, interval, money, tokens
from rc_evals.report import as_rate, run_part
from rc_evals.store import insights
from rc_evals.store.spread import Measure, spread
from rc_evals.store.watching import latest
from rc_evals.usage import MICROS
from rc_evals.web.charts.course import Growth, course
from rc_evals.web.charts.histogram import Bucket, histogram
from rc_evals.web.charts.intervals import Interval, intervals
from rc_evals.web.charts.scale import brief_count
from rc_evals.web.recent import Recent
from rc_evals.web.run.tasks import MOST_LANGUAGES, of_language

if TYPE_CHECKING:
    from markupsafe import Markup

    from rc_evals.store.reader import Reader


_LONGEST_NAME: Final = 60
"""Characters of a language that are shown."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A chart of how something is spread over the tasks of a run."""

    title: str
    chart: Markup
    unknown: int
    """Tasks of which nobody said it."""


_KEPT: Final = 32
"""Runs whose results are kept as they were shown last: some 50 kB each."""

_results: Final = Recent[dict[str, Any]](_KEPT)


def view(reader: Reader, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template shows of a run, which is a row."""
    mark = (latest(reader, run["id"]), run["uuid"])
    made = _results.get((reader.path, run["id"]), mark, lambda: _made(reader, run))
    return {**made}  # what is kept is nobody's to add to


def _made(reader: Reader, run: Mapping[str, Any]) -> dict[str, Any]:
    part = run_part(reader, run["id"])
    languages = insights.languages(reader, run["id"])
    shown = [_language(run, row, part["languages"].get(row["language"])) for row in languages[:MOST_LANGUAGES]]
    moments = insights.course(reader, run["id"])
    return {
        "languages": shown,
        "more_languages": max(0, len(languages) - MOST_LANGUAGES),
        "rates": intervals([_interval(each) for each in shown], title="Pass rate per language"),
        "verdicts": _verdicts(moments, run),
        "money": _money(moments, run),
        "spreads": [*_spreads(reader, run["id"])],
        "repeats": part["repeats"],
    }


def _language(run: Mapping[str, Any], row: Mapping[str, Any], part: Mapping[str, Any] | None) -> dict[str, Any]:
    rate = as_rate(part["pass_rate"]) if part and part["pass_rate"] else None
    return {
        **row,
        "name": one_line(row["language"])[:_LONGEST_NAME],
        "rate": rate,
        "interval": interval(rate) if rate else "",
        "address": of_language(run["id"], row["language"]),
    }


def _interval(language: Mapping[str, Any]) -> Interval:
    rate = language["rate"]
    if rate is None:
        return Interval(language["name"], None, None, None, "")
    note = f"{rate.passed:,} of {rate.decided:,}"
    return Interval(language["name"], rate.rate, rate.low, rate.high, note)


def _verdicts(moments: Sequence[Mapping[str, int]], run: Mapping[str, Any]) -> Markup:
    return course(
        [Growth(kind, [(each["at"], each[kind]) for each in moments]) for kind in ("done", "passed")],
        most=run["total"],
        unit=brief_count,
        title="Verdicts over time",
        summary=f"{run['done']:,} of {counted(run['total'], 'task')} with a verdict, {run['passed']:,} passed",
        nothing="no task has a verdict yet",
    )


def _money(moments: Sequence[Mapping[str, int]], run: Mapping[str, Any]) -> Markup:
    known = moments if run["cost_micros"] is not None else ()
    return course(
        [Growth("cost", [(each["at"], each["cost_micros"]) for each in known])],
        most=0,
        unit=_dollars,
        title="Cost over time",
        summary=f"{money(known[-1]['cost_micros'] if known else 0)} for the tasks that have a verdict",
        nothing="nobody has said what it costs",
    )


def _spreads(reader: Reader, run_id: int) -> Iterator[Spread]:
    for measure, title, unit in _MEASURES:
        found = spread(reader, run_id, measure)
        buckets = [Bucket(each.low, each.high, each.tasks) for each in found.buckets]
        yield Spread(title, histogram(buckets, title=title, unit=unit), found.unknown)


def _seconds(milliseconds: float) -> str:
    """Return a time whose seconds, or milliseconds, are a round number."""
    return f"{milliseconds / 1000:,g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def _dollars(micros: float) -> str:
    """Return an amount as exactly as it is known: the least that attempts cost is far below a cent."""
    whole, _, part = f"{micros / MICROS:,.6f}".partition(".")
    part = part.rstrip("0")
    return f"${whole}.{part.ljust(2, '0')}" if part else f"${whole}"


_MEASURES: Final[tuple[tuple[Measure, str, Callable[[float], str]], ...]] = (
    ("duration", "Time per task", _seconds),
    ("tokens", "Tokens per task", lambda count: tokens(round(count))),
    ("cost", "Cost per task", _dollars),
)
