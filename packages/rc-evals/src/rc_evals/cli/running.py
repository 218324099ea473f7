"""The commands that work: run, resume, cancel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from rc_evals._errors import UsageError
from rc_evals.cli.context import home_of
from rc_evals.cli.looking import Run
from rc_evals.sandbox.port import SandboxChoice

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from rc_evals.controller import Audience, Ending
    from rc_evals.home import Home

T = TypeVar("T")

INTERRUPTED = 130
"""Exit code of a run that was stopped, or cancelled, before its end."""
NOTHING_DECIDED = 3
"""Exit code of a run of which no task got a verdict that says something about the agent."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on standard output.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(resume)
    app.command()(cancel)


def run(
    ctx: typer.Context,
    suite: Annotated[str, typer.Option(help="Name or folder of a suite; `suites list` shows the names.")],
    agent: Annotated[str, typer.Option(help="Who solves the exercises; `agents` lists them.")],
    agent_arg: Annotated[
        list[str] | None, typer.Option(help="Argument of the agent; may be repeated.", metavar="K=V")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Only this language; may be repeated.", metavar="L")
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option(help="Only exercises like this, for example 'go/*'; may be repeated.", metavar="GLOB"),
    ] = None,
    iterations: Annotated[int, typer.Option(min=1, max=100, help="How often each exercise is tried.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, max=25, help="Attempts at the same time.")] = 1,
    timeout: Annotated[int, typer.Option(min=1, max=30, help="Minutes an agent may work on one exercise.")] = 5,
    sandbox: Annotated[SandboxChoice, typer.Option(help="Isolation of agents; none is none at all.")] = "auto",
    settings: Annotated[
        Path | None, typer.Option(help="JSON file with settings of the assistant.", metavar="FILE")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the run.", metavar="TEXT")] = None,
    json: Json = False,
) -> None:
    """Evaluate an agent on the exercises of a suite."""
    from rc_evals.controller import start
    from rc_evals.planning import Request
    from rc_evals.settings import load_settings

    if name is not None and not name.isprintable():
        raise UsageError(f"--name {name!r} has characters in it that cannot be stored or shown")
    request = Request(
        suite=suite,
        agent=agent,
        agent_args=_pairs(agent_arg or ()),
        languages=tuple(language or ()),
        exercises=tuple(exercise or ()),
        iterations=iterations,
        concurrency=concurrency,
        timeout_minutes=timeout,
        sandbox=sandbox,
        settings=None if settings is None else load_settings(settings, say=_say),
        name=name,
    )
    home = home_of(ctx)
    ending = complete(start(home, request, audience(home, json=json)))
    _conclude(home, ending, json=json)


def resume(ctx: typer.Context, run: Run, json: Json = False) -> None:
    """Go on with a run that was interrupted, or whose controller died."""
    from rc_evals.controller import resume as go_on

    home = home_of(ctx)
    ending = complete(go_on(home, run, audience(home, json=json)))
    _conclude(home, ending, json=json)


def cancel(ctx: typer.Context, run: Run) -> None:
    """End a run now; what is decided stays."""
    from rc_evals.controller import cancel as end

    complete(end(home_of(ctx), run, say=typer.echo))


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
            raise UsageError(f"--agent-arg {text!r} is not text in UTF-8")
        pairs[key] = value
    return pairs


def audience(home: Home, *, json: bool) -> Audience:
    """Return who looks on: the terminal. With `json`, standard output stays free for the document."""
    from rc_evals.cli.live import watch
    from rc_evals.controller import Audience

    stream = sys.stderr if json else sys.stdout
    return Audience(
        say=_say,
        watch=lambda run_id, bus: watch(home, run_id, bus, stream=stream),
    )


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _conclude(home: Home, ending: Ending, *, json: bool) -> None:
    """Show the results, and exit with the code that belongs to them."""
    from rc_evals.report import document, render_json, run_part
    from rc_evals.store.reader import open_reader

    with open_reader(home.database) as reader:
        if json:
            typer.echo(render_json(document(reader, ending.run_id)))
        else:
            from rc_evals.cli.tables import show_summary

            show_summary(reader, ending.run_id)
        part = run_part(reader, ending.run_id)
    if part["state"] == "cancelled" or not ending.finished:
        raise typer.Exit(INTERRUPTED)
    if part["counts"]["total"] and not part["counts"]["decided"]:
        raise typer.Exit(NOTHING_DECIDED)
