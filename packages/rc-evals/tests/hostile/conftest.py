"""Hostile agents: shell scripts that do what they can to an exercise whose test they cannot pass honestly."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from rc_evals.agents.command import CommandAgent
from rc_evals.attempt import Assignment, Hooks, Ledger, perform, tidy
from rc_evals.languages.kits.python import base_interpreter
from rc_evals.languages.model import Toolchain
from rc_evals.languages.probing import mounts_of
from rc_evals.languages.registry import load_languages
from rc_evals.outcomes import Outcome
from rc_evals.sandbox.bubblewrap import Bubblewrap
from rc_evals.sandbox.port import ProcessIdentity
from rc_evals.testing.stages import make_exercise
from rc_evals.usage import Usage

FILES = {
    "add.py": "def add(a, b):\n    raise NotImplementedError\n",
    "add_test.py": "from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
}

Attack = Callable[[str], Awaitable[tuple[Outcome, Ledger, Path]]]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the user of a sandbox can reach. Whatever an agent does, its attempt leaves no scratch there."""
    folder = Path(tempfile.mkdtemp(prefix="rc-hostile-"))
    folder.chmod(0o755)
    yield folder
    assert not os.path.lexists(folder / "scratch")
    shutil.rmtree(folder)


@pytest.fixture
def toolchain() -> Toolchain:
    """The interpreter and pytest that run this test: nothing is installed for it."""
    interpreter = base_interpreter()
    packages = Path(pytest.__file__).parent.parent
    return Toolchain(
        language="python",
        version="here",
        programs={"python": str(interpreter)},
        mounts=mounts_of(interpreter.parent.parent, interpreter),
        beside={"_packages": packages},
        environment={"PYTHONPATH": "/eval/_packages"},
    )


@pytest.fixture
def attack(home: Path, toolchain: Toolchain) -> Attack:
    """Lets a shell script be the agent of one attempt; returns the verdict, what is known, and the artifacts."""

    async def phase(
        _name: str, _process: ProcessIdentity | None, _agent: Mapping[str, object] | None = None
    ) -> None: ...

    def usage(_usage: Usage) -> None: ...

    async def run(script: str) -> tuple[Outcome, Ledger, Path]:
        exercise = make_exercise(home, {**FILES, "attack.sh": script}, name="add", tests=frozenset({"add_test.py"}))
        ledger = Ledger()
        task = Assignment(
            exercise=exercise,
            language=load_languages()["python"],
            toolchain=toolchain,
            agent=CommandAgent("sh attack.sh"),
            sandbox=Bubblewrap(),
            agent_seconds=20,
            token=f"test-{secrets.token_hex(8)}",
            scratch=home / "scratch",
            artifacts=home / "artifacts",
        )
        outcome = await perform(task, Hooks(phase=phase, usage=usage), ledger)
        await tidy(task)
        return outcome, ledger, home / "artifacts"

    return run
