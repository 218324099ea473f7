"""What `suites verify --panel` shows: what hostile agents got, and which exercises are certified."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from rc_evals.cli.running import INTERRUPTED, complete, say
from rc_evals.cli.terminal import print_on
from rc_evals.controller import Audience, start
from rc_evals.foreign import one_line
from rc_evals.panel.certificate import certify
from rc_evals.report import render_json

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from rc_evals.bus import Bus
    from rc_evals.home import Home
    from rc_evals.panel.certificate import Tried
    from rc_evals.planning import Request


def put_before_panel(home: Home, request: Request, verdicts: Mapping[str, Mapping[str, Any]], *, json: bool) -> bool:
    """Try all attacks on the sound exercises, show what they got, and return whether all exercises are certified.

    Args:
        home: the data folder.
        request: what oracle and nop were asked.
        verdicts: theirs, by exercise.
        json: print one document.
    """

    def run(asked: Request) -> int:
        ending = complete(start(home, asked, Audience(say=say, watch=_silently)))
        if ending.stopped or not ending.finished:
            raise click.exceptions.Exit(INTERRUPTED)
        return ending.run_id

    sound = [exercise for exercise, row in verdicts.items() if row["sound"]]
    tried: list[Tried] = []
    for each in certify(home, request, sound, run) if sound else ():
        tried.append(each)
        say(_line(each))
    rows = {exercise: dict(row) | standing(exercise, row, tried) for exercise, row in verdicts.items()}
    if json:
        click.echo(render_json(document(rows, tried)))
    else:
        show(rows, tried)
    return all(row["certified"] for row in rows.values())


def standing(exercise: str, row: Mapping[str, Any], tried: Sequence[Tried]) -> dict[str, Any]:
    """Return how many attacks concern an exercise, how many held, and whether it is certified."""
    concern = [each for each in tried if row["sound"] and each.concerns(exercise)]
    held = [each for each in concern if each.held(exercise)]
    return {"tried": len(concern), "held": len(held), "certified": bool(concern) and len(held) == len(concern)}


def _line(each: Tried) -> str:
    number = len({finding.exercise for finding in each.findings})
    result = f"got something on {number} of {len(each.exercises)}" if number else "held"
    return f"{each.attack.id:<14} {each.attack.scope:<9} {result}"


def document(rows: Mapping[str, Mapping[str, Any]], tried: Sequence[Tried]) -> dict[str, Any]:
    """Return all results for JSON; `rows` are verdicts and standing by exercise."""
    return {
        "sound": sum(row["sound"] for row in rows.values()),
        "certified": sum(row["certified"] for row in rows.values()),
        "exercises": [{"exercise": exercise, **row} for exercise, row in rows.items()],
        "attacks": [
            {
                "id": each.attack.id,
                "scope": each.attack.scope,
                "summary": each.attack.summary,
                "run": each.run_id,
                "exercises": list(each.exercises),
                "got": [{"exercise": finding.exercise, "what": finding.what} for finding in each.findings],
            }
            for each in tried
        ],
    }


def show(rows: Mapping[str, Mapping[str, Any]], tried: Sequence[Tried]) -> None:
    """Print all results as tables."""
    certified = sum(row["certified"] for row in rows.values())
    parts = [_attacks(tried), Text(), *_got(tried), _exercises(rows), Text()]
    parts.append(Text("certified: the reference passes, doing nothing does not, and no attack gets anything", "dim"))
    parts.append(
        Text(f"{certified} of {len(rows)} exercises are certified", "green" if certified == len(rows) else "red")
    )
    print_on(sys.stdout, *parts)


def _attacks(tried: Sequence[Tried]) -> Table:
    table = _table("attack", "scope", "tried", "held", "what it does")
    for each in tried:
        got = len({finding.exercise for finding in each.findings})
        held = Text(str(len(each.exercises) - got), "red" if got else "green")
        table.add_row(each.attack.id, each.attack.scope, str(len(each.exercises)), held, each.attack.summary)
    return table


def _got(tried: Sequence[Tried]) -> list[Table | Text]:
    """Tell what was got, each thing once for all exercises of an attack."""
    if not any(each.findings for each in tried):
        return []
    table = _table("attack", "got", "from", "run")
    for each in tried:
        for what in dict.fromkeys(finding.what for finding in each.findings):
            whom = [finding.exercise for finding in each.findings if finding.what == what]
            more = f" and {len(whom) - 1} more" if len(whom) > 1 else ""
            table.add_row(each.attack.id, Text(one_line(what), "red"), one_line(whom[0]) + more, str(each.run_id))
    return [table, Text()]


def _exercises(rows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _table("exercise", "oracle", "nop", "attacks held", "certified")
    for exercise, row in rows.items():
        held = f"{row['held']} of {row['tried']}" if row["tried"] else "-"
        certified = Text("yes", "green") if row["certified"] else Text("no", "red")
        oracle, nop = (row[agent] or "undecided" for agent in ("oracle", "nop"))
        table.add_row(one_line(exercise), oracle, nop, held, certified)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


@asynccontextmanager
async def _silently(_run_id: int, _bus: Bus) -> AsyncGenerator[None]:
    """Show nothing of a single attack's run."""
    yield
