"""What counts as the fault of the disk, and what comes of it. Real disks that fail: tests/e2e/test_disk.py."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
from rc_evals import disk
from rc_evals._errors import DiskError, InfrastructureError, SandboxStartError, ToolchainError
from rc_evals.disk_watch import watched


def caused_by(number: int, path: str | None = None) -> InfrastructureError:
    """A refusal of our own that a system call is behind."""
    error = SandboxStartError("the job's place cannot be made ready")
    error.__cause__ = OSError(number, os.strerror(number), path)
    return error


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_fault_of_the_disk_is_told_apart_wherever_it_hides(tmp_path: Path, number: int) -> None:
    """Our rule: the file, what is wrong, what to do."""
    place = str(tmp_path / "log")
    for error in (OSError(number, os.strerror(number), place), caused_by(number, place)):
        with (
            pytest.raises(DiskError, match=f"^{place}: {os.strerror(number)}; mend that, then resume"),
            disk.blamed(tmp_path),
        ):
            raise error


def test_a_fault_without_a_file_is_that_of_the_folder(tmp_path: Path) -> None:
    """Our rule: a write says no name."""
    with pytest.raises(DiskError, match=f"^{tmp_path}: No space left on device"), disk.blamed(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(errno.ENOENT, "gone"), caused_by(errno.EACCES), ToolchainError("no go"), ValueError("x")],
)
def test_other_faults_stay_what_they_are(tmp_path: Path, error: Exception) -> None:
    """Our rule: a missing file is tried again, a full disk is not."""
    with pytest.raises(type(error)) as raised, disk.blamed(tmp_path):
        raise error
    assert raised.value is error


def test_the_disk_of_a_folder_that_is_not_made_yet_is_that_of_its_parent(tmp_path: Path) -> None:
    """Our rule."""
    assert disk.shortage(tmp_path / "not" / "yet") == ""
    assert disk.free_bytes(tmp_path / "not" / "yet") > disk.RESERVE_BYTES


async def test_a_disk_that_is_fine_disturbs_nobody(tmp_path: Path) -> None:
    """Our rule."""
    told: list[DiskError] = []
    async with watched(tmp_path, told.append):
        await asyncio.sleep(0)
    assert told == []
    assert [task for task in asyncio.all_tasks() if task.get_name() == "rc-evals-disk"] == []
