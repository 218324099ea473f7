"""Every benchmark starts, whatever the names of its neighbours are, and the largest one works in small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "tools" / "benchmarks"
PROGRAMS = sorted(path for path in FOLDER.glob("*.py") if "__main__" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_benchmark_says_what_it_measures(program: Path) -> None:
    """A script's folder comes first where modules are looked up, and one of these is called as a standard module is."""
    command = [sys.executable, str(program), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Measure" in done.stdout


@pytest.mark.parametrize(
    "part",
    ["orchestration", pytest.param("pipeline", marks=pytest.mark.needs("bubblewrap")), "running", "events", "resume"],
)
def test_a_part_of_what_rc_evals_is_measured_by_can_be_tried_in_small(part: str) -> None:
    """Our rule: a figure of a few tasks is not held against any goal."""
    command = [sys.executable, str(FOLDER / "evals.py"), "--quick", "--only", part]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    goals = json.loads(done.stdout.splitlines()[-1])["goals"]
    assert goals
    assert all(goal["met"] is None for goal in goals.values())
