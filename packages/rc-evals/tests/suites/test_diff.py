"""What an agent changed, in a form for people and for `git apply`."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.languages.registry import load_languages
from rc_evals.suites.diff import CUT, MAX_DIFF, diff
from rc_evals.suites.model import Exercise, SourceFile
from rc_evals.suites.workspace import lay_out

PYTHON = load_languages()["python"]


@pytest.fixture
def add(roo: Path, load: Callable[..., Exercise]) -> Exercise:
    return load(roo, "add")


@pytest.fixture
def workspace(add: Exercise, tmp_path: Path) -> Path:
    return lay_out(add, tmp_path / "agent")


def test_nothing_changed_is_nothing(add: Exercise, workspace: Path, fill: Callable[..., Path]) -> None:
    """Our rule: build outputs and history are no changes."""
    fill(workspace, {"__pycache__/add.pyc": "x", ".git/HEAD": "x"})
    (workspace / "link").symlink_to("/etc/passwd")
    assert diff(add, workspace, PYTHON) == b""


def test_changed_new_and_deleted_files_are_shown(add: Exercise, workspace: Path) -> None:
    """The unified format."""
    (workspace / "add.py").write_text("def add(a, b):\n    return a + b")
    (workspace / "new.txt").write_text("new\n")
    (workspace / "docs" / "instructions.md").unlink()
    assert diff(add, workspace, PYTHON).decode() == (
        "--- a/add.py\n+++ b/add.py\n@@ -1,2 +1,2 @@\n def add(a, b):\n-    raise NotImplementedError\n"
        "+    return a + b\n\\ No newline at end of file\n"
        "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,1 @@\n+new\n"
        "--- a/docs/instructions.md\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-Add two numbers.\n"
    )


def test_binary_and_huge_files_are_only_named(add: Exercise, workspace: Path) -> None:
    """Our rule."""
    (workspace / "add.py").write_bytes(b"\0" * 10)
    (workspace / "big").write_bytes(b"x\n" * 600_000)
    assert diff(add, workspace, PYTHON) == (
        b"Binary file add.py differs (10 bytes)\nFile big is too large to compare (1200000 bytes)\n"
    )


def test_a_name_cannot_forge_lines(add: Exercise, workspace: Path) -> None:
    """Our rule."""
    (workspace / "x\n+++ b").write_text("y")
    Path(os.fsdecode(os.fsencode(workspace) + b"/\xff")).write_text("z")
    lines = diff(add, workspace, PYTHON).decode().splitlines()
    assert [line for line in lines if line.startswith("+++")] == ["+++ b/'x\\n+++ b'", "+++ b/\\xff"]


def test_a_large_diff_is_cut_and_says_so(add: Exercise, workspace: Path) -> None:
    """Our rule."""
    for number in range(3):
        (workspace / f"{number}.txt").write_text("line\n" * 120_000)
    cut = diff(add, workspace, PYTHON)
    assert cut.endswith(b"\n" + CUT)
    assert len(cut) <= MAX_DIFF + len(CUT) + 1


def test_lines_made_to_slow_the_search_do_not(add: Exercise, tmp_path: Path) -> None:
    """Our rule: the time is bounded."""
    nasty = tmp_path / "nasty.txt"
    nasty.write_text("a\nb\n" * 40_000)
    more = SourceFile(PurePosixPath("nasty.txt"), nasty)
    exercise = Exercise("python", "add", "", (*add.files, more), (), add.tests, None)
    workspace = lay_out(exercise, tmp_path / "agent")
    (workspace / "nasty.txt").write_text("b\na\nc\n" * 30_000)
    began = time.process_time()
    assert diff(exercise, workspace, PYTHON)
    assert time.process_time() - began < 5


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "\r\n", "x\ry\n"]), max_size=40)


@settings(max_examples=40, deadline=None)
@given(old=LINES, new=LINES, tail=st.sampled_from(["", "end"]))
def test_applying_a_diff_makes_the_new_file_from_the_old_one(old: list[str], new: list[str], tail: str) -> None:
    """The format is the one of the tools."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        before, after = "first\n" + "".join(old), "first\n" + "".join(new) + tail
        (root / "pristine").write_bytes(before.encode())
        file = SourceFile(PurePosixPath("f"), root / "pristine")
        exercise = Exercise("python", "e", "", (file,), (), frozenset(), None)
        workspace = lay_out(exercise, root)
        (workspace / "f").write_bytes(after.encode())
        changes = diff(exercise, workspace, PYTHON)
        assert bool(changes) == (before != after)
        if changes:
            (root / "f").write_bytes(before.encode())
            subprocess.run(("git", "apply"), cwd=root, input=changes, check=True, capture_output=True)
            assert (root / "f").read_bytes() == after.encode()
