"""The command that compares runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from rc_evals.cli.context import RUN_ID, with_home, with_json
from rc_evals.cli.terminal import columns
from rc_evals.comparison.words import MOST_RUNS, points, times
from rc_evals.foreign import one_line
from rc_evals.formats import counted, duration, money, share
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rc_evals.comparison.model import Amounts, Cell, Difference, RunFigures, Side, Unit
    from rc_evals.comparison.several import Beside
    from rc_evals.comparison.two import Compared
    from rc_evals.home import Home
    from rc_evals.store.reader import Reader

_ALL: Final = sys.maxsize - 1

LISTED: Final = 20
"""Exercises shown of each kind; the JSON document has all."""


@click.command()
@click.argument("run", metavar="RUN", type=RUN_ID, help="Id of the run to compare with.")
@click.argument(
    "others",
    metavar="OTHER...",
    type=RUN_ID,
    nargs=-1,
    required=True,
    help="Ids of the runs to compare; two or more make a matrix.",
)
@click.option(
    "--by",
    type=click.Choice(["exercise", "iteration"]),
    default="exercise",
    show_default=True,
    help="What is listed of two runs.",
)
@with_json
@with_home
def compare(home: Home, run: int, others: tuple[int, ...], by: Unit, json: bool) -> None:
    """Compare runs of the same exercises: what was fixed, what broke, and whether that is chance."""
    from rc_evals.comparison.model import render
    from rc_evals.comparison.several import beside
    from rc_evals.comparison.two import compare as compare_two
    from rc_evals.store.reader import open_reader

    first, second, *more = (run, *others)
    if len(more) > MOST_RUNS - 2:
        raise click.UsageError(f"{len(more) + 2} runs are too many to look at; give at most {MOST_RUNS}")
    with open_reader(home.database) as reader, reader.unchanging():
        if more:
            several = beside(reader, [first, second, *more])
            lines = [render(several.page(limit=_ALL))] if json else list(_matrix(several))
        else:
            two = compare_two(reader, first, second)
            lines = [render(two.page(reader, by=by, limit=_ALL))] if json else list(_two(reader, two, by))
    for line in lines:
        click.echo(line)


def _two(reader: Reader, two: Compared, by: Unit) -> Iterator[str]:
    summary = two.summary
    yield from _runs([summary.first, summary.second])
    yield ""
    found = summary.significance
    yield f"{found.words} ({found.test})"
    if found.rate_difference:
        yield f"pass rate {points(found.rate_difference)}, over {counted(found.exercises, 'exercise')}"
    yield from _amounts("cost", summary.cost, lambda amount: money(round(amount * MICROS)))
    yield from _amounts("time", summary.duration, lambda amount: duration(round(amount)))
    yield from (f"note: {caution}" for caution in summary.cautions)
    for change in ("fixed", "broken"):
        page = two.page(reader, by=by, change=change, limit=LISTED)
        if page.differences:
            yield ""
            yield f"{change}:"
            yield from columns([_difference(each, by) for each in page.differences])
        if page.after is not None:
            yield f"  and more; `rc-evals compare {summary.first.id} {summary.second.id} --json` has all"


def _matrix(several: Beside) -> Iterator[str]:
    summary = several.summary
    yield from _runs(summary.runs)
    yield ""
    for run, found in zip(summary.runs[1:], summary.against_first, strict=True):
        yield f"run {run.id} against run {summary.runs[0].id}: {found.words}"
    if len(summary.against_first) > 1:
        yield f"p values allow for {len(summary.against_first)} comparisons (Holm)"
    yield from (f"note: {caution}" for caution in summary.cautions)
    page = several.page(unlike=True, limit=LISTED)
    if page.rows:
        yield ""
        heading = ("", *(f"run {run.id}" for run in summary.runs))
        rows = [(one_line(f"{row.language}/{row.exercise}"), *map(_cell, row.cells)) for row in page.rows]
        yield from columns([heading, *rows])
    if any(run.iterations > 1 for run in summary.runs):
        yield f"~ marks what passed in some iterations and failed in others: {counted(summary.flaky, 'exercise')}"
    if page.after is not None:
        ids = " ".join(str(run.id) for run in summary.runs)
        yield f"runs differ in {counted(summary.differing, 'exercise')}; `rc-evals compare {ids} --json` has all"


def _runs(runs: Sequence[RunFigures]) -> Iterator[str]:
    heading = ("run", "suite", "agent", "model", "passed", "rate", "95 %", "cost", "per pass", "name")
    rows = [
        (
            str(run.id),
            one_line(run.suite),
            one_line(run.agent),
            one_line(run.model or "-"),
            f"{run.passed} of {run.decided}",
            "-" if run.rate is None else share(run.rate),
            "-" if run.low is None or run.high is None else f"{100 * run.low:.1f}-{100 * run.high:.1f}",
            "-" if run.cost_usd is None else money(round(run.cost_usd * MICROS)),
            "-" if run.cost_per_solved_usd is None else money(round(run.cost_per_solved_usd * MICROS)),
            one_line(run.name or ""),
        )
        for run in runs
    ]
    yield from columns([heading, *rows], right=frozenset({0, 4, 5, 6, 7, 8}))
    for run in runs:
        if run.repeats:
            k = run.repeats[-1]
            yield f"run {run.id}: pass@{k.k} {share(k.pass_at_k)}, all of {k.k} {share(k.all_of_k)}"


def _amounts(what: str, found: Amounts | None, written: Callable[[float], str]) -> Iterator[str]:
    if found is None:
        return
    over = counted(found.exercises, "exercise")
    typical = f": typically {times(found.ratio)}" if found.ratio else ""
    yield f"{what} {written(found.first)} and {written(found.second)}, over {over}{typical}"


def _difference(each: Difference, by: Unit) -> tuple[str, ...]:
    number = f"#{each.iteration}" if by == "iteration" and each.iteration else ""
    name = one_line(f"{each.language}/{each.exercise}{number}")
    return (f"  {name}", _side(each.first), "->", _side(each.second))


def _side(side: Side) -> str:
    return side.verdict or f"{side.passed} of {side.decided}"


def _cell(cell: Cell | None) -> str:
    if cell is None or not cell.decided:
        return "-"
    passes = f"{cell.passed} of {cell.decided}" if cell.decided > 1 else "passed" if cell.passed else "failed"
    return f"{passes} ~" if cell.flaky else passes
