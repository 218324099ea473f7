"""For tests of agents that stand on a program of somebody else: that program, without a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rc_evals.testing import scripted_roo


def write_scripted_roo(folder: Path, *steps: dict[str, Any], **more: Any) -> Path:
    """Write the program with a script into a folder, and return its path.

    Args:
        folder: made when it is not there; it can be shown to a sandbox, together with this Python.
        steps: what the program does once it was given a task.
        more: `before`: steps before it greets; `init`: members of its greeting; `needs_key`: whether it refuses to
            start without the key of its provider.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "roo"
    program.write_text(f"#!{sys.executable}\n{Path(scripted_roo.__file__).read_text('utf-8')}", encoding="utf-8")
    program.chmod(0o755)
    (folder / "script.json").write_text(json.dumps({"steps": steps, **more}), encoding="utf-8")
    return program
