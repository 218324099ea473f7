"""What only a command line can get wrong."""

from __future__ import annotations

from rc_ipc._errors import IpcError


class UsageError(IpcError):
    """The question makes no sense; one line says why."""
