"""The git repository of a workspace: git itself finds nothing wrong with it, and one commit in it."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rc_evals.languages.registry import load_languages
from rc_evals.suites import workspace as workspaces
from rc_evals.suites.diff import diff
from rc_evals.suites.model import Exercise, SourceFile
from rc_evals.suites.repository import FOLDERS, Tracked, repository
from rc_evals.suites.snapshot import Tampering, snapshot
from rc_evals.suites.workspace import lay_out

PYTHON = load_languages()["python"]

NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1, max_size=9).filter(
    lambda name: name not in {".", ".."} and name.casefold() != ".git" and len(name.encode()) < 60
)
Tree: TypeAlias = "dict[str, tuple[bytes, bool] | Tree]"
"""A folder: content and whether it is executable, or a folder, by name."""
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(NAMES, st.tuples(st.binary(max_size=300), st.booleans()), min_size=1, max_size=4),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=4),
    max_leaves=6,
)


def flat(tree: Tree, above: str = "") -> Iterable[Tracked]:
    for name, entry in tree.items():
        if isinstance(entry, dict):
            yield from flat(entry, f"{above}{name}/")
        else:
            yield Tracked(f"{above}{name}", *entry)


def written(folder: Path, files: Sequence[Tracked]) -> Path:
    """Write a work tree with its repository, as a workspace gets it."""
    for name in FOLDERS:
        (folder / ".git" / name).mkdir(parents=True)
    for name, content in repository(files).items():
        (folder / ".git" / name).write_bytes(content)
    for file in files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
        (folder / file.path).chmod(0o755 if file.executable else 0o644)
    return folder


def git(folder: Path, *words: str) -> bytes:
    alone = {"PATH": os.environ["PATH"], "HOME": str(folder / ".git"), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(("git", "-C", str(folder), *words), env=alone, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@settings(max_examples=25, deadline=None)
@given(tree=TREES)
def test_the_one_commit_holds_exactly_the_files_and_nothing_is_to_be_committed(tree: Tree) -> None:
    """evals.md 24.6: first commit. A name may sort elsewhere as a folder than as a file."""
    files = list(flat(tree))
    with tempfile.TemporaryDirectory() as folder:
        root = written(Path(folder), files)
        assert git(root, "fsck", "--strict", "--full") == b""
        assert git(root, "status", "--porcelain", "--ignored") == b""
        assert git(root, "rev-list", "--all", "--count").strip() == b"1"
        listed = git(root, "ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]
        modes = {line.partition(b"\t")[2].decode(): line[:6] for line in listed}
        assert modes == {file.path: b"100755" if file.executable else b"100644" for file in files}
        for file in files:
            assert git(root, "cat-file", "blob", f"HEAD:./{file.path}") == file.content


def test_the_same_files_give_the_same_commit_whenever_and_whoever(tmp_path: Path) -> None:
    """Our rule: pinned, so that what agents print of it can be compared."""
    root = written(tmp_path, [Tracked("a", b"1\n"), Tracked("b/c", b"2\n", executable=True)])
    assert git(root, "rev-parse", "main") == b"33d205b3237a69fb431c90d0a5feb1bd65f7d4c8\n"
    assert git(root, "log", "--format=%an %ae %aI %s") == (
        b"rc-evals rc-evals@localhost 2000-01-01T00:00:00+00:00 The exercise as it is given\n"
    )


def test_an_agent_can_commit_at_once_and_its_objects_join_the_pack(tmp_path: Path) -> None:
    """Our rule: many agents work by way of git."""
    root = written(tmp_path, [Tracked("a", b"1\n")])
    (root / "a").write_bytes(b"2\n")
    assert b"+2" in git(root, "diff")
    git(root, "commit", "--all", "--message", "change")
    git(root, "gc")
    assert git(root, "fsck", "--strict") == b""
    assert git(root, "log", "--format=%an %s").splitlines() == [
        b"agent change",
        b"rc-evals The exercise as it is given",
    ]


def test_large_files_and_long_paths_fit(tmp_path: Path) -> None:
    """gitformat-index(5): a path of 4,095 bytes or more has its end marked alone; here the longest that can be made."""
    long = "/".join(["d" * 200] * 15 + ["f"])
    files = [Tracked(long, b"x"), Tracked("large", os.urandom(1 << 21)), Tracked("none", b"")]
    root = written(tmp_path, files)
    assert git(root, "fsck", "--strict") == b""
    assert git(root, "status", "--porcelain") == b""


@pytest.fixture
def add(roo: Path, load: Callable[..., Exercise]) -> Exercise:
    return load(roo, "add")


def test_a_workspace_is_a_repository_with_the_exercise_as_its_first_commit(add: Exercise, tmp_path: Path) -> None:
    """evals.md 24.6; the shared files lie beside it."""
    workspace = lay_out(add, tmp_path / "agent")
    assert git(workspace, "status", "--porcelain") == b""
    assert git(workspace, "ls-files").decode().split() == ["add.py", "add_test.py", "docs/instructions.md"]


def test_what_is_kept_of_repositories_is_bounded(
    add: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our rule: a suite of any size; what did not fit is made again."""
    monkeypatch.setattr(workspaces, "ROOM", 1)
    for number in range(2):
        workspace = lay_out(add, tmp_path / str(number))
        assert git(workspace, "status", "--porcelain") == b""


