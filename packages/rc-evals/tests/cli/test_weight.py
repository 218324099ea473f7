"""What commands import: everything that a person would wait for without getting anything for it stays out."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"alembic", "pydantic", "rich", "sqlalchemy", "rc_types.events"}


def imported(home: Path, *words: str) -> set[str]:
    """Run a command in a process of its own and return the modules that it has imported."""
    program = (
        "import sys\n"
        "from rc_evals.cli.app import app\n"
        f"app.main(['--home', {str(home)!r}, *{words!r}], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("list",), ("cancel", "--help")])
def test_commands_that_only_look_import_next_to_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Spec: command lines import late; `--help` is quick."""
    assert not imported(tmp_path, *words) & (HEAVY | {"asyncio", "logging"})


def test_a_run_imports_neither_a_toolkit_for_databases_nor_the_shapes_of_assistants() -> None:
    """The same for the work itself: an agent that says nothing needs no models of what an assistant may say."""
    program = "import sys, rc_evals.controller; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & (HEAVY - {"pydantic"})
