"""Every benchmark starts, whatever the names of its neighbours are."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).parents[2] / "tools" / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("program", BENCHMARKS, ids=lambda program: program.name)
def test_a_benchmark_says_what_it_measures(program: Path) -> None:
    """A script's folder comes first where modules are looked up, and one of these is called as a standard module is."""
    command = [sys.executable, str(program), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Measure" in done.stdout