def test_a_suite_that_is_linked_to_a_repository_does_not_pass_the_link_on(
    roo: Path, load: Callable[..., Exercise], fill: Callable[..., Path], tmp_path: Path
) -> None:
    """Our rule: `.git` is a file in a submodule or a linked work tree, and leads to history with solutions."""
    fill(roo, {"python/add/.git": "gitdir: /somewhere", "python/add/docs/.git": "gitdir: /somewhere"})
    workspace = lay_out(load(roo, "add"), tmp_path / "agent")
    assert (workspace / ".git").is_dir()
    assert not (workspace / "docs" / ".git").exists()


def hooks(history: Path) -> None:
    for name in ("post-checkout", "pre-commit", "post-index-change"):
        (history / "hooks").mkdir(exist_ok=True)
        (history / "hooks" / name).write_text(f"#!/bin/sh\ntouch {history.parent.parent}/ran\n", encoding="utf-8")
        (history / "hooks" / name).chmod(0o755)
    (history / "config").write_text(
        f"[core]\n fsmonitor = touch {history.parent.parent}/ran\n pager = touch {history.parent.parent}/ran\n",
        encoding="utf-8",
    )


def gone(history: Path) -> None:
    history.rename(history.parent.parent / "moved")


def elsewhere(history: Path) -> None:
    gone(history)
    history.symlink_to("/etc")


def a_pipe(history: Path) -> None:
    gone(history)
    os.mkfifo(history)


def bottomless(history: Path) -> None:
    for number in range(300):
        (history / "objects" / f"{number:x}").mkdir()
    (history / "huge").touch()
    os.truncate(history / "huge", 1 << 40)
    (history / "index").unlink()
    (history / "index").symlink_to("/dev/zero")


@pytest.mark.parametrize("hostile", [hooks, gone, elsewhere, a_pipe, bottomless])
def test_whatever_an_agent_makes_of_its_repository_nobody_looks(
    add: Exercise, tmp_path: Path, hostile: Callable[[Path], None]
) -> None:
    """Our rule: nothing of ours reads `.git` after an agent, runs git there, or hands it to the tests."""
    workspace = lay_out(add, tmp_path / "agent")
    hostile(workspace / ".git")
    (workspace / "add.py").write_text("solved", encoding="utf-8")
    place = tmp_path / "place"
    place.mkdir()
    assert b"+solved" in diff(add, workspace, PYTHON)
    assert snapshot(workspace, add, PYTHON, place / "add") == Tampering()
    assert not (place / "add" / ".git").exists()
    assert not (tmp_path / "agent" / "ran").exists()


def test_files_of_a_suite_are_read_once_per_workspace_and_seen_by_everybody(tmp_path: Path) -> None:
    """Our rule: the modes are ours, whatever the umask; a program of the suite can be run."""
    (tmp_path / "source").write_text("#!/bin/sh\n", encoding="utf-8")
    file = SourceFile(PurePosixPath("bin/run.sh"), tmp_path / "source", executable=True)
    before = os.umask(0o077)
    try:
        workspace = lay_out(Exercise("python", "e", "", (file,), (), frozenset(), None), tmp_path / "agent")
    finally:
        os.umask(before)
    assert (workspace / "bin" / "run.sh").stat().st_mode & 0o777 == 0o755
    assert git(workspace, "status", "--porcelain") == b""
