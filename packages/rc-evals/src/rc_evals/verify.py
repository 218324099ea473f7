"""The verdict: what pristine tests say of a copy of the workspace, in a sandbox of their own.

Nothing that the agent could write is read for it but the workspace itself, and of that only what a suite leaves to
agents: the tests, and everything else that is protected, come fresh from the suite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rc_evals import artifacts
from rc_evals.languages.commands import environment, plan
from rc_evals.languages.control import controlled
from rc_evals.languages.model import TestReport
from rc_evals.languages.outputs import read_outputs
from rc_evals.languages.results import parse
from rc_evals.sandbox.port import Exit, Job, Limits
from rc_evals.suites.snapshot import snapshot
from rc_evals.threads import in_thread, remove

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from rc_evals.attempt import Assignment
    from rc_evals.languages.control import Controlled
    from rc_evals.sandbox.port import ProcessIdentity
    from rc_evals.suites.model import Exercise

RESULTS: Final = "_results"
"""Folder beside the workspace that test tools write their reports to; it is made for commands that name it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the tests say, and which of them the agent had touched."""

    report: TestReport
    tests_modified: tuple[str, ...]


async def verify(
    task: Assignment, workspace: Path, *, started: Callable[[ProcessIdentity], Awaitable[None]]
) -> Verification:
    """Test a copy of the workspace; `started` is told of every process.

    What passes is tested once more with control tests (see `languages.control`): code under test that makes its tests
    pass whatever it does has not passed.

    Raises:
        SandboxStartError: the tests could not be started.
    """
    if not task.language.commands:
        return Verification(parse(task.language.results, {}, b"", ()), ())
    trial = await _try(task, task.exercise, workspace, "verifier", started)
    control: Controlled | None = None
    if trial.report.passed and task.language.control is not None:
        control = await in_thread(controlled, task.exercise, task.language)
    if control is not None:
        again = await _try(task, control.exercise, workspace, "control", started)
        if objection := control.objection(again.report, again.exit_codes):
            await in_thread(_keep_log, task, trial.output + b"\n--- again, with control tests\n" + again.output)
            explanation = f"the code under test interferes with its tests: {objection}"
            return Verification(replace(trial.report, passed=False, explanation=explanation), trial.tests_modified)
    if trial.output:
        await in_thread(_keep_log, task, trial.output)
    return Verification(trial.report, trial.tests_modified)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One run of the test commands."""

    report: TestReport
    exit_codes: list[int]
    output: bytes
    tests_modified: tuple[str, ...]


async def _try(
    task: Assignment,
    exercise: Exercise,
    workspace: Path,
    name: str,
    started: Callable[[ProcessIdentity], Awaitable[None]],
) -> _Trial:
    """Run the tests of an exercise on a copy of the workspace, in the folder `name` of the attempt."""
    place = task.scratch / name
    copy = place / workspace.name
    log = place.with_suffix(".log")
    inside = task.sandbox.inside(place)
    paths = {"workspace": f"{inside}/{copy.name}", "place": inside}
    results = f"{inside}/{RESULTS}"
    commands = plan(task.language, task.toolchain, exercise, results=results, **paths)
    variables = environment(task.language, task.toolchain, **paths)
    writable = (copy.name, RESULTS) if any(results in word for argv in commands for word in argv) else (copy.name,)
    tampering = await in_thread(_copy, task, exercise, workspace, place, writable)
    exits: list[Exit] = []
    for argv in commands:
        job = Job(
            argv=argv,
            place=place,
            cwd=paths["workspace"],
            output=log,
            limits=Limits(wall_seconds=task.language.test_seconds),
            token=task.token,
            writable=writable,
            beside=task.toolchain.beside,
            mounts=task.toolchain.mounts,
            environment=variables,
        )
        running = await task.sandbox.start(job)
        try:
            await started(running.identity)
            exits.append(await running.wait())
        finally:
            await running.stop(grace_seconds=0)
        if exits[-1] != Exit(0):
            break
    return await in_thread(_read, task, place / RESULTS, log, exits, tampering)


def _copy(
    task: Assignment, exercise: Exercise, workspace: Path, place: Path, writable: tuple[str, ...]
) -> tuple[str, ...]:
    remove(place)
    place.with_suffix(".log").unlink(missing_ok=True)  # of a try that the platform failed
    place.mkdir()
    place.chmod(0o755)
    tampering = snapshot(workspace, exercise, task.language, place / workspace.name)
    if RESULTS in writable:
        (place / RESULTS).mkdir()
    return tampering.tests_modified


def _read(task: Assignment, results: Path, log: Path, exits: list[Exit], tests_modified: tuple[str, ...]) -> _Trial:
    redaction = task.agent.redaction
    output = redaction.data(log.read_bytes()) if log.exists() else b""
    codes = [each.code for each in exits]
    cut_short = _cut_short(exits[-1], task.language.test_seconds)
    if cut_short:
        report = TestReport(passed=False, tests=(), ran=0, explanation=cut_short)
    else:
        reports = {name: redaction.data(report) for name, report in read_outputs(results).items()}
        report = parse(task.language.results, reports, output, codes)
    return _Trial(report, codes, output, tests_modified)


def _keep_log(task: Assignment, output: bytes) -> None:
    artifacts.keep(task.artifacts, artifacts.TEST_LOG, output)


def _cut_short(last: Exit, seconds: float) -> str:
    if last.timed_out:
        return f"the tests were not done after {seconds:g} s"
    return f"the tests went over their limit of {last.limit}" if last.limit else ""
