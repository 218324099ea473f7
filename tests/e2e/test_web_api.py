"""The HTTP API is what it says of itself: schemathesis asks all that its document allows, and more."""

import subprocess
import sys
from pathlib import Path

from .program import Program

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def test_the_api_is_what_its_document_says(program: Program, site: str, tmp_path: Path) -> None:
    """No answer that the document does not describe, no failure of ours, whatever is sent."""
    for agent in ("nop", "oracle"):
        ended = program(
            "run", "--suite", "bundled", "--agent", agent, "--sandbox", "none", "--exercise", "python/byte-size"
        )
        assert ended.code == 0, ended.err
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={CONFIGURATION}",
            "run",
            f"{site}/api/openapi.json",
            "--max-examples=15",
            "--checks=all",
            "--seed=1",
            "--no-color",
            "--suppress-health-check=all",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
