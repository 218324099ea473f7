"""Finding a provider by name (law 2)."""

import sys
from pathlib import Path

import pytest
from rc_types import TaskLinkMissingError
from rc_types.ports import TASK_LINK_GROUP, load_task_link

PROVIDER = """
from contextlib import asynccontextmanager

@asynccontextmanager
async def pigeon(address):
    yield address
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that provides the task link `pigeon`, as an installer leaves it."""
    (tmp_path / "pigeon_post.py").write_text(PROVIDER, encoding="utf-8")
    info = tmp_path / "pigeon_post-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{TASK_LINK_GROUP}]\npigeon = pigeon_post:pigeon\n", encoding="utf-8")
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])


@pytest.mark.usefixtures("installed")
async def test_a_provider_is_found_by_its_name() -> None:
    async with load_task_link("pigeon")("home") as link:
        assert str(link) == "home"


@pytest.mark.usefixtures("installed")
def test_a_missing_provider_is_an_error_that_names_what_to_install() -> None:
    with pytest.raises(
        TaskLinkMissingError, match=r"no task link named 'drum' is installed .*pigeon.*: pip install rc-ipc"
    ):
        load_task_link("drum")
