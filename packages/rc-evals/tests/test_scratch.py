"""The folder of a controller's attempts."""

import shutil
import subprocess
from pathlib import Path

import pytest
from rc_evals.scratch import make_scratch


def test_it_is_ours_alone_and_may_be_there_already(tmp_path: Path) -> None:
    for _ in range(2):
        make_scratch(tmp_path / "scratch" / "1")
        assert (tmp_path / "scratch" / "1").stat().st_mode & 0o777 == 0o700


def test_its_subfolders_are_spread_where_the_file_system_knows_how(tmp_path: Path) -> None:
    """Source: chattr(1), attribute T; seen with another tool than ours."""
    make_scratch(tmp_path / "scratch")
    if shutil.which("chattr") and answer("chattr", "+T", tmp_path) is not None:
        assert "T" in str(answer("lsattr", "-d", tmp_path / "scratch")).split()[0]


def answer(program: str, option: str, folder: Path) -> str | None:
    """Return what a program says, None when it fails."""
    done = subprocess.run((program, option, str(folder)), capture_output=True, text=True, check=False)
    return None if done.returncode else done.stdout


@pytest.mark.parametrize("there", ["file", "/proc/nothing"])
def test_a_disk_that_is_wrong_is_no_matter_yet(tmp_path: Path, there: str) -> None:
    """Our rule: an attempt finds out, and says so."""
    (tmp_path / "file").touch()
    make_scratch(tmp_path / there / "scratch")
