"""The closing tables of a run: rates per language, what could not run, what did not pass, what it took."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TextIO

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rc_evals import formats
from rc_evals.cli.terminal import print_on
from rc_evals.events import TaskRef
from rc_evals.foreign import one_line
from rc_evals.outcomes import Outcome
from rc_evals.report import NOT_COUNTED, as_rate, run_part, standing
from rc_evals.store import queries
from rc_evals.usage import MICROS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from rc_evals.store.reader import Reader

LISTED: Final = 20
"""Tasks that did not pass shown at most; the JSON document has all."""

NAMED: Final = 3
"""Failing tests named per task."""

TOOLS: Final = 6
"""Tools of agents named: the most used."""


def show_summary(reader: Reader, run_id: int, *, stream: TextIO | None = None) -> None:
    """Print the results of a run, finished or not, on `stream` (standard output).

    Raises:
        UnknownRunError: there is no such run.
    """
    part = run_part(reader, run_id)
    sections: list[RenderableType] = [_headline(part, standing(reader.run(run_id))), _rates(part)]
    sections += [section for section in (_not_runnable(part), _not_passed(reader, part)) if section is not None]
    sections.append(_costs(part))
    parts = [part for section in sections for part in (Text(), section)]
    print_on(stream or sys.stdout, *parts[1:])


def _headline(part: Mapping[str, Any], state: str) -> Text:
    line = Text()
    line.append(f"run {part['id']}", style="bold")
    if part["name"]:
        line.append(f"  {one_line(part['name'])}")
    line.append(f"  suite {one_line(part['suite'])}, agent {one_line(part['agent'])}, sandbox {part['sandbox']}")
    line.append(f"  {state}", style="" if state == "complete" else "yellow")
    if state == "interrupted":
        line.append(f"; `rc-evals resume {part['id']}` goes on", style="dim")
    return line


def _rates(part: Mapping[str, Any]) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("language")
    for heading in ("passed", "decided", "pass rate", "95 % interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("not counted", overflow="fold")
    for language, scores in part["languages"].items():
        table.add_row(one_line(language), *_score(scores))
    if len(part["languages"]) != 1:
        table.add_row("all", *_score(part), style="bold")
    note = "The pass rate counts decided tasks only: those whose verdict says something about the agent."
    return Group(table, Text(note, style="dim"), *_repeats(part))


def _score(scores: Mapping[str, Any]) -> tuple[str | Text, ...]:
    counts = scores["counts"]
    others = ", ".join(f"{counts[kind]} {kind}" for kind in NOT_COUNTED if counts[kind])
    numbers = str(counts["passed"]), str(counts["decided"])
    if scores["pass_rate"] is None:
        return (*numbers, "-", "-", others)
    rate = as_rate(scores["pass_rate"])
    return (*numbers, Text(formats.share(rate.rate), style=_colour(rate.rate)), formats.interval(rate), others)


def _colour(rate: float) -> str:
    """Choose the colour of a rate (spec 15.1)."""
    if rate == 1:
        return "green"
    return "yellow" if rate >= 0.8 else "red"


def _repeats(part: Mapping[str, Any]) -> Iterator[Text]:
    if len(part["repeats"]) < 2:
        return
    yield Text("The interval counts exercises: iterations of one are not independent.", style="dim")
    for each in part["repeats"]:
        if each["k"] in {1, part["iterations"]}:
            k, tried = each["k"], formats.counted(each["exercises"], "exercise")
            any_, all_ = formats.share(each["pass_at_k"]), formats.share(each["all_of_k"])
            yield Text(f"pass@{k} {any_}" + (f", all {k} pass {all_}" if k > 1 else "") + f"  ({tried})")


def _not_runnable(part: Mapping[str, Any]) -> RenderableType | None:
    if not part["not_runnable"]:
        return None
    lines: list[RenderableType] = [Text("could not run here", style="dim")]
    for missing in part["not_runnable"]:
        number = formats.counted(missing["exercises"], "exercise")
        line = Text(one_line(f"{missing['language']}, {number}: {missing['reason']}"))
        lines += [_indented(line), _indented(Text(one_line(missing["remedy"]), style="dim"), by=4)]
    return Group(*lines)


def _not_passed(reader: Reader, part: Mapping[str, Any]) -> RenderableType | None:
    counts = part["counts"]
    number = counts["total"] - sum(counts[kind] for kind in (Outcome.PASSED, Outcome.CANCELLED, "open"))
    if not number:
        return None
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in queries.not_passed(reader, part["id"], limit=LISTED):
        ref = TaskRef(row["id"], row["language"], row["exercise"], row["iteration"], row["attempts"])
        verdict = Text(row["verdict"], style="red" if Outcome(row["verdict"]).decided else "yellow")
        table.add_row(one_line(ref.label), verdict, _reason(reader, row))
    parts: list[RenderableType] = [Text("not passed", style="dim"), _indented(table)]
    if number > LISTED:
        more = f"and {number - LISTED} more; `rc-evals show {part['id']} --json` has all"
        parts.append(_indented(Text(more, style="dim")))
    return Group(*parts)


def _reason(reader: Reader, row: Mapping[str, Any]) -> str:
    """Say why a task did not pass: names of failing tests, where the tests alone decided."""
    ran, passed = row["tests_ran"], row["tests_passed"]
    failing = queries.failing_tests(reader, row["id"], limit=NAMED) if row["verdict"] == Outcome.FAILED else []
    if not failing:
        return one_line(row["error"] or "")
    names = ", ".join(one_line(test["name"]) for test in failing)
    failed = max(ran - passed, len(failing))
    more = f" and {failed - len(failing)} more" if failed > len(failing) else ""
    return f"{failed} of {ran} tests: {names}{more}"


def _costs(part: Mapping[str, Any]) -> Text:
    totals = part["totals"]
    attempts = totals["attempts"]
    facts = [formats.counted(attempts, "attempt")]
    if totals["measured"]:
        facts.append(f"{formats.tokens(totals['tokens_in'])} tokens in, {formats.tokens(totals['tokens_out'])} out")
    if totals["cost_usd"] is not None:
        known = "" if totals["priced"] == attempts else f" (known for {totals['priced']} of {attempts} attempts)"
        facts.append(formats.money(round(totals["cost_usd"] * MICROS)) + known)
    facts.append(f"agents worked {formats.duration(totals['agent_ms'])}")
    facts.append(f"tests took {formats.duration(totals['test_ms'])}")
    lines = [", ".join(facts)]
    if totals["tools"]:  # most used first
        used = [
            f"{one_line(tool)} {count['attempts']:,} ({formats.success(count['attempts'], count['failures'])})"
            for tool, count in islice(totals["tools"].items(), TOOLS)
        ]
        rest = len(totals["tools"]) - len(used)
        lines.append(f"tools and their success: {', '.join(used)}" + (f", and {rest} more" if rest else ""))
    return Text("\n".join(lines), style="dim")


def _indented(content: RenderableType, by: int = 2) -> Padding:
    return Padding(content, (0, 0, 0, by), expand=False)
