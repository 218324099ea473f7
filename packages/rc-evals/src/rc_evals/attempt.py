"""One attempt at one exercise: from an empty folder to what the pristine tests say. Written on ports only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from rc_evals import artifacts, disk
from rc_evals._errors import InfrastructureError, SandboxStartError, SuiteChangedError
from rc_evals.agents.port import AgentEnd
from rc_evals.handover import told
from rc_evals.outcomes import EndReason, Outcome
from rc_evals.stage import CHANNEL, ENDING_SECONDS, PROMPT_FILE, AttemptStage
from rc_evals.store.closing import AttemptRecord
from rc_evals.suites.diff import diff
from rc_evals.suites.workspace import lay_out
from rc_evals.threads import in_thread, remove
from rc_evals.verify import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rc_evals.agents.port import Agent
    from rc_evals.languages.model import Language, TestReport, Toolchain
    from rc_evals.sandbox.port import ProcessIdentity, Sandbox
    from rc_evals.suites.model import Exercise
    from rc_evals.usage import Usage

PLACE: Final = "agent"
"""Folder of an attempt that its agent gets to see, with the workspace in it."""

WALL_SECONDS: Final = 1800
"""No attempt takes longer than this, whatever its parts may use (spec 24.6)."""


_BEYOND_DOUBT: Final = frozenset({Outcome.PASSED, Outcome.LIMIT})
"""Verdicts that stand even if the disk was full: no fault of it makes tests pass, or an agent go over a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one attempt works with."""

    exercise: Exercise
    language: Language
    toolchain: Toolchain
    agent: Agent
    sandbox: Sandbox
    agent_seconds: float
    token: str
    scratch: Path
    """Folder for this attempt alone; made by it, and gone after it."""
    artifacts: Path

    @property
    def leaves_files(self) -> bool:
        """Whether anything is laid out for it: an agent that does nothing, judged by no test, needs no folder."""
        return self.agent.facts.works or bool(self.language.commands)


class PhaseHook(Protocol):
    """Told of every phase; raises when the attempt has lost its task."""

    async def __call__(
        self, name: str, process: ProcessIdentity | None, agent: Mapping[str, object] | None = None, /
    ) -> None:
        """Return once it is durable.

        Args:
            name: `preparing`, `running` or `testing`.
            process: what runs in it now, None while nothing does.
            agent: how the agent ended, for a controller that has to go on from here (see `handover`).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Whom an attempt tells."""

    phase: PhaseHook
    usage: Callable[[Usage], None]


@dataclass(slots=True)
class Ledger:
    """What is known of an attempt so far; whoever cuts it short closes it with this."""

    end: AgentEnd | None = None
    problem: str = ""
    """What the platform has to say about the verdict."""
    usage: Usage | None = None
    report: TestReport | None = None
    tests_modified: tuple[str, ...] = ()
    marks: dict[str, float] = field(default_factory=dict[str, float])

    def record(self, end_reason: EndReason | None = None, error: str = "") -> AttemptRecord:
        """Return it as it is stored, ended for the given reason, else for the agent's own."""
        end = self.end or AgentEnd(EndReason.CANCELLED)
        report = self.report
        explanation = report.explanation if report is not None and not report.passed else ""
        return AttemptRecord(
            end_reason=end_reason or end.reason,
            error=error or self.problem or end.error or explanation,
            exit_code=end.exit_code,
            prepare_ms=self._between("preparing", "running"),
            agent_ms=self._between("running", "testing") if end.worked_ms is None else end.worked_ms,
            test_ms=self._between("testing", "done"),
            usage=self.usage,
            tests_ran=None if report is None else report.ran,
            tests=() if report is None else report.tests,
            tests_modified=self.tests_modified,
        )

    def mark(self, moment: str) -> None:
        """Note when a phase begins."""
        self.marks[moment] = time.monotonic()

    def _between(self, start: str, end: str) -> int | None:
        if start not in self.marks:
            return None
        return round(1000 * (self.marks.get(end, time.monotonic()) - self.marks[start]))


