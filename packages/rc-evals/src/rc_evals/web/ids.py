"""Ids, in paths and elsewhere in requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

RunNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""Id of a run, wherever a request names one."""

RunId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id of a run.")]
"""Type of the parameter `run` of an endpoint below `/runs/{run}`."""

TaskId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Id of a task of that run.")]
"""Type of the parameter `task` of an endpoint below `/runs/{run}/tasks/{task}`."""
