"""A suite may change while a run goes on: what its tasks are made of stays what it was, or nothing is made of it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals._errors import BrokenSuiteError, SuiteChangedError
from rc_evals.suites.model import MAX_FILE, Exercise
from rc_evals.suites.workspace import lay_out

STUB = "python/add/add.py"


def rewrite(path: Path) -> None:
    path.write_text("print()\n", encoding="utf-8")


def rewrite_alike(path: Path) -> None:
    """Another content of the same size, with the same times."""
    before = path.stat()
    path.write_bytes(b"#" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def link(path: Path) -> None:
    """The same content, but from outside of the suite."""
    outside = path.parents[4] / "outside"
    shutil.copy(path, outside)
    path.unlink()
    path.symlink_to(outside)


def pipe(path: Path) -> None:
    """A pipe that nobody fills would hang whoever reads it."""
    path.unlink()
    os.mkfifo(path)


def giant(path: Path) -> None:
    os.truncate(path, MAX_FILE + 1)


@pytest.mark.parametrize("change", [rewrite, rewrite_alike, Path.unlink, link, pipe, giant])
def test_a_file_that_changed_since_it_was_first_read_is_not_given(
    roo: Path, load: Callable[..., Exercise], tmp_path: Path, change: Callable[[Path], None]
) -> None:
    """Our rule: one digest, one content."""
    exercise = load(roo, "add")
    assert exercise.digest
    change(roo / STUB)
    with pytest.raises(SuiteChangedError, match=r"add\.py .*; restore it, or start a new run"):
        lay_out(exercise, tmp_path / "place")


def test_a_file_that_is_put_back_is_the_same_again(roo: Path, load: Callable[..., Exercise], tmp_path: Path) -> None:
    """Our rule."""
    exercise = load(roo, "add")
    digest = exercise.digest
    original = (roo / STUB).read_bytes()
    (roo / STUB).unlink()
    (roo / STUB).write_bytes(original)
    workspace = lay_out(exercise, tmp_path / "place")
    assert (workspace / "add.py").read_bytes() == original
    assert load(roo, "add").digest == digest


def test_a_file_that_was_gone_from_the_start_is_the_fault_of_the_suite(
    roo: Path, load: Callable[..., Exercise]
) -> None:
    """Our rule."""
    exercise = load(roo, "add")
    (roo / STUB).unlink()
    with pytest.raises(BrokenSuiteError, match=r"add\.py cannot be read: No such file"):
        _ = exercise.digest