async def perform(task: Assignment, hooks: Hooks, ledger: Ledger, *, adopted: bool = False) -> Outcome:
    """Do the attempt and return the verdict; `ledger` holds the rest. What lies in `scratch` is left to `tidy`.

    Args:
        task: what to work with.
        hooks: whom to tell.
        ledger: empty, but for what a dead controller knew.
        adopted: whether that one had begun to let the agent work. With an end in `ledger`, only testing is left to do.

    Raises:
        DiskError: nothing can be kept; another attempt would fare no better.
        InfrastructureError: the platform failed, not the agent; another attempt may do better.
        OSError: likewise.
    """
    wall = asyncio.timeout(WALL_SECONDS)
    try:
        async with wall:
            with disk.blamed(task.scratch):
                return await _phases(task, hooks, ledger, adopted=adopted)
    except TimeoutError:
        if wall.expired():
            raise InfrastructureError(f"the attempt was not over after {WALL_SECONDS} s") from None
        raise


async def tidy(task: Assignment) -> None:
    """Remove what an attempt worked with. Call it once its end is stored: until then another controller may go on."""
    if task.leaves_files:
        await in_thread(remove, task.scratch)


async def _phases(task: Assignment, hooks: Hooks, ledger: Ledger, *, adopted: bool) -> Outcome:
    workspace = task.scratch / PLACE / task.exercise.name
    if not adopted:
        ledger.mark("preparing")
        await hooks.phase("preparing", None)
        if task.leaves_files:
            await in_thread(_prepare, task)
        ledger.mark("running")
        await hooks.phase("running", None)
    end = ledger.end
    if end is None:
        end = ledger.end = await _let_agent_work(task, hooks, ledger, workspace)
    ledger.mark("testing")
    await hooks.phase("testing", None, told(ledger.record()))
    try:
        with disk.blamed(task.scratch):
            if task.agent.facts.works:
                await in_thread(_keep_diff, task, workspace)
            result = await _verify(task, hooks, workspace)
    except (SandboxStartError, SuiteChangedError, OSError) as error:
        ledger.problem = f"the tests could not be run: {error}"
        return Outcome.VERIFIER_ERROR
    ledger.report, ledger.tests_modified = result.report, result.tests_modified
    ledger.mark("done")
    verdict = Outcome.PASSED if result.report.passed else end.reason.when_tests_fail()
    if task.leaves_files and verdict not in _BEYOND_DOUBT:
        disk.check(task.scratch)  # before it is gone: a full disk fails agents and tests without a word to us
    return verdict


async def _verify(task: Assignment, hooks: Hooks, workspace: Path) -> Verification:
    """Have the tests run, a second time if the platform failed: what the agent did may have cost money."""

    async def started(process: ProcessIdentity) -> None:
        await hooks.phase("testing", process)

    try:
        return await verify(task, workspace, started=started)
    except (SandboxStartError, OSError):
        return await verify(task, workspace, started=started)


def _prepare(task: Assignment) -> None:
    remove(task.scratch)
    task.scratch.mkdir(parents=True, mode=0o700)  # what lies in it has to be readable for the users of sandboxes
    place = task.scratch / PLACE
    lay_out(task.exercise, place)
    prompt = place / PROMPT_FILE
    prompt.write_text(task.exercise.prompt, encoding="utf-8")
    prompt.chmod(0o644)
    (place / CHANNEL).mkdir(mode=0o700)
    place.chmod(0o755)


def _keep_diff(task: Assignment, workspace: Path) -> None:
    patch = diff(task.exercise, workspace, task.language)
    artifacts.keep(task.artifacts, artifacts.DIFF, task.agent.redaction.data(patch))


async def _let_agent_work(task: Assignment, hooks: Hooks, ledger: Ledger, workspace: Path) -> AgentEnd:
    stage = AttemptStage(task, hooks, ledger, workspace)
    limit = asyncio.timeout(task.agent_seconds + ENDING_SECONDS)

    def give_up() -> None:
        if not limit.expired():  # else its time is up already, and cannot be set any more
            limit.reschedule(0.0)

    stage.on_failure = give_up
    try:
        async with limit:
            end = await task.agent.solve(stage)
    except TimeoutError:
        if not limit.expired():
            raise
        end = AgentEnd(EndReason.TIMEOUT, f"the agent was not done after {task.agent_seconds:g} s")
    finally:
        stage.close()
    if stage.failure is not None:
        raise stage.failure
    end = stage.cut or end
    return replace(end, error=task.agent.redaction.line(end.error))
