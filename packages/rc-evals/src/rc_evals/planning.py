"""From what a person asks for to a run in the store: exercises, toolchains, the record of the environment."""

from __future__ import annotations

import os
import platform
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Timer
from typing import TYPE_CHECKING, Final

from rc_evals import __version__
from rc_evals._errors import BrokenSuiteError, NothingRunnableError, UsageError
from rc_evals.agents.registry import make_agent, reference_pack, refuse_secrets
from rc_evals.attempt import WALL_SECONDS
from rc_evals.languages.model import NotRunnable
from rc_evals.languages.registry import language_named
from rc_evals.languages.toolchains import prepare
from rc_evals.languages.waiting import go_on
from rc_evals.sandbox.choose import choose
from rc_evals.settings import model_of
from rc_evals.stage import CANCEL_GRACE, ENDING_SECONDS
from rc_evals.store.runs import CreateRun, NewTask
from rc_evals.store.schema import check
from rc_evals.suites.registry import BUNDLED, open_suite
from rc_evals.suites.revision import git_revision
from rc_evals.suites.selection import select
from rc_evals.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from rc_evals.agents.port import Agent
    from rc_evals.home import Home
    from rc_evals.languages.model import Language, Toolchain
    from rc_evals.sandbox import SandboxChoice
    from rc_evals.sandbox.port import Sandbox
    from rc_evals.suites.model import Exercise, Suite

_PREPARE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for."""

    suite: str
    agent: str
    agent_args: Mapping[str, str] = field(default_factory=dict[str, str])
    languages: Sequence[str] = ()
    exercises: Sequence[str] = ()
    """Patterns; none means all."""
    iterations: int = 1
    concurrency: int = 1
    timeout_minutes: float = 5
    sandbox: SandboxChoice = "auto"
    settings: Mapping[str, object] | None = None
    """Without secrets: they are stored with the run."""
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What all attempts of a run share."""

    agent: Agent
    sandbox: Sandbox
    exercises: Mapping[str, Exercise]
    """By `language/name`."""
    languages: Mapping[str, Language]
    toolchains: Mapping[str, Toolchain]
    not_runnable: Sequence[tuple[NotRunnable, int]]
    """Languages that were asked for and cannot be used here, with the number of their exercises."""


def equip(
    home: Home,
    *,
    suite: Suite,
    wanted: Iterable[str],
    agent: Agent,
    sandbox: Sandbox,
    say: Callable[[str], None],
) -> Equipment:
    """Load exercises and prepare the tools of their languages. `say` is told of anything that takes long.

    Args:
        home: the data folder; test dependencies are installed into its cache.
        suite: where the exercises are.
        wanted: ids of exercises (`language/name`).
        agent: who will solve them.
        sandbox: where.
        say: is given sentences for people.

    Raises:
        BrokenSuiteError: an exercise is gone or cannot be used.
        UnknownLanguageError: the suite holds a language that nobody has described.
        ToolchainError: preparing the tools was broken off.
    """
    entries = {entry.id: entry for entry in suite.entries()}
    by_language: dict[str, list[str]] = {}
    for exercise_id in wanted:
        if exercise_id not in entries:
            raise BrokenSuiteError(f"suite {suite.root} no longer has {exercise_id}; restore it, or start a new run")
        by_language.setdefault(entries[exercise_id].language, []).append(exercise_id)
    languages = {name: language_named(name, suite.languages) for name in by_language}
    for language in languages.values():
        agent_seconds(WALL_SECONDS, language)  # refuses one that leaves agents no time before anything runs
    toolchains: dict[str, Toolchain] = {}
    not_runnable: list[tuple[NotRunnable, int]] = []
    names = ", ".join(languages)
    with (
        _announced(say, f"preparing the tools of {names}; the first time, this installs what tests need"),
        ThreadPoolExecutor() as threads,
    ):
        found = list(threads.map(partial(prepare, cache=home.cache), languages.values()))
    go_on()  # else a language that was given up would look like one that this machine cannot run
    for name, toolchain in zip(languages, found, strict=True):
        if isinstance(toolchain, NotRunnable):
            not_runnable.append((toolchain, len(by_language[name])))
        else:
            toolchains[name] = toolchain
    exercises = {
        exercise_id: suite.load(entries[exercise_id]) for name in toolchains for exercise_id in by_language[name]
    }
    return Equipment(
        agent=agent,
        sandbox=sandbox,
        exercises=exercises,
        languages=languages,
        toolchains=toolchains,
        not_runnable=not_runnable,
    )


