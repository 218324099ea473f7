"""Folders for temporary files that go with their process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rc_evals.passing import passing_folder

HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from rc_evals.passing import passing_folder
with passing_folder("probe-") as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of a test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def holder(temporary: Path) -> Generator[subprocess.Popen[str]]:
    """Another process that has such a folder until it is ended."""
    command = (sys.executable, "-c", HOLD, str(temporary))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert Path(process.stdout.readline().strip()).is_dir()
        yield process
        process.kill()


def test_it_is_there_within_the_block_and_gone_after_it(temporary: Path) -> None:
    with passing_folder("probe-") as folder:
        assert folder.parent == temporary
        (folder / "file").touch()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next(temporary: Path) -> None:
    """Our rule: nothing is left of whoever is killed, not even where temporary files are."""
    with holder(temporary) as process:
        process.kill()
    assert len(list(temporary.iterdir())) == 1
    with passing_folder("probe-") as folder:
        assert list(temporary.iterdir()) == [folder]


def test_what_a_living_process_has_is_left_alone(temporary: Path) -> None:
    with holder(temporary), passing_folder("probe-"):
        assert len(list(temporary.iterdir())) == 2


def test_what_belongs_to_others_is_left_alone(temporary: Path) -> None:
    """Our rule: others may write where temporary files are; what they put there under our name is not followed."""
    precious = temporary / "precious"
    precious.mkdir()
    (temporary / "probe-link").symlink_to(precious)
    (temporary / "probe-file").touch()
    os.mkfifo(temporary / "probe-pipe")
    with passing_folder("probe-"):
        pass
    assert {path.name for path in temporary.iterdir()} == {"precious", "probe-link", "probe-file", "probe-pipe"}
