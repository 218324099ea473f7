"""The commands that take runs away and bring them in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rc_evals import BrokenExportError, DiskError, Home, ImportedRunError, Outcome, UnknownRunError, UsageError
from rc_evals.cli.app import app
from rc_evals.testing import recorder


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A data folder with a run: number 1."""
    home = Home(tmp_path / "home")
    async with recorder(home) as recording:
        run = await recording.run(["go/a", "go/b"], name="first")
        await run.decide(Outcome.PASSED)
        await run.leave()
    return home


def call(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home.root), *words], catch_exceptions=False)


def test_a_run_goes_to_another_folder_and_back_unchanged(tmp_path: Path, home: Home) -> None:
    file, there = tmp_path / "run.json", Home(tmp_path / "there")
    assert call(home, "export", "1", "-o", str(file)).stderr == f"run 1 is in {file}\n"
    assert call(there, "import", str(file)).output == "run 1 is imported; `rc-evals show 1` shows it\n"
    assert call(there, "import", str(file)).output == "run 1 is this run already; nothing was changed\n"
    assert call(there, "export", "1").stdout_bytes == file.read_bytes()
    assert "imported" in call(there, "list").output
    with pytest.raises(ImportedRunError, match="resume or cancel it where it was started"):
        call(there, "resume", "1")
    assert json.loads(call(there, "show", "1", "--json").output)["run"]["name"] == "first"


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [("json", b'{\n"format"'), ("csv", b"run,name,"), ("junit", b"<?xml"), ("html", b"<!doctype"), ("zip", b"PK")],
)
def test_every_format_goes_to_standard_output_as_well(home: Home, kind: str, beginning: bytes) -> None:
    assert call(home, "export", "1", "--format", kind).stdout_bytes.startswith(beginning)


def test_a_report_is_a_file(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "report.html"
    call(home, "report", "1", "-o", str(file))
    assert "<h1>first</h1>" in file.read_text(encoding="utf-8")


def test_a_file_is_replaced_by_a_whole_one_or_not_at_all(tmp_path: Path, home: Home) -> None:
    file, link = tmp_path / "run.json", tmp_path / "link"
    file.write_text("before", encoding="utf-8")
    link.symlink_to(file)
    with pytest.raises(UnknownRunError):
        call(home, "export", "7", "-o", str(file))
    assert file.read_text(encoding="utf-8") == "before"
    call(home, "export", "1", "-o", str(link))
    assert json.loads(file.read_text(encoding="utf-8"))["format"] == "rc-evals-run"
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "link", "run.json"]
    umask = os.umask(0o022)
    os.umask(umask)
    assert file.stat().st_mode & 0o777 == 0o666 & ~umask


def test_where_nothing_can_be_written_is_said(tmp_path: Path, home: Home) -> None:
    with pytest.raises(UsageError, match=r"nowhere/run.json cannot be written: No such file or directory"):
        call(home, "export", "1", "-o", str(tmp_path / "nowhere" / "run.json"))
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        call(home, "export", "1", "-o", str(tmp_path))
    with pytest.raises(DiskError, match="/dev/full: No space left on device"):
        call(home, "export", "1", "-o", "/dev/full")
    assert Path("/dev/full").is_char_device()


def test_what_cannot_be_imported_is_said_in_one_line(tmp_path: Path, home: Home) -> None:
    file = tmp_path / "x\x1b.json"
    file.write_text('{"format": "other"}', encoding="utf-8")
    with pytest.raises(UsageError, match="gone cannot be read: No such file or directory"):
        call(home, "import", str(tmp_path / "gone"))
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        call(home, "import", str(tmp_path))
    with pytest.raises(BrokenExportError, match=r"x\\x1b.json is no export of a run"):
        call(home, "import", str(file))


def test_a_document_comes_through_a_pipe(tmp_path: Path, home: Home) -> None:
    program = [sys.executable, "-m", "rc_evals", "--home"]
    document = subprocess.run([*program, home.root, "export", "1"], capture_output=True, check=True).stdout
    there = [*program, str(tmp_path / "there"), "import", "/dev/stdin"]
    done = subprocess.run(there, input=document, capture_output=True, check=True)
    assert done.stdout == b"run 1 is imported; `rc-evals show 1` shows it\n"
