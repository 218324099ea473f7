"""The bundled suite, whole and in its sandbox: what it says of an agent can be trusted."""

import shutil
from pathlib import Path

import pytest

from .program import Program

WRONG = Path(__file__).parents[2] / "packages/rc-evals/tests/data/wrong"
"""LANGUAGE/NAME/N: plausible solutions with a mistake that the tests must see."""

pytestmark = [pytest.mark.needs("bubblewrap", "node", "go", "cargo", "java"), pytest.mark.timeout(600)]


def test_every_reference_passes_and_doing_nothing_never_does(program: Program) -> None:
    """Spec 24.15, check 1."""
    done = program("suites", "verify", "bundled", "--concurrency", "2", "--json", patience=400)
    assert done.code == 0, done.err
    assert done.document["sound"] == len(done.document["exercises"]) == 16


@pytest.mark.parametrize("number", ["1", "2"])
def test_plausible_but_wrong_solutions_fail(program: Program, tmp_path: Path, number: str) -> None:
    """Issue: each exercise has tests that a wrong solution fails."""
    pack = tmp_path / "pack"
    for solution in WRONG.glob(f"*/*/{number}"):
        shutil.copytree(solution, pack / solution.parent.relative_to(WRONG))
    oracle = ("--agent", "oracle", "--agent-arg", f"reference={pack}", "--concurrency", "2")
    done = program("run", "--suite", "bundled", *oracle, "--json", patience=400)
    assert done.code == 0, done.err
    verdicts = {f"{task['language']}/{task['exercise']}": task["verdict"] for task in done.document["tasks"]}
    assert len(verdicts) == 16
    assert set(verdicts.values()) == {"failed"}, verdicts
