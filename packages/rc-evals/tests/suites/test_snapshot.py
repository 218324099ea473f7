"""What the verifier tests: the agent's work, and the tests as they were, whatever the agent did."""

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.languages.registry import load_languages
from rc_evals.suites.model import Exercise, SourceFile
from rc_evals.suites.snapshot import Protection, Tampering, snapshot
from rc_evals.suites.workspace import lay_out

PYTHON = load_languages()["python"]


@pytest.fixture
def add(roo: Path, load: Callable[..., Exercise]) -> Exercise:
    return load(roo, "add")


@pytest.fixture
def workspace(add: Exercise, tmp_path: Path) -> Path:
    return lay_out(add, tmp_path / "agent")


@pytest.fixture
def take(add: Exercise, workspace: Path, tmp_path: Path) -> Callable[[], tuple[Tampering, dict[str, str]]]:
    """Takes the snapshot; returns the report, and the files by path."""

    def run() -> tuple[Tampering, dict[str, str]]:
        place = tmp_path / "place"
        place.mkdir()
        report = snapshot(workspace, add, PYTHON, place / "add")
        return report, contents(place / "add")

    return run


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(folder)): path.read_text() for path in files}


Take = Callable[[], tuple[Tampering, dict[str, str]]]


def test_a_workspace_shows_the_exercise_with_the_shared_files_beside_it(add: Exercise, workspace: Path) -> None:
    """evals.md 24.6."""
    assert set(contents(workspace.parent)) == {
        *("add/add.py", "add/add_test.py", "add/docs/instructions.md", "pyproject.toml")
    }


def test_an_untouched_workspace_is_copied_as_it_is(add: Exercise, workspace: Path, take: Take) -> None:
    """Our rule."""
    assert take() == (Tampering(), contents(workspace))
    assert (workspace.parent.parent / "place" / "pyproject.toml").exists()


def test_changed_added_and_deleted_tests_are_undone_and_reported(
    workspace: Path, take: Take, fill: Callable[..., Path]
) -> None:
    """evals.md 24.6, quirk Q20."""
    pristine = contents(workspace)
    work = {"add.py": "solved", "helper.py": "", "conftest.py": "", "deep/extra_test.py": "", "add_test.py": "pass"}
    fill(workspace, work)
    report, files = take()
    assert files == {**pristine, "add.py": "solved", "helper.py": ""}
    assert report.modified == ("add_test.py",)
    assert report.added == ("conftest.py", "deep/extra_test.py")
    assert report.tests_modified == ("add_test.py", "conftest.py", "deep/extra_test.py")


def test_build_outputs_and_history_are_left_out(workspace: Path, take: Take, fill: Callable[..., Path]) -> None:
    """Our rule: a stale byte code file must not stand in for a source."""
    pristine = contents(workspace)
    fill(workspace, {"__pycache__/add.pyc": "", ".git/config": "", "sub/.git": "gitdir: /", "sub/add.pyc": ""})
    assert take() == (Tampering(), pristine)


