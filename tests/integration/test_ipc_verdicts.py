"""A host of rc-ipc accepts what upstream's own schemas accept, and nothing else, message by message."""

import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from rc_ipc import FrameLimits
from rc_ipc._codec import encode_frame
from rc_ipc._session import Ignored, Received, ServerSession
from rc_types.ipc import Ack, ClientId

ARCHIVE = Path(__file__).parents[2] / "packages" / "rc-types" / "tests" / "data" / "types.tar.xz"
VERDICTS = "types/head/corpus/ipcMessageSchema.jsonl"


def judged() -> Iterator[dict[str, Any]]:
    """Yield messages with the verdict of the real schema; all of them where RC_CONFORMANCE_DIR is."""
    if given := os.environ.get("RC_CONFORMANCE_DIR"):
        yield from map(json.loads, (Path(given) / VERDICTS).read_bytes().splitlines())
        return
    with tarfile.open(ARCHIVE) as archive:
        lines = archive.extractfile(VERDICTS)
        assert lines is not None
        yield from map(json.loads, lines)


def test_commands_are_judged_exactly_as_upstream_judges_them() -> None:
    """IPC spec R-14, last sentence; a valid message of the other direction is no command (section 10)."""
    session = ServerSession(Ack(client_id=ClientId("c"), pid=1, ppid=1), limits=FrameLimits())
    accepted = refused = 0
    for line in judged():
        message = line["input"]
        if not isinstance(message, dict):
            continue
        [heard] = session.receive(encode_frame(cast("dict[str, Any]", message)))
        if line["ok"] and message["type"] == "TaskCommand":
            assert isinstance(heard, Received), message
            accepted += 1
        else:
            assert isinstance(heard, Ignored), message
            assert (heard.reason == "wrong_direction") is line["ok"]
            refused += 1
    assert accepted > 50
    assert refused > 50
