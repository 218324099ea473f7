"""The commands that work: run, resume, cancel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from rc_evals._errors import UsageError
from rc_evals.asking import MOST_ITERATIONS, MOST_MINUTES, checked_name
from rc_evals.cli.context import AT_ONCE, as_text, with_home, with_run, with_sandbox
from rc_evals.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from contextlib import AbstractAsyncContextManager

    from rc_evals.bus import Bus
    from rc_evals.controller import Audience, Ending
    from rc_evals.home import Home
    from rc_evals.sandbox import SandboxChoice

T = TypeVar("T")

INTERRUPTED = 130
"""Exit code of a run that was stopped, or cancelled, before its end."""
NOTHING_DECIDED = 3
"""Exit code of a run of which no task got a verdict that says something about the agent."""

_with_json = click.option("--json", is_flag=True, help="Print one JSON document and nothing else on standard output.")


@click.command()
@click.option(
    "--suite", metavar="NAME", required=True, help="Name or folder of a suite; `suites list` shows the names."
)
@click.option("--agent", metavar="NAME", required=True, help="Who solves the exercises; `agents` lists them.")
@click.option("--agent-arg", metavar="K=V", multiple=True, help="Argument of the agent; may be repeated.")
@click.option("--language", metavar="L", multiple=True, help="Only this language; may be repeated.")
@click.option(
    "--exercise", metavar="GLOB", multiple=True, help="Only exercises like this, such as 'go/*'; may be repeated."
)
@click.option(
    "--iterations",
    type=click.IntRange(1, MOST_ITERATIONS),
    default=1,
    show_default=True,
    help="How often each exercise is tried.",
)
@click.option("--concurrency", type=AT_ONCE, default=1, show_default=True, help="Attempts at the same time.")
@click.option(
    "--timeout",
    type=click.IntRange(1, MOST_MINUTES),
    default=5,
    show_default=True,
    help="Minutes an agent may work on one exercise.",
)
@with_sandbox
@click.option(
    "--settings", metavar="FILE", type=click.Path(path_type=Path), help="JSON file with settings of the assistant."
)
@click.option("--name", metavar="TEXT", help="What to call the run.")
@click.option("--open", "open_", is_flag=True, help="Show the run in the browser while it goes on, and afterwards.")
@_with_json
@with_home
def run(
    home: Home,
    suite: str,
    agent: str,
    agent_arg: tuple[str, ...],
    language: tuple[str, ...],
    exercise: tuple[str, ...],
    iterations: int,
    concurrency: int,
    timeout: int,
    sandbox: SandboxChoice,
    settings: Path | None,
    name: str | None,
    open_: bool,
    json: bool,
) -> None:
    """Evaluate an agent on the exercises of a suite."""
    from rc_evals.controller import start
    from rc_evals.planning import Request
    from rc_evals.settings import load_settings

    request = Request(
        suite=suite,
        agent=agent,
        agent_args=_pairs(agent_arg),
        languages=language,
        exercises=exercise,
        iterations=iterations,
        concurrency=concurrency,
        timeout_minutes=timeout,
        sandbox=sandbox,
        settings=None if settings is None else load_settings(settings, say=say),
        name=None if name is None else checked_name(as_text(name)),
    )
    if not open_:
        _conclude(home, complete(start(home, request, audience(home, json=json))), json=json)
        return
    from rc_evals.cli.opening import dashboard

    with dashboard(home) as shown:
        ending = complete(start(home, request, audience(home, json=json, began=shown.show)))
        try:
            _conclude(home, ending, json=json)
        finally:
            if sys.stdout.isatty() and not json and not ending.stopped:
                shown.stay()


@click.command()
@with_run
@_with_json
@with_home
def resume(home: Home, run: int, json: bool) -> None:
    """Go on with a run that was interrupted, or whose controller died."""
    from rc_evals.controller import resume as go_on

    ending = complete(go_on(home, run, audience(home, json=json)))
    _conclude(home, ending, json=json)


@click.command()
@with_run
@with_home
def cancel(home: Home, run: int) -> None:
    """End a run now; what is decided stays."""
    from rc_evals.controller import cancel as end

    complete(end(home, run, say=click.echo))


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end.

    Raises:
        KeyboardInterrupt: a signal ended it before there was anything to finish.
    """
    import asyncio

    _decide_who_hears()
    try:
        return asyncio.run(work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _decide_who_hears() -> None:
    """Keep the warnings of libraries out of the live view; `--debug` shows them, and everything else they log."""
    import logging

    logging.basicConfig(level=logging.DEBUG if "--debug" in sys.argv else logging.CRITICAL)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"--agent-arg {text!r} is not of the form NAME=VALUE")
        if text != text.encode("utf-8", "replace").decode():
            raise UsageError(f"--agent-arg {text!r} is not text in UTF-8, or this locale has none; try LC_ALL=C.UTF-8")
        pairs[key] = value
    return pairs


def audience(home: Home, *, json: bool, began: Callable[[int], None] = lambda _: None) -> Audience:
    """Return who looks on: the terminal.

    Args:
        home: the data folder.
        json: whether standard output stays free for the document.
        began: is told the id of the run when there is something to look at.
    """
    from rc_evals.cli.live import watch
    from rc_evals.controller import Audience

    stream = sys.stderr if json else sys.stdout

    def look(run_id: int, bus: Bus) -> AbstractAsyncContextManager[None]:
        began(run_id)
        return watch(home, run_id, bus, stream=stream)

    return Audience(say=say, watch=look)


def say(sentence: str) -> None:
    """Tell people something on standard error."""
    click.echo(one_line(sentence), err=True)


def _conclude(home: Home, ending: Ending, *, json: bool) -> None:
    """Show the results, and exit with the code that belongs to them."""
    from rc_evals.report import document, run_part
    from rc_evals.store.reader import open_reader

    with open_reader(home.database) as reader:
        if json:
            for line in document(reader, ending.run_id):
                click.echo(line)
        else:
            from rc_evals.cli.tables import show_summary

            show_summary(reader, ending.run_id)
        part = run_part(reader, ending.run_id)
    if part["state"] == "cancelled" or not ending.finished:
        raise click.exceptions.Exit(INTERRUPTED)
    if part["counts"]["total"] and not part["counts"]["decided"]:
        raise click.exceptions.Exit(NOTHING_DECIDED)