def test_links_sockets_and_pipes_are_dropped_and_counted(workspace: Path, take: Take) -> None:
    """Our rule: nothing is followed."""
    pristine = contents(workspace)
    (workspace / "passwd").symlink_to("/etc/passwd")
    (workspace / "etc").symlink_to("/etc")
    (workspace / "self").symlink_to(".")
    os.mkfifo(workspace / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(workspace)  # the path of a socket must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)
        report, files = take()
    assert (report, files) == (Tampering(dropped=5), pristine)


def test_a_test_replaced_by_a_link_is_restored_and_reported(workspace: Path, take: Take) -> None:
    """Our rule: the pristine file is written into our copy, not through the agent's link."""
    pristine = contents(workspace)
    (workspace / "add_test.py").unlink()
    (workspace / "add_test.py").symlink_to("/etc/passwd")
    assert take() == (Tampering(deleted=("add_test.py",), dropped=1), pristine)


def test_a_folder_in_the_place_of_a_test_is_undone(workspace: Path, take: Take, fill: Callable[..., Path]) -> None:
    """Our rule."""
    pristine = contents(workspace)
    (workspace / "add_test.py").unlink()
    fill(workspace, {"add_test.py/add_test.py": "", "add_test.py/x": ""})
    report, files = take()
    assert files == pristine
    assert report.deleted == ("add_test.py",)
    assert report.added == ("add_test.py/add_test.py", "add_test.py/x")


def test_a_workspace_that_is_gone_is_an_empty_one(workspace: Path, take: Take) -> None:
    """Our rule."""
    workspace.rename(workspace.parent / "moved")
    report, files = take()
    assert (report.deleted, set(files)) == (("add_test.py",), {"add_test.py"})


def test_odd_names_are_copied_and_reported_in_readable_form(workspace: Path, take: Take) -> None:
    """Our rule: a report goes into a database and onto a terminal."""
    Path(os.fsdecode(os.fsencode(workspace) + b"/\xff_test.py")).write_text("")
    (workspace / "a\nb.py").write_text("x")
    report, files = take()
    assert report.added == ("\\xff_test.py",)
    assert files["a\nb.py"] == "x"


def test_a_bottomless_workspace_is_cut_and_says_so(workspace: Path, take: Take) -> None:
    """Our rule: deeper than any solution, longer than any path."""
    handle = os.open(workspace, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 200, dir_fd=handle)
        deeper = os.open("d" * 200, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = deeper
    os.close(handle)
    report, files = take()
    assert report == Tampering(cut=True)
    assert len(files) == 3


def test_unreadable_files_and_folders_are_dropped_and_counted(workspace: Path, take: Take) -> None:
    """Our rule. Root, unless it gave its powers away, reads them all the same."""
    pristine = contents(workspace)
    (workspace / "shut").mkdir(mode=0)
    (workspace / "shut.py").touch(mode=0)
    if os.access(workspace / "shut", os.R_OK):
        assert take() == (Tampering(), {**pristine, "shut.py": ""})
    else:
        assert take() == (Tampering(dropped=2), pristine)
    (workspace / "shut").chmod(0o700)


def test_an_executable_file_stays_one(workspace: Path, take: Take) -> None:
    """Our rule."""
    (workspace / "run.sh").write_text("")
    (workspace / "run.sh").chmod(0o4777)
    take()
    copy = workspace.parent.parent / "place" / "add"
    assert (copy / "run.sh").stat().st_mode & 0o7777 == 0o755
    assert (copy / "add.py").stat().st_mode & 0o7777 == 0o644


PATHS = st.sampled_from(
    [
        *("add.py", "add_test.py", "conftest.py", "test_utils.py", "x"),
        *("data", "data/case.json", "data/more_test.py", "sub", "sub/conftest.py"),
    ]
)
DEEDS = st.one_of(
    st.tuples(st.just("write"), PATHS, st.sampled_from(["", "evil"])),
    st.tuples(st.sampled_from(["delete", "link", "folder", "fifo"]), PATHS, st.just("")),
)


def do(workspace: Path, deed: tuple[str, str, str]) -> None:
    kind, name, text = deed
    path = workspace / name
    try:
        if kind == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            # O_NONBLOCK: after an earlier deed this may be a FIFO, which nobody reads.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK, 0o644)
            with os.fdopen(handle, "w") as file:
                file.write(text)
        elif kind == "delete":
            path.rmdir() if path.is_dir() else path.unlink()
        elif kind == "link":
            path.symlink_to("add.py")
        elif kind == "folder":
            path.mkdir(parents=True)
        else:
            os.mkfifo(path)
    except OSError:
        pass  # a deed that is impossible after the earlier ones


@settings(max_examples=60, deadline=None)
@given(deeds=st.lists(DEEDS, max_size=8))
def test_the_protected_files_are_the_pristine_ones_whatever_the_agent_did(deeds: list[tuple[str, str, str]]) -> None:
    """evals.md 24.6: the verdict rests on them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        pristine = {"add.py": "stub", "add_test.py": "tests", "data/case.json": "{}", "test_utils.py": "help"}
        for name, text in pristine.items():
            (root / name.replace("/", "_")).write_text(text)
        exercise = Exercise(
            language="python",
            name="add",
            prompt="",
            files=tuple(SourceFile(PurePosixPath(n), root / n.replace("/", "_")) for n in sorted(pristine)),
            shared=(),
            tests=frozenset({"add_test.py", "data/case.json"}),
            reference=None,
        )
        workspace = lay_out(exercise, root / "agent")
        for deed in deeds:
            do(workspace, deed)
        (root / "place").mkdir()
        snapshot(workspace, exercise, PYTHON, root / "place" / "add")
        protection = Protection(exercise, PYTHON)
        tested = {n: text for n, text in contents(root / "place" / "add").items() if protection.covers(n)}
        assert tested == {n: text for n, text in pristine.items() if protection.covers(n)}
        assert not any(path.is_symlink() for path in (root / "place").rglob("*"))
