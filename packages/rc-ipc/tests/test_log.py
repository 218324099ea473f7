"""Where the lines of the log go."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from rc_ipc._log import Log, log
from structlog.testing import capture_logs

PROGRAM = """
import asyncio, sys
from rc_ipc import connect, serve

async def handle(command, client_id):
    return None

async def main():
    async with serve(sys.argv[1], handle), connect(sys.argv[1]):
        print("result")

{before}
asyncio.run(main())
"""


def run(folder: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a program that serves and connects; return what it wrote."""
    command = [sys.executable, "-c", PROGRAM.format(before=before), str(folder / "s")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)


def test_a_program_that_wants_no_log_gets_none(tmp_path: Path) -> None:
    """IPC spec R-18; a program's output is its own."""
    done = run(tmp_path)
    assert (done.stdout, done.stderr) == ("result\n", "")


def test_a_program_that_uses_logging_finds_the_lines_there(tmp_path: Path) -> None:
    """IPC spec R-18."""
    done = run(tmp_path, "import logging; logging.basicConfig(level='INFO')")
    assert done.stdout == "result\n"
    assert "INFO:rc_ipc:event='ipc.connected'" in done.stderr


def test_a_program_that_configures_structlog_finds_the_lines_there(tmp_path: Path) -> None:
    """IPC spec R-18."""
    done = run(
        tmp_path,
        "import structlog; structlog.configure("
        "processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.PrintLoggerFactory(sys.stderr))",
    )
    assert done.stdout == "result\n"
    assert "ipc.connected" in {json.loads(line)["event"] for line in done.stderr.splitlines()}


def test_fields_that_are_bound_go_with_every_line(caplog: pytest.LogCaptureFixture) -> None:
    """IPC spec R-18."""
    with capture_logs() as lines:
        Log(endpoint="/s").bind(client_id="c").warning("ipc.ignored", reason="not_json")
    assert lines == [
        {"event": "ipc.ignored", "log_level": "warning", "endpoint": "/s", "client_id": "c", "reason": "not_json"}
    ]
    structlog.reset_defaults()
    with caplog.at_level(logging.DEBUG):
        log.debug("ipc.message", bytes=3)
    assert caplog.messages == ["event='ipc.message' bytes=3"]