async def plan_run(
    home: Home, request: Request, *, now: int, say: Callable[[str], None]
) -> tuple[CreateRun, Equipment]:
    """Check a request against this machine; nothing is stored yet.

    Raises:
        UsageError: the request is wrong.
        InfrastructureError: this machine cannot serve it.
    """
    refuse_secrets(request.agent_args, os.environ)
    agent = make_agent(request.agent, request.agent_args, request.settings)
    return await in_thread(_plan, home, request, agent, now, say)


def _plan(
    home: Home, request: Request, agent: Agent, now: int, say: Callable[[str], None]
) -> tuple[CreateRun, Equipment]:
    home.check()
    reference = reference_pack(request.agent_args)
    suite = open_suite(request.suite, home=home, reference=reference)
    if request.settings is not None and not agent.facts.settings_used:
        say(f"agent {request.agent} does not use settings; they are only recorded with the run")
    entries = select(suite, request.languages, request.exercises)
    sandbox = choose(request.sandbox)
    home.ensure()
    check(home.database)
    equipment = equip(home, suite=suite, wanted=[entry.id for entry in entries], agent=agent, sandbox=sandbox, say=say)
    if not equipment.exercises:
        reasons = "; ".join(f"{missing.language}: {missing.reason}" for missing, _ in equipment.not_runnable)
        raise NothingRunnableError(f"no selected exercise can run here ({reasons}); `rc-evals doctor` says what to do")
    tasks = [
        NewTask(language=exercise.language, exercise=exercise.name, iteration=iteration, digest=exercise.digest)
        for exercise in equipment.exercises.values()
        for iteration in range(1, request.iterations + 1)
    ]
    command = CreateRun(
        uuid=str(uuid.uuid4()),
        name=request.name,
        suite=suite.name,
        suite_path=BUNDLED if suite.name == BUNDLED else str(suite.root),
        agent=request.agent,
        agent_args={**request.agent_args, **({} if reference is None else {"reference": str(reference)})},
        settings=request.settings,
        sandbox=sandbox.level,
        concurrency=request.concurrency,
        timeout_seconds=round(60 * request.timeout_minutes),
        iterations=request.iterations,
        environment=_environment(suite, equipment),
        tasks=tasks,
        now=now,
        model=model_of(request.settings, request.agent_args),
    )
    return command, equipment


def agent_seconds(timeout_seconds: float, language: Language) -> float:
    """Return how long an agent may work: the run's limit, or less when the attempt's wall leaves less.

    Raises:
        UsageError: the tests of the language may take so long that the wall leaves nothing.
    """
    testing = language.test_seconds * len(language.commands) * (2 if language.control else 1)
    left = WALL_SECONDS - _PREPARE_SECONDS - testing - ENDING_SECONDS - CANCEL_GRACE
    if left <= 0:
        raise UsageError(
            f"language {language.id}: its tests may take {testing:g} s, which leaves an agent nothing of the "
            f"{WALL_SECONDS} s of an attempt; lower test_seconds in its language file"
        )
    return min(timeout_seconds, left)


@contextmanager
def _announced(say: Callable[[str], None], sentence: str) -> Generator[None]:
    """Say what is going on, should it take longer than anybody waits without wondering."""
    timer = Timer(1.0, say, [sentence])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _environment(suite: Suite, equipment: Equipment) -> dict[str, object]:
    """Return the record that makes a result comparable (spec 24.10); nothing secret is in it."""
    facts = equipment.agent.facts
    return {
        "rc_evals": __version__,
        "agent": {"name": facts.name, "version": facts.version, **facts.details},
        "suite": {"root": str(suite.root), "revision": git_revision(suite.root)},
        "sandbox": equipment.sandbox.level,
        "languages": {name: chain.version for name, chain in sorted(equipment.toolchains.items())},
        "not_runnable": [
            {"language": missing.language, "exercises": count, "reason": missing.reason, "remedy": missing.remedy}
            for missing, count in equipment.not_runnable
        ],
        "limits": {"attempt_seconds": WALL_SECONDS},
        "host": {
            "name": socket.gethostname(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
    }
