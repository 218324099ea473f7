"""The file by which a command tells what it used: `{"tokenUsage": {...}, "toolUsage": {...}}`.

Both members are the ones of the assistant's `taskTokenUsageUpdated` event, so that a wrapper around an assistant can
pass them on as they are; `toolUsage` may be absent. An agent wrote the file: it is read as hostile input.
"""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any, Final

from rc_types import InvalidWireError
from rc_types.events import TaskTokenUsageUpdated

if TYPE_CHECKING:
    from pathlib import Path

    from rc_types.task import TaskId

MAX_BYTES: Final = 1024 * 1024


class UsageFileError(Exception):
    """The file is not there, not a plain file of the workspace, too large, or does not say what it should."""


def read_usage(workspace: Path, name: str, task_id: TaskId) -> TaskTokenUsageUpdated:
    """Return what the file `name` of the workspace says, as an event of the task.

    Raises:
        UsageFileError: there is no such statement.
    """
    path = workspace / name
    try:
        if not path.resolve().is_relative_to(workspace.resolve()):
            raise UsageFileError(f"usage file {name!r} leads out of the workspace")
        content: Any = json.loads(_read(path))
        payload = [task_id, content["tokenUsage"], content.get("toolUsage", {})]
        return TaskTokenUsageUpdated.from_wire({"eventName": "taskTokenUsageUpdated", "payload": payload})
    except InvalidWireError as error:
        raise UsageFileError(f"usage file {name!r}: {error}") from error
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise UsageFileError(f"usage file {name!r} is not a JSON object with the member tokenUsage") from error
    except (OSError, RuntimeError) as error:  # the latter is how Python before 3.13 tells of links in a circle
        raise UsageFileError(f"usage file {name!r} cannot be read: {error}") from error


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a link or a pipe must not hold us up
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise UsageFileError(f"usage file {path.name!r} is not a plain file of at most {MAX_BYTES:,} bytes")
        return file.read(MAX_BYTES)
