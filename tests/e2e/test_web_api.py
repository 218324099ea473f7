"""The HTTP API is what it says of itself: schemathesis asks all that its document allows, and more."""

import subprocess
import sys
from pathlib import Path

import pytest

from .exercises import add_exercise
from .program import Program

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SECONDS = 600
"""For some thousand requests, a few of which start runs."""


@pytest.mark.timeout(SECONDS + 60)
def test_the_api_is_what_its_document_says(program: Program, site: str, tmp_path: Path) -> None:
    """No answer that the document does not describe, no failure of ours, whatever is sent."""
    add_exercise(program.home / "suites" / "own", "easy")
    for iterations in ("1", "2"):
        wanted = ("--suite", "own", "--agent", "nop", "--sandbox", "none", "--iterations", iterations)
        ended = program("run", *wanted)
        assert ended.code == 0, ended.err
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={CONFIGURATION}",
            "run",
            f"{site}/api/openapi.json",
            "--max-examples=10",
            "--checks=all",
            "--seed=1",
            "--request-timeout=60",
            "--no-color",
            "--suppress-health-check=all",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
