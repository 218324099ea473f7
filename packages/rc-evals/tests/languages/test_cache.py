"""Things that are installed once."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from rc_evals._errors import ToolchainError
from rc_evals.languages.cache import Cache


def install(log: Path, folder: Path) -> None:
    with log.open("a") as file:
        file.write("installed\n")
    (folder / "tool").write_text("x")


INSTALLER = """
import sys
from pathlib import Path
from rc_evals.languages.cache import Cache

def install(folder):
    with open(sys.argv[2], "a") as log:
        log.write("installed\\n")
    (folder / "tool").write_text("x")

Cache(Path(sys.argv[1])).folder("tools", [b"1"], install)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_the_same_inputs_are_installed_once(tmp_path: Path, log: Path) -> None:
    """Our rule."""
    cache = Cache(tmp_path / "cache")
    first = cache.folder("tools", [b"1"], partial(install, log))
    assert cache.folder("tools", [b"1"], partial(install, log)) == first
    assert cache.folder("tools", [b"2"], partial(install, log)) != first
    assert log.read_text() == "installed\n" * 2


def test_processes_wait_for_each_other(tmp_path: Path, log: Path) -> None:
    """Our rule: two runs may start at once."""
    command = (sys.executable, "-c", INSTALLER, str(tmp_path / "cache"), str(log))
    for worker in [subprocess.Popen(command) for _ in range(3)]:
        assert worker.wait(60) == 0
    assert log.read_text() == "installed\n"


def test_what_a_killed_process_left_is_installed_again(tmp_path: Path, log: Path) -> None:
    """Our rule: only a folder that is complete counts."""
    cache = Cache(tmp_path / "cache")
    left = Cache(tmp_path / "cache", installing=False).folder("tools", [b"1"], partial(install, log))
    assert not left.exists()
    left.mkdir(parents=True)
    (left / "half").touch()
    installed = cache.folder("tools", [b"1"], partial(install, log))
    assert [path.name for path in installed.iterdir()] == ["tool"]


def test_a_failed_installation_leaves_nothing(tmp_path: Path) -> None:
    """Our rule: the next try starts afresh."""

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ToolchainError("no network")

    cache = Cache(tmp_path / "cache")
    with pytest.raises(ToolchainError, match="no network"):
        cache.folder("tools", [b"1"], fail)
    assert [path.suffix for path in cache.root.iterdir()] == [".lock"]


def test_others_may_read_what_is_installed_whatever_the_umask(tmp_path: Path) -> None:
    """Our rule: a sandbox runs as another user."""

    def install_strictly(folder: Path) -> None:
        (folder / "bin").mkdir(mode=0o700)
        (folder / "bin" / "tool").touch(mode=0o700)
        (folder / "data").touch(mode=0o600)

    folder = Cache(tmp_path / "cache").folder("tools", [b"1"], install_strictly)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert modes == {folder.name: 0o755, "bin": 0o755, "tool": 0o755, "data": 0o644}


def test_a_cache_that_cannot_be_written_is_said_so(tmp_path: Path, log: Path) -> None:
    """Our rule."""
    (tmp_path / "cache").touch()
    with pytest.raises(ToolchainError, match=r"cache folder .*/cache cannot be written"):
        Cache(tmp_path / "cache").folder("tools", [b"1"], partial(install, log))
