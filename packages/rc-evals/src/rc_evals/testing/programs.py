"""For tests of agents that stand on a program of somebody else: that program, without a model."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, Any

from rc_evals.testing import scripted_roo

if TYPE_CHECKING:
    from pathlib import Path


def write_scripted_roo(folder: Path, *steps: dict[str, Any], **more: Any) -> str:
    """Write the program with a script into a folder, and return the command line that starts it.

    Args:
        folder: made when it is not there; a sandbox has to be shown it, and this Python.
        steps: what the program does once it was given a task.
        more: `before`: steps before it greets; `init`: members of its greeting; `needs_key`: whether it refuses to
            start without the key of its provider.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "roo.py"
    shutil.copyfile(scripted_roo.__file__, program)
    (folder / "script.json").write_text(json.dumps({"steps": steps, **more}), encoding="utf-8")
    return shlex.join((sys.executable, str(program)))
