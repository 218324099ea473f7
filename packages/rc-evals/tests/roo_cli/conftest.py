"""A stage, and the agent with a program that follows a script."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from rc_evals.agents.roo_cli import RooCliAgent, make_roo_cli
from rc_evals.testing import RecordingStage, make_exercise, write_scripted_roo

MakeAgent = Callable[..., RooCliAgent]


@pytest.fixture
def stage(tmp_path: Path) -> RecordingStage:
    workspace = tmp_path / "place" / "sample"
    workspace.mkdir(parents=True)
    return RecordingStage(make_exercise(tmp_path, {"a.py": "stub\n"}), workspace)


@pytest.fixture
def agent(tmp_path: Path) -> MakeAgent:
    """Make the agent with the script of its program."""

    def make(*steps: Mapping[str, Any], settings: Mapping[str, object] | None = None, **more: Any) -> RooCliAgent:
        command = write_scripted_roo(tmp_path / "program", *map(dict, steps), **more)
        return make_roo_cli({"command": command}, settings or {}, {})

    return make
