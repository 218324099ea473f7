"""The report of a run: one HTML file that needs nothing else, from the parts that the dashboard is made of.

It holds no script and loads nothing. Its style is named by its hash in a policy of its own, so that nothing else gets
in, whatever agents and tests have written.
"""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from rc_evals import formats
from rc_evals.clock import now_ms
from rc_evals.foreign import printable
from rc_evals.outcomes import Outcome
from rc_evals.report import NOT_COUNTED, OPEN, as_rate, run_part, standing
from rc_evals.store import exporting
from rc_evals.usage import MICROS
from rc_evals.web.charts.intervals import Interval, intervals
from rc_evals.web.rendering import STATIC, Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from rc_evals.store.reader import Reader

MOST_TASKS: Final = 10_000
"""Tasks that a report lists: about 5 MB, which a browser still shows at once. Those that passed are left out first."""

MOST_CAUSES: Final = 500
"""Tasks whose failing tests are named."""

MOST_TESTS: Final = 5
"""Failing tests that are named of a task."""

MOST_LANGUAGES: Final = 40
MOST_TOOLS: Final = 40
MOST_REASONS: Final = 20

LONGEST: Final = 400
"""Characters of an error, or of what a test said."""

LONGEST_RECORD: Final = 20_000
"""Characters of the settings, and of the record of the environment."""

_STYLES: Final = ("tokens.css", "components.css", "charts.css", "run.css", "report.css")


def write_report(reader: Reader, run_id: int, out: BinaryIO) -> None:
    """Write the report of a run, over or not.

    Raises:
        UnknownRunError: there is no such run.
    """
    run, part = reader.run(run_id), run_part(reader, run_id)
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in _STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = Renderer().text(
        "report/run.html",
        style=Markup(style),  # noqa: S704 - our own files
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        made_at=now_ms(),
        run=run,
        part=part,
        title=run["name"] or f"Run of {run['agent']} on {run['suite']}",
        standing=standing(run),
        figures=_figures(run, part),
        rates=_rates(part),
        chart=_chart(part),
        reasons=exporting.reasons(reader, run_id, limit=MOST_REASONS),
        tools=[
            (name, f"{count['attempts']:,}", formats.success(count["attempts"], count["failures"]))
            for name, count in islice(part["totals"]["tools"].items(), MOST_TOOLS)
        ],
        tasks=list(_tasks(reader, run)),
        left_out=max(0, run["total"] - MOST_TASKS),
        records=[(name, _record(part[name])) for name in ("agent_args", "settings", "environment") if part[name]],
    )
    out.write(text.encode())


def _figures(run: Mapping[str, Any], part: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and note of what matters most."""
    totals, counts = part["totals"], part["counts"]
    if part["pass_rate"] is not None:
        rate = as_rate(part["pass_rate"])
        yield "pass rate", formats.share(rate.rate), f"95 % interval {formats.interval(rate)}"
    yield "passed", f"{counts['passed']:,} of {counts['decided']:,}", "decided tasks"
    if others := ", ".join(f"{counts[kind]:,} {_words(kind)}" for kind in NOT_COUNTED if counts[kind]):
        yield "not counted", f"{counts['total'] - counts['decided']:,}", others
    for each in part["repeats"]:
        if 1 < each["k"] == run["iterations"]:
            yield f"pass@{each['k']}", formats.share(each["pass_at_k"]), f"all pass: {formats.share(each['all_of_k'])}"
    if totals["cost_usd"] is not None:
        known = (
            ""
            if totals["priced"] == totals["attempts"]
            else f"known for {totals['priced']} of {totals['attempts']} attempts"
        )
        yield "cost", formats.money(round(totals["cost_usd"] * MICROS)), known
    if totals["measured"]:
        yield "tokens in", formats.tokens(totals["tokens_in"]), ""
        yield "tokens out", formats.tokens(totals["tokens_out"]), ""
    worked = formats.duration(totals["agent_ms"])
    yield "agents worked", worked, formats.counted(totals["attempts"], "attempt")
    if run["finished_at"] is not None:
        yield "took", formats.duration(max(0, run["finished_at"] - run["created_at"])), ""


def _rates(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table of languages."""
    return [
        {
            "language": language,
            "passed": scores["counts"]["passed"],
            "decided": scores["counts"]["decided"],
            "rate": formats.share(scores["pass_rate"]["rate"]) if scores["pass_rate"] else "-",
            "interval": formats.interval(as_rate(scores["pass_rate"])) if scores["pass_rate"] else "-",
            "others": ", ".join(
                f"{scores['counts'][kind]:,} {_words(kind)}" for kind in NOT_COUNTED if scores["counts"][kind]
            ),
        }
        for language, scores in islice(part["languages"].items(), MOST_LANGUAGES)
    ]


def _chart(part: Mapping[str, Any]) -> Markup:
    rows = [
        Interval(
            label=language,
            rate=scores["pass_rate"]["rate"],
            low=scores["pass_rate"]["low"],
            high=scores["pass_rate"]["high"],
            note=f"{scores['counts']['passed']} of {scores['counts']['decided']}",
        )
        for language, scores in islice(part["languages"].items(), MOST_LANGUAGES)
        if scores["pass_rate"] is not None
    ]
    return intervals(rows, title="pass rate per language") if rows else Markup()


def _tasks(reader: Reader, run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table of tasks."""
    causes = 0
    for row in exporting.outlines(reader, run["id"], limit=MOST_TASKS, passed_last=run["total"] > MOST_TASKS):
        verdict = row["verdict"]
        failing: Sequence[Mapping[str, Any]] = ()
        if verdict == Outcome.FAILED and causes < MOST_CAUSES:
            causes += 1
            failing = exporting.failing_tests_of(reader, row["attempt_id"], limit=MOST_TESTS)
        yield {
            **row,
            "group": "passed" if verdict == Outcome.PASSED else OPEN if verdict is None else "failed",
            "shown": verdict or row["state"],
            "error": _cut(row["error"] or ""),
            "failing": [(_cut(test["name"]), _cut(printable(test["message"]))) for test in failing],
        }


def _record(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return printable(text if len(text) <= LONGEST_RECORD else f"{text[:LONGEST_RECORD]}\n... and more")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
