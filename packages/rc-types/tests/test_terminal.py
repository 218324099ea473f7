"""News of commands that run in a terminal (types spec 3.27)."""

import pytest
from rc_types import InvalidWireError
from rc_types.terminal import (
    CommandExecutionExited,
    CommandExecutionFallback,
    CommandExecutionOutput,
    CommandExecutionStarted,
    CommandExecutionStatus,
    CommandExecutionTimeout,
    PersistedCommandOutput,
    command_execution_status,
)


@pytest.mark.parametrize(
    ("news", "wire"),
    [
        (
            CommandExecutionStarted.of("e", "ls", pid=7),
            {"executionId": "e", "status": "started", "pid": 7, "command": "ls"},
        ),
        (CommandExecutionOutput.of("e", "x\n"), {"executionId": "e", "status": "output", "output": "x\n"}),
        (CommandExecutionExited.of("e", 0), {"executionId": "e", "status": "exited", "exitCode": 0}),
        (CommandExecutionExited.of("e"), {"executionId": "e", "status": "exited"}),
        (CommandExecutionFallback.of("e"), {"executionId": "e", "status": "fallback"}),
        (CommandExecutionTimeout.of("e"), {"executionId": "e", "status": "timeout"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_news_of_a_command_go_out_exactly_so(news: CommandExecutionStatus, wire: dict[str, object]) -> None:
    assert news.to_wire() == wire
    assert command_execution_status.from_wire(wire) == news


def test_output_that_fits_says_that_no_file_holds_the_rest() -> None:
    """Types spec 3.27: `artifactPath` is null, not absent."""
    wire = {"preview": "x", "totalBytes": 1, "artifactPath": None, "truncated": False}
    assert PersistedCommandOutput.from_wire(wire).to_wire() == wire
    with pytest.raises(InvalidWireError, match="artifactPath is missing"):
        PersistedCommandOutput.from_wire({key: value for key, value in wire.items() if key != "artifactPath"})
