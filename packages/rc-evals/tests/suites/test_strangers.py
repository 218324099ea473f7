"""Suites come from strangers: nothing in one may make us read what it does not hold."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals._errors import BrokenSuiteError
from rc_evals.suites.model import MAX_FILE, Exercise

Load = Callable[..., Exercise]


@pytest.fixture
def exercise(roo: Path) -> Path:
    return roo / "python" / "add"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../outside.txt", "../../..", "docs", "gone", "loop"])
def test_a_link_that_is_not_to_a_file_of_the_suite_is_refused(
    roo: Path, exercise: Path, load: Load, target: str
) -> None:
    """Our rule."""
    (roo.parent / "outside.txt").write_text("secret")
    (exercise / "loop").symlink_to(target)
    with pytest.raises(BrokenSuiteError, match=r"loop|docs"):
        load(roo, "add")


def test_a_link_to_a_file_of_the_suite_is_that_file(roo: Path, exercise: Path, load: Load) -> None:
    """Our rule: packs share files by links."""
    (exercise / "linked.md").symlink_to("../../prompts/python.md")
    assert {str(file.path): file.read() for file in load(roo, "add").files}["linked.md"] == b"Add.\n"


def test_a_link_in_place_of_a_prompt_or_a_shared_file_is_refused(roo: Path, load: Load) -> None:
    """Our rule."""
    (roo / "python" / "shared").symlink_to("/etc/passwd")
    with pytest.raises(BrokenSuiteError, match="python/shared is a link that leads out"):
        load(roo, "add")
    (roo / "python" / "shared").unlink()
    (roo / "prompts" / "python.md").unlink()
    (roo / "prompts" / "python.md").symlink_to("/etc/passwd")
    with pytest.raises(BrokenSuiteError, match=r"python\.md is a link that leads out"):
        load(roo, "add")


def test_a_device_is_refused(roo: Path, exercise: Path, load: Load) -> None:
    """Our rule: a FIFO would hang whoever reads it."""
    os.mkfifo(exercise / "pipe")
    with pytest.raises(BrokenSuiteError, match="pipe is neither a file nor a folder"):
        load(roo, "add")


@pytest.mark.parametrize("name", [b"a\nb", b"a\x1b[31m", b"\xff"])
def test_a_name_with_control_characters_is_refused_in_one_line(
    roo: Path, exercise: Path, load: Load, name: bytes
) -> None:
    """Our rule: names reach terminals, logs and databases."""
    Path(os.fsdecode(os.fsencode(exercise) + b"/" + name)).touch()
    with pytest.raises(BrokenSuiteError, match="unusable name") as caught:
        load(roo, "add")
    assert str(caught.value).isprintable()


def test_a_huge_file_is_refused(roo: Path, exercise: Path, load: Load) -> None:
    """Our rule."""
    with (exercise / "big").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(BrokenSuiteError, match="larger than 16 MiB"):
        load(roo, "add")
