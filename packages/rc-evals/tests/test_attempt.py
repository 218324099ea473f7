"""What an attempt does when the platform fails it. Verdicts on agents: tests/hostile and tests/e2e."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from rc_evals.agents.port import AgentEnd, AgentFacts, Stage
from rc_evals.attempt import Assignment, Hooks, Ledger, perform
from rc_evals.languages.model import Toolchain
from rc_evals.languages.registry import load_languages
from rc_evals.redaction import NOTHING_SECRET
from rc_evals.sandbox.none import NoSandbox
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.testing.stages import make_exercise
from rc_types.events import TaskStarted


class Talker:
    """An agent that says something, works for ever, and has a last word."""

    facts = AgentFacts(name="talker", version="0")
    redaction = NOTHING_SECRET

    def __init__(self) -> None:
        self.ended = False

    async def solve(self, stage: Stage) -> AgentEnd:
        stage.emit(TaskStarted.of(stage.task_id))
        try:
            await asyncio.Event().wait()
        finally:
            stage.emit(TaskStarted.of(stage.task_id))
            self.ended = True
        raise AssertionError("nobody sets this event")


@pytest.fixture
def assignment(tmp_path: Path) -> Callable[[Talker], Assignment]:
    """Gives an exercise to an agent."""

    def assign(agent: Talker) -> Assignment:
        return Assignment(
            exercise=make_exercise(tmp_path / "suite", {"add.py": "", "add_test.py": ""}),
            language=load_languages(tmp_path / "languages")["python"],
            toolchain=Toolchain(language="python", version="here", programs={}, mounts=()),
            agent=agent,
            sandbox=NoSandbox(),
            agent_seconds=600,
            token="0",
            scratch=tmp_path / "scratch",
            artifacts=tmp_path / "artifacts",
        )

    return assign


async def test_an_agent_whose_words_cannot_be_kept_need_not_go_on(
    assignment: Callable[[Talker], Assignment], tmp_path: Path
) -> None:
    """Our rule: it would work, and cost, for nothing."""

    async def phase(
        _name: str, _process: ProcessIdentity | None, _agent: Mapping[str, object] | None = None
    ) -> None: ...

    (tmp_path / "artifacts").touch()  # where the folder for the transcript has to be made
    agent = Talker()
    async with asyncio.timeout(5):
        with pytest.raises(FileExistsError, match="artifacts"):
            await perform(assignment(agent), Hooks(phase=phase, usage=lambda _: None), Ledger())
    assert agent.ended


async def test_tests_that_are_run_again_are_judged_by_what_they_say_then(
    assignment: Callable[[Talker], Assignment], tmp_path: Path
) -> None:
    """Spec 24.6: what the first try said, before the platform failed it, is no part of the verdict."""
    task = assignment(Talker())
    says = (("/bin/sh", "-c", "echo one"), ("/bin/sh", "-c", "echo two"))
    task = replace(task, language=replace(task.language, commands=says, control=None))
    tests = 0

    async def phase(name: str, process: ProcessIdentity | None, _agent: Mapping[str, object] | None = None) -> None:
        nonlocal tests
        tests += name == "testing" and process is not None
        if tests == 2:
            raise OSError("the second command of the first try")

    task.scratch.mkdir()
    ledger = Ledger(end=AgentEnd())
    await perform(task, Hooks(phase=phase, usage=lambda _: None), ledger, adopted=True)
    assert tests == 4
    assert (tmp_path / "artifacts" / "tests.log").read_text("utf-8") == "one\ntwo\n"
